import Basics
import Diagnostics
import Foundation
import Signatures
import TestSupport
import Testing

@Suite struct SSHSignatureTests {
    let key: SigningKey
    let folder: TemporaryFolder

    init() throws {
        key = try SigningKey(seed: SigningKeyTests.seed, comment: "ada@example.com")
        folder = try TemporaryFolder()
        let path = folder.url.appendingPathComponent("key")
        try Data(key.openSSH().utf8).write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path.path)
        try Data("ada@example.com \(key.publicKey.openSSH)\n".utf8).write(to: folder.url.appendingPathComponent("signers"))
    }

    @Test(arguments: ["git", "proviso", "file"], [0, 1, 70, 4096])
    func `a signature is the one ssh-keygen makes, byte for byte`(namespace: String, count: Int) throws {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let stock = try StockTool.run("ssh-keygen", ["-Y", "sign", "-n", namespace, "-f", "key"], in: folder.path, input: message)
        #expect(SSHSignature.sign(message, namespace: namespace, with: key).armored == stock.text)
    }

    @Test func `ssh-keygen verifies a signature made here`() throws {
        let message = Array("hello".utf8)
        let signature = SSHSignature.sign(message, namespace: "proviso", with: key).armored
        try Data(signature.utf8).write(to: folder.url.appendingPathComponent("sig"))
        let arguments = ["-Y", "verify", "-f", "signers", "-I", "ada@example.com", "-n", "proviso", "-s", "sig"]
        try StockTool.must("ssh-keygen", arguments, in: folder.path, input: message)
        #expect(try StockTool.run("ssh-keygen", arguments, in: folder.path, input: message + [0]).status != 0)
    }

    @Test func `a signature with the other hash of the format verifies`() throws {
        let message = Array("hello".utf8)
        let stock = try StockTool.run(
            "ssh-keygen", ["-Y", "sign", "-O", "hashalg=sha256", "-n", "git", "-f", "key"], in: folder.path, input: message)
        let signature = try SSHSignature(armored: stock.text)
        #expect(signature.hashAlgorithm == "sha256")
        try signature.verify(message, namespace: "git")
    }

    @Test func `a signature for one purpose is none for another`() throws {
        let signature = SSHSignature.sign([1], namespace: "proviso", with: key)
        let error = #expect(throws: SignatureError.self) { try signature.verify([1], namespace: "git") }
        #expect(error?.code == .wrongNamespace)
    }

    @Test func `any one byte changed in message or signature is noticed`() throws {
        let message = Array("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n".utf8)
        let armored = Array(SSHSignature.sign(message, namespace: "git", with: key).armored.utf8)
        for index in message.indices {
            var other = message
            other[index] ^= 0x20
            let signature = try SSHSignature(armored: String(decoding: armored, as: UTF8.self))
            #expect(throws: SignatureError.self) { try signature.verify(other, namespace: "git") }
        }
        for index in armored.indices where armored[index] != UInt8(ascii: "\n") {
            var other = armored
            other[index] ^= 0x02
            guard let text = String(validating: other, as: UTF8.self) else { continue }
            #expect(throws: SignatureError.self, "byte \(index)") { try SSHSignature(armored: text).verify(message, namespace: "git") }
        }
    }

    @Test func `what a commit's signature amounts to is said in each case`() throws {
        let payload = Array("tree".utf8)
        let now = try #require(Instant("2026-06-01T00:00:00Z"))
        let file = { (line: String) in
            SignerFile.parse(.init(path: "signers", text: line + " " + key.publicKey.openSSH)).file
        }
        let armored = SSHSignature.sign(payload, namespace: "git", with: key).armored
        func status(_ signature: String?, _ signers: SignerFile, _ bytes: [UInt8] = payload) -> SignatureStatus {
            .of(signature: signature, payload: bytes, namespace: "git", signers: signers, at: now)
        }
        let ada = file("ada@example.com")
        #expect(status(armored, ada) == .good(key: key.publicKey, signer: ada.entries[0]))
        #expect(status(nil, ada) == .unsigned)
        #expect(status("-----BEGIN PGP SIGNATURE-----\n", ada) == .notVerifiable("an OpenPGP signature"))
        #expect(status(armored, SignerFile(entries: [])) == .unknownKey(key.publicKey))
        #expect(status(armored, ada, [0]).verifiedKey == nil)
        #expect(status("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n", ada).verifiedKey == nil)
        for line in ["a namespaces=\"file\"", "a valid-before=\"20260101Z\"", "a valid-after=\"20270101Z\""] {
            guard case .notAuthorized(key.publicKey, _) = status(armored, file(line)) else {
                Issue.record("\(line): \(status(armored, file(line)))")
                continue
            }
        }
    }
}
