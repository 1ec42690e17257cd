import Basics
import Foundation
import Signatures
import TestSupport
import Testing

@Suite struct SigningKeyTests {
    static let seed = [UInt8](0..<32)

    /// Made by `ssh-keygen -t ed25519 -N '' -C a@b` (OpenSSH 9.2).
    static let stockKey = """
        -----BEGIN OPENSSH PRIVATE KEY-----
        b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
        QyNTUxOQAAACCyFcCHsl3bSlbvPcv2zoz4WQhYwxmP1Qq8Th9WyWvW4QAAAIh9+dTcffnU
        3AAAAAtzc2gtZWQyNTUxOQAAACCyFcCHsl3bSlbvPcv2zoz4WQhYwxmP1Qq8Th9WyWvW4Q
        AAAEDzVizzFcI0K2yukQYmV6EyrFRxAHJSy/qVKvjmIVo1CLIVwIeyXdtKVu89y/bOjPhZ
        CFjDGY/VCrxOH1bJa9bhAAAAA2FAYgEC
        -----END OPENSSH PRIVATE KEY-----

        """

    @Test func `a key file of ssh-keygen is read`() throws {
        let key = try SigningKey(openSSH: Self.stockKey)
        #expect(key.publicLine == "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILIVwIeyXdtKVu89y/bOjPhZCFjDGY/VCrxOH1bJa9bh a@b")
        #expect(try PublicKey(openSSH: key.publicLine) == key.publicKey)
    }

    @Test func `a key file written here is one that ssh-keygen reads`() throws {
        let folder = try TemporaryFolder()
        let key = try SigningKey(seed: Self.seed, comment: "ada@example.com")
        var random = SeededRandom(seed: 1)
        let path = folder.url.appendingPathComponent("key")
        try Data(key.openSSH(using: &random).utf8).write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path.path)
        #expect(try StockTool.must("ssh-keygen", ["-y", "-f", "key"], in: folder.path) == key.publicLine)
        let listed = try StockTool.must("ssh-keygen", ["-l", "-f", "key"], in: folder.path)
        #expect(listed == "256 \(key.publicKey.fingerprint) ada@example.com (ED25519)")
    }

    @Test(arguments: ["", "x", "a@b", "a comment with ünïcode and blanks"])
    func `writing and reading a key file is the identity`(comment: String) throws {
        let key = try SigningKey(seed: Self.seed, comment: comment)
        let back = try SigningKey(openSSH: key.openSSH())
        #expect(back.publicLine == key.publicLine)
        #expect(back.signature(for: [1, 2, 3]) == key.signature(for: [1, 2, 3]))
    }

    @Test func `a key with a passphrase is refused and the way out is said`() throws {
        let folder = try TemporaryFolder()
        try StockTool.must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "secret", "-f", "key"], in: folder.path)
        let text = try String(contentsOf: folder.url.appendingPathComponent("key"), encoding: .utf8)
        let error = #expect(throws: SignatureError.self) { try SigningKey(openSSH: text) }
        #expect(error?.code == .encryptedKey)
        #expect(error?.message.contains("ssh-keygen -p") == true)
    }

    @Test func `a key of another type is refused by name`() throws {
        let folder = try TemporaryFolder()
        try StockTool.must("ssh-keygen", ["-q", "-t", "ecdsa", "-N", "", "-f", "key"], in: folder.path)
        let text = try String(contentsOf: folder.url.appendingPathComponent("key"), encoding: .utf8)
        let error = #expect(throws: SignatureError.self) { try SigningKey(openSSH: text) }
        #expect(error?.code == .unsupportedKeyType)
    }

    @Test func `no damaged key file is taken for another key`() throws {
        let whole = Array(Self.stockKey.utf8)
        let expected = try SigningKey(openSSH: Self.stockKey).publicKey
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0x01
            guard let text = String(validating: damaged, as: UTF8.self) else { continue }
            // The check numbers, comment and case of line ends may differ; the key may not.
            if let key = try? SigningKey(openSSH: text) { #expect(key.publicKey == expected, "byte \(index)") }
            _ = try? SigningKey(openSSH: String(decoding: whole[..<index], as: UTF8.self))
        }
    }
}
