import Basics
import Diagnostics
import Foundation
import OrderedCollections
import Policies
import Signatures
import Specs
import Testing

/// Documents that a model names: dated by their own text, signed beside it.
@Suite struct SignedDocumentTests {
    static let key: SigningKey = {
        do { return try SigningKey(seed: [UInt8](repeating: 5, count: 32), comment: "ada") } catch { preconditionFailure("32 bytes are a seed") }
    }()
    static let text = "---\ntitle: Risk management\nDate: 2026-11-01\n---\nWe accept nothing.\n"

    static func evidence(_ files: [String: String], signers: String = "ada@example.org \(key.publicKey.openSSH)\n", at instant: String = "2026-11-24")
        throws
        -> JSONValue
    {
        let model = try #require(
            PolicyFixture.catalog([
                "models/m.yaml": PolicyFixture.model().replacing("purpose: p", with: "purpose: p, documents: [{name: risk, path: documents/risk.md}]")
            ]).models.values.first)
        return SignedDocuments.evidence(
            of: model, signers: SignerFile.parse(SourceFile(path: "s", text: signers)).file, at: try #require(Instant(instant))
        ) { files[$0].map { Array($0.utf8) } }
    }

    static func signature(_ text: String = text, namespace: String = "proviso-document") -> String {
        SSHSignature.sign(Array(text.utf8), namespace: namespace, with: key).armored
    }

    @Test func `a document has its digest, its date and who signed it`() throws {
        let found = try Self.evidence(["documents/risk.md": Self.text, "documents/risk.md.sig": Self.signature()])["risk"]
        #expect(found?["digest"]?.stringValue == Digest.of(Self.text).description)
        #expect(found?["date"] == "2026-11-01T00:00:00Z")
        #expect(found?["signers"] == ["ada@example.org"])
    }

    @Test func `other texts, purposes and people sign nothing`() throws {
        for signature in [nil, "x", Self.signature(Self.text + " "), Self.signature(namespace: "proviso")] {
            let found = try Self.evidence(["documents/risk.md": Self.text, "documents/risk.md.sig": signature ?? ""])["risk"]
            #expect(found?["signers"] == [])
        }
        let files = ["documents/risk.md": Self.text, "documents/risk.md.sig": Self.signature()]
        #expect(try Self.evidence(files, signers: "")["risk"]?["signers"] == [])
        let expired = "ada@example.org valid-before=\"20261101Z\" \(Self.key.publicKey.openSSH)\n"
        #expect(try Self.evidence(files, signers: expired)["risk"]?["signers"] == [])
    }

    @Test func `what is not there is no evidence, and what has no date has none`() throws {
        #expect(try Self.evidence([:]) == [:])
        let undated = try Self.evidence(["documents/risk.md": "No date: here.\n"])["risk"]
        #expect(undated?["date"] == nil)
        #expect(undated?["signers"] == [])
    }

    @Test func `a document's first lines state what a rule may read`() throws {
        let text =
            "---\ntitle: Risk: management\nModel: \"sha256:ab\"\nroc-auc:  0.91 \nModel: another\ntwo words: x\n# no: y\n---\n"
            + String(repeating: "-\n", count: 20) + "late: z\n"
        let found = try Self.evidence(["documents/risk.md": text])["risk"]
        #expect(found?["states"] == ["title": "Risk: management", "model": "sha256:ab", "roc-auc": "0.91"])
    }
}
