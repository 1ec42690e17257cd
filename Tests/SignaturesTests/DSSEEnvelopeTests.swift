import Basics
import Foundation
import Signatures
import TestSupport
import Testing

@Suite struct DSSEEnvelopeTests {
    let key: SigningKey
    let other: SigningKey

    init() throws {
        key = try SigningKey(seed: SigningKeyTests.seed, comment: "ada@example.com")
        other = try SigningKey(seed: [UInt8](repeating: 9, count: 32), comment: "bob@example.com")
    }

    @Test func `the signed bytes are those of the protocol's example`() {
        // https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, "Test vectors".
        let bytes = DSSEEnvelope.preAuthenticationEncoding(
            payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
    }

    @Test func `an envelope survives its JSON form and names its signers`() throws {
        let envelope = DSSEEnvelope.sign(payloadType: "application/vnd.in-toto+json", payload: Array("{}".utf8), with: key, other)
        let back = try DSSEEnvelope(parsing: envelope.json.prettyBytes)
        #expect(back == envelope)
        #expect(try back.verifiedSigners() == [key.publicKey, other.publicKey])
    }

    @Test func `plain ssh-keygen checks the SSH signature of an envelope`() throws {
        let folder = try TemporaryFolder()
        let envelope = DSSEEnvelope.sign(payloadType: "text/plain", payload: Array("hello".utf8), with: key)
        let signature = try #require(envelope.signatures.first { $0.keyID.hasPrefix("sshsig:") })
        try Data(signature.bytes).write(to: folder.url.appendingPathComponent("sig"))
        try Data("ada@example.com \(key.publicKey.openSSH)\n".utf8).write(to: folder.url.appendingPathComponent("signers"))
        try StockTool.must(
            "ssh-keygen", ["-Y", "verify", "-f", "signers", "-I", "ada@example.com", "-n", "proviso", "-s", "sig"], in: folder.path,
            input: envelope.signedBytes)
    }

    @Test func `changing payload, type or a signature is noticed`() throws {
        let good = DSSEEnvelope.sign(payloadType: "t", payload: [1, 2, 3], with: key)
        let raw = good.signatures[0]
        let ssh = good.signatures[1]
        let foreign = DSSEEnvelope.sign(payloadType: "t", payload: [1, 2, 3], with: other).signatures
        let bad: [DSSEEnvelope] = [
            .init(payloadType: "t", payload: [1, 2, 4], signatures: good.signatures),
            .init(payloadType: "u", payload: [1, 2, 3], signatures: good.signatures),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: []),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [raw]),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [ssh]),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [foreign[0], ssh]),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [raw, foreign[1]]),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [raw, ssh, foreign[0]]),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [raw, raw, ssh]),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [raw, ssh, ssh]),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [.init(keyID: raw.keyID, bytes: foreign[0].bytes), ssh]),
            .init(payloadType: "t", payload: [1, 2, 3], signatures: [raw, .init(keyID: foreign[1].keyID, bytes: ssh.bytes)]),
        ]
        for (index, envelope) in bad.enumerated() {
            #expect(throws: SignatureError.self, "envelope \(index)") { try envelope.verifiedSigners() }
        }
        #expect(try good.verifiedSigners() == [key.publicKey])
    }

    @Test(arguments: [
        "[]", "{}", #"{"payloadType":"t","payload":"AQ","signatures":[]}"#, #"{"payloadType":"t","payload":"AR==","signatures":[]}"#,
        #"{"payloadType":"t","payload":"AQ==","signatures":[],"x":1}"#, #"{"payloadType":"t","payload":"A-==","signatures":[]}"#,
        #"{"payloadType":"t","payload":"AQ==","signatures":[{"keyid":"k"}]}"#,
    ])
    func `an envelope has one spelling only`(text: String) {
        #expect(throws: SignatureError.self) { try DSSEEnvelope(parsing: Array(text.utf8)) }
    }
}
