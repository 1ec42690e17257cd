import Attestations
import Basics
import Foundation
import Reconciliation
import Storage
import TestSupport
import TestWorld
import Testing

/// An auditor reads by its digest what a record names.
@Suite struct ArtefactReadingTests {
    private static func failure(_ read: () throws -> (Digest, [UInt8])) -> ReconciliationError? {
        do { _ = try read() } catch { return error as? ReconciliationError }
        return nil
    }

    @Test func `evidence comes from the ledger, models from the store, by as much of the digest as says which`() async throws {
        let world = try World()
        try await world.reconcile()
        let store = world.folder.path + "/state/store"
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let draft = try #require(try audit.entries().last { $0.record.subject.kind == "Model" }).record.draft
        let (model, evidence) = (try #require(draft.artefacts["model"]), try #require(draft.evidence.values.first))
        for text in [model.description, model.hex, String(model.hex.prefix(12)), "sha256:" + model.hex.prefix(12)] {
            let found = try audit.artefact(text, store: store)
            #expect(found.digest == model && Digest.of(found.bytes) == model, "\(text)")
        }
        #expect(Digest.of(try audit.artefact(String(evidence.hex.prefix(12)), store: nil).bytes) == evidence)
        // What no record names, by its whole digest: a log.
        let log = try FileStore(at: store).put(Array("last words".utf8))
        #expect(try audit.artefact(log.hex, store: store).bytes == Array("last words".utf8))
        #expect(Self.failure { try audit.artefact(String(log.hex.prefix(12)), store: store) }?.code == .invalidArgument)

        #expect(Self.failure { try audit.artefact(model.hex, store: nil) }?.hint?.contains("--store") == true)
        #expect(Self.failure { try audit.artefact("12345", store: store) }?.code == .invalidArgument)
        #expect(Self.failure { try audit.artefact(model.hex.uppercased(), store: store) }?.code == .invalidArgument)
        #expect(Self.failure { try audit.artefact(model.hex, store: world.folder.path + "/nowhere") }?.code == .environment)

        // Bytes that are not those of the digest are not handed out.
        let path = try #require(try FileStore(at: store).file(model))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try Data("another model".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.self) { try audit.artefact(model.hex, store: store) }
    }
}
