import Attestations
import Basics
import Ledger
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// What a threshold is chosen within, where rows are too few to say anything of it.
@Suite struct ConstraintRowsTests {
    @Test(arguments: [1, 2]) func `a group of one row, of which a rate says nothing, keeps no constraint: the reconciler refuses what validate does`(
        _ count: Int
    ) async throws {
        var rows = World.data.split(separator: "\n").map(String.init)
        for row in 1...count { rows[row] = rows[row].replacing(",a,", with: ",c,").replacing(",b,", with: ",c,") }
        let data = rows.joined(separator: "\n") + "\n"
        var files = World.files
        files["data/d.csv"] = data
        files["datasets/d.yaml"] = World.files["datasets/d.yaml"]?.replacing("\(Digest.of(World.data))", with: "\(Digest.of(data))")
        files["models/m.yaml"] = World.files["models/m.yaml"]?.replacing(
            "  decision: {threshold: 0.5}\n",
            with: """
                  validation: {folds: 2}
                  decision:
                    objective: {measure: accuracy}
                    constraints: [{measure: selectionRateDifference, attribute: g, maximum: 1}]

                """)
        let world = try World(files: files)
        _ = try await world.reconcile()
        let record = try #require(try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries().last).record
        let refused = record.verdict.findings.contains { $0.message.contains("has only one row to choose a threshold on") }
        #expect(refused == (count == 1), "\(record.verdict.findings.map(\.message))")
    }
}
