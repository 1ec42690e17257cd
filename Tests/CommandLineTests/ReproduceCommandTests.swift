import Attestations
import Basics
import Foundation
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// `proviso audit reproduce` as an auditor runs it.
@Suite struct ReproduceCommandTests {
    @Test func `of a digest the beginning is told, and words are told whole`() async throws {
        let pipeline = World.pipeline("- {name: only, run: {command: [bash, -c, \"date +%N > o.txt\"], outputs: {o: o.txt}}}")
        let world = try World(files: World.files.merging(["pipelines/p.yaml": pipeline]) { $1 })
        _ = try await world.reconcile()
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let record = try #require(try audit.entries().last { $0.record.subject.kind == "Pipeline" })
        let digest = try #require(record.record.draft.artefacts["only.o"])
        let result = try Program.run(["audit", "reproduce", record.digest.hex, world.serverPath, "--progress", "none"], in: world.folder.path)
        #expect(result.status == 1, "\(result.text)\(result.errors)")
        #expect(result.text.contains("✗ artefact only.o: recorded \(digest.short), found no step made it again\n"), "\(result.text)\(result.errors)")
    }
}
