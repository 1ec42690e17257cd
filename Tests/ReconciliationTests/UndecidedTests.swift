import Attestations
import Basics
import Diagnostics
import Foundation
import Git
import Ledger
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// Evidence that is missing, undefined or empty decides nothing, whoever asks (invariant 7).
@Suite struct UndecidedTests {
    /// A world with one group only, so that no difference between groups is defined, and one rule.
    func world(_ expression: String) throws -> World {
        var files = World.files
        let data = World.data.replacing(",b,", with: ",a,")
        files["data/d.csv"] = data
        files["datasets/d.yaml"] = files["datasets/d.yaml"]?.replacing("\(Digest.of(World.data))", with: "\(Digest.of(data))")
        files["policies/useful.yaml"] = World.policy(
            name: "careful",
            """
            - {name: rule, expression: '\(expression.replacing("'", with: "''"))'}
            """)
        return try World(files: files)
    }

    /// The rule's states by gate, reconcile and policy eval.
    func states(_ world: World) async throws -> [RuleResult.State?] {
        let base = try world.main
        let gate = try await world.gate(head: try world.proposal("models/m.yaml", "rounds: 5", "rounds: 6"), base: base)
        let reconciled = try await world.reconcile()
        #expect(gate.diagnostics.isEmpty && reconciled.diagnostics.isEmpty)
        let evidence = try recordedEvidence(world)
        // What the engine measured is evidence to the check of given documents too.
        let path = world.folder.path + "/evidence.json"
        try Data(evidence.prettyText.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try PolicyEvaluation.problems(evidence, in: path).map(\.text) == [])
        let evaluated = try PolicyEvaluation.evaluate(
            folder: try checkOut(world), model: nil, evidence: evidence, baseline: nil, instant: world.clock.now())
        return [gate.verdict.subjects.first, reconciled.verdicts.first { $0.subject.kind == "Model" }, evaluated].map { $0?.rules.first?.state }
    }

    func checkOut(_ world: World) throws -> String {
        let folder = world.folder.path + "/work"
        try StockTool.must("git", ["clone", "--quiet", world.serverPath, folder], in: world.folder.path)
        return folder
    }

    func recordedEvidence(_ world: World) throws -> JSONValue {
        let reader = try #require(try LedgerReader.open(world.server, reference: "refs/heads/proviso/ledger"))
        let draft = try reader.lastEntry().record.draft
        return .object(try draft.evidence.mapValues { try JSONValue(parsing: try reader.document($0)) })
    }

    @Test(arguments: [
        "!has(evidence.fairness['g'].equalizedOdds.difference.value) || true",
        "has(evidence.fairness['g'].equalizedOdds.difference.value) ? evidence.fairness['g'].equalizedOdds.difference.value < 0.1 : true",
        "evidence.fairness['g'].equalizedOdds.difference.value < 0.1 || true",
        "!(evidence.fairness['g'].equalizedOdds.difference.value < 0.8)",
        "evidence.fairness.filter(a, a == 'nowhere').all(a, evidence.fairness[a].equalizedOdds.difference.value < 0.1)",
        "!('nowhere' in evidence.fairness)",
    ]) func `gate, reconcile and policy eval leave the same open`(_ expression: String) async throws {
        #expect(try await states(try world(expression)) == [.undecided, .undecided, .undecided])
    }

    @Test(arguments: [("evidence.performance.rocAUC.value >= 0.5", RuleResult.State.pass), ("evidence.performance.rocAUC.value < 0.5", .fail)])
    func `what is there is decided alike`(_ expression: String, _ state: RuleResult.State) async throws {
        #expect(try await states(try world(expression)) == [state, state, state])
    }
}
