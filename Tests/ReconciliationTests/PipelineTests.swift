import Attestations
import Basics
import Git
import Planning
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// Pipelines of built-in stages through reconciler and gate.
@Suite struct PipelineTests {
    static let pipeline = World.pipeline(
        field: "parameters: {limit: 0.1}",
        """
        - {name: rows, load: {dataset: d}}
        - name: some
          filter: {input: rows, where: row.z > parameters.limit}
        - name: more
          derive: {input: some, columns: [{name: sum, type: float, expression: row.x + row.z}]}
        - name: means
          derive: {input: more, columns: [{name: twice, type: float, expression: row.sum * 2.0}], drop: [label, sum]}
        - name: halves
          split: {input: more, random: {seed: 1, testShare: 0.5}}
        """)
    static let made =
        World.head + """
            kind: Dataset
            metadata: {name: made}
            spec:
              source: {pipeline: p, output: more}
              columns:
                - {name: x, type: float}
                - {name: sum, type: float}
                - {name: g, type: category, protected: true}
                - {name: label, type: boolean, role: label}
              split: {random: {seed: 5, testShare: 0.3}}

            """

    static var files: [String: String] {
        var files = World.files
        files["pipelines/p.yaml"] = pipeline
        files["datasets/made.yaml"] = made
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing("dataset: d", with: "dataset: made")
        return files
    }

    @Test func `a model trains on what a pipeline made; the same digests for any number of threads, and nothing the second time`() async throws {
        var ledgers: [ObjectID?] = []
        for threads in [1, 2, 4] {
            let world = try World(files: Self.files)
            let report = try await world.reconcile(threads: threads)
            #expect(report.diagnostics.isEmpty)
            #expect(report.verdicts.first { $0.subject.kind == "Pipeline" }?.outcome == .pass)
            #expect(report.verdicts.first { $0.subject.kind == "Model" }?.findings.map(\.message) == [])
            #expect(report.plan.subjects.map(\.subject.description) == ["Pipeline/p", "Model/m"])
            #expect(report.added.count == 2)
            let again = try await world.reconcile(threads: threads)
            #expect(again.added.isEmpty && again.plan.stepsToRun.isEmpty)
            ledgers.append(try world.ledgerTip)
            // A reconciler that lost its folder plans with what the ledger vouches for.
            let other = try await Reconciler(options: world.reconcilerOptions(state: "other"), clock: world.clock).plan().plan
            #expect(other.stepsToRun.isEmpty)
        }
        #expect(ledgers[0] != nil && ledgers[0] == ledgers[1] && ledgers[0] == ledgers[2])
    }

    @Test func `a stage that fails says where and why, stops what needs it, and lets the rest finish`() async throws {
        var files = Self.files
        files["pipelines/p.yaml"] = Self.pipeline.replacing("row.sum * 2.0", with: "double(row.g)")
        let world = try World(files: files)
        let report = try await world.reconcile()
        let verdict = try #require(report.verdicts.first { $0.subject.kind == "Pipeline" })
        #expect(verdict.outcome == .undecided)
        let finding = try #require(verdict.findings.first)
        #expect(finding.message.contains("step 'means' failed") && finding.message.contains("on row 1 of"))
        #expect(finding.location?.path == "pipelines/p.yaml" && finding.location?.line == 12)
        #expect(report.verdicts.first { $0.subject.kind == "Model" }?.findings.isEmpty == true)
    }

    @Test func `a model whose pipeline fails is undecided`() async throws {
        var files = Self.files
        files["pipelines/p.yaml"] = Self.pipeline.replacing("limit: 0.1", with: "limit: 7.5")
        let report = try await World(files: files).reconcile()
        #expect(report.verdicts.allSatisfy { $0.subject.kind == "Environment" || $0.outcome == .undecided })
        let model = try #require(report.verdicts.first { $0.subject.kind == "Model" })
        #expect(model.findings.contains { $0.message.contains("no row is left") })
    }

    @Test func `the gate runs what a change of a stage reaches, wants an approval for it, and leaves nothing behind`() async throws {
        let world = try World(files: Self.files)
        try await world.reconcile()
        let head = try world.commit(
            ["pipelines/p.yaml": Self.pipeline.replacing("limit: 0.1", with: "limit: 0.2")], by: World.bob, branch: "refs/heads/proposal")
        let report = try await world.gate(head: head, base: try world.main)
        #expect(report.verdict.subjects.map(\.subject.description) == ["Model/m", "Pipeline/p"])
        #expect(report.verdict.findings.contains { $0.message.contains("spec.parameters.limit") && $0.outcome == .undecided })
        #expect(try await world.reconcile().added.isEmpty)
    }

    @Test func `two repositories that share a store share what their reconciler vouches for`() async throws {
        let first = try World(files: Self.files)
        let second = try World(files: Self.files)
        let shared = first.folder.path + "/shared"
        var options = first.reconcilerOptions()
        options.sharedStore = shared
        _ = try await Reconciler(options: options, clock: first.clock).run()
        let before = try first.files(below: "shared/store")
        #expect(before.count > 10)
        options = second.reconcilerOptions()
        options.sharedStore = shared
        let report = try await Reconciler(options: options, clock: second.clock).run()
        #expect(report.added.count == 2)
        // No step ran: nothing was made.
        #expect(try first.files(below: "shared/store") == before)
    }
}
