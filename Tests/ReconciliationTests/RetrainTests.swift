import Attestations
import Basics
import Execution
import Git
import Planning
import Reconciliation
import Storage
import Synchronization
import TestSupport
import TestWorld
import Testing

/// Trainings of a pipeline that wait for drift.
@Suite struct RetrainTests {
    private static var files: [String: String] {
        get throws {
            var files = World.files
            let dataset = try #require(files["datasets/d.yaml"])
            let split = try #require(dataset.firstRange(of: #/  split: .*\n/#).map { String(dataset[$0]) })
            files["datasets/d.yaml"] = dataset.replacing(split, with: "  split: {column: g, train: a, test: b}\n")
            files["policies/useful.yaml"] = files["policies/useful.yaml"]?.replacing(
                "evidence.fairness['g'].selectionRate.overall.value", with: "0.1")
            files["models/m2.yaml"] = files["models/m.yaml"]?.replacing("name: m,", with: "name: m2,").replacing("seed: 1", with: "seed: 2")
            files["pipelines/p.yaml"] = World.pipeline(
                field: "retrain: {on: [drift], maximumDrift: 0.25}",
                """
                - {name: rows, load: {dataset: d}}
                - {name: one, train: {model: m, input: rows}}
                - {name: scored, score: {model: one, input: rows, keep: [x, z, g, label]}}
                - {name: two, train: {model: m2, input: scored}}
                """)
            return files
        }
    }

    @Test(arguments: [1, 4]) func `one decision leads to the next one's data, and each is recorded once with its reason`(_ threads: Int) async throws
    {
        let files = try Self.files
        let world = try World(files: files)
        _ = try await world.reconcile(threads: threads)
        let lines = World.data.split(separator: "\n").enumerated().map { index, line -> String in
            index == 0 ? String(line) : "1\(line)"
        }
        let data = lines.joined(separator: "\n") + "\n"
        let text = try #require(files["datasets/d.yaml"])
        let changes = ["data/d.csv": data, "datasets/d.yaml": text.replacing(Digest.of(World.data).description, with: Digest.of(data).description)]
        let head = try world.commit(changes, by: World.alice, branch: "refs/heads/proposal")
        let gate = try await world.gate(head: head, base: try world.main, threads: threads)
        #expect(!gate.machineFailed, "\(gate.verdict.findings)")
        try world.commit(changes, by: World.alice)
        let report = try await world.reconcile(threads: threads)
        #expect(report.unjudged.isEmpty, "\(report.unjudged)")
        let plan = try #require(report.plan.subjects.first { $0.subject.name == "p" })
        for name in ["one", "two"] {
            let reason = try #require(plan.steps.first { $0.step.name == name }).reason
            #expect(reason.description.hasPrefix("drift on '") && reason.description.hasSuffix(" > 0.25"), "\(name): \(reason)")
        }
        let entries = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries()
        let record = try #require(entries.last { $0.record.subject.name == "p" }).record
        #expect(record.draft.steps.count { $0.implementation == StepKind.dataDrift.description } == 2)
        for _ in 0..<2 { #expect(try await world.reconcile(threads: threads).added.isEmpty) }
    }

    @Test func `what another subject has trained on the new data changes no model that is kept`() async throws {
        var files = try Self.files
        files["models/m2.yaml"] = nil
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
            "  risk: high\n", with: "  risk: high\n  retrain: {on: [drift], maximumDrift: 0.25}\n")
        files["pipelines/p.yaml"] = World.pipeline("- {name: one, train: {model: m}}")
        let world = try World(files: files)
        _ = try await world.reconcile()
        let data = World.data.split(separator: "\n").dropLast(10).joined(separator: "\n") + "\n"
        let text = try #require(files["datasets/d.yaml"])
        try world.commit(
            ["data/d.csv": data, "datasets/d.yaml": text.replacing(Digest.of(World.data).description, with: Digest.of(data).description)],
            by: World.alice)
        #expect(try await world.reconcile().added.count == 2)
        let again = try await world.reconcile()
        #expect(again.added.isEmpty && again.plan.stepsToRun.isEmpty, "\(again.plan.stepsToRun.map(\.name))")
        let entries = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries()
        func trained(_ kind: String, _ step: String) throws -> Digest? {
            try #require(entries.last { $0.record.subject.kind == kind }).record.draft.steps.first { $0.name == step }?.inputs["data"]
        }
        #expect(try trained("Model", "train") == Digest.of(World.data))
        #expect(try trained("Pipeline", "one") == Digest.of(data))
    }

    @Test func `data that vanish while their drift is measured are there again in the next try`() async throws {
        var files = try Self.files
        for path in ["models/m2.yaml", "pipelines/p.yaml"] { files[path] = nil }
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
            "  risk: high\n", with: "  risk: high\n  retrain: {on: [drift], maximumDrift: 0.25}\n")
        let world = try World(files: files)
        _ = try await world.reconcile()
        let data = World.data.split(separator: "\n").enumerated().map { $0 == 0 ? String($1) : "1\($1)" }.joined(separator: "\n") + "\n"
        let text = try #require(files["datasets/d.yaml"])
        try world.commit(
            ["data/d.csv": data, "datasets/d.yaml": text.replacing(Digest.of(World.data).description, with: Digest.of(data).description)],
            by: World.alice)
        let store = FileStore(at: world.folder.path + "/state/store")
        let starts = Mutex(0)
        let report = try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).run { event in
            guard case .started(let step, _, _) = event, step.kind == .dataDrift else { return }
            starts.withLock { starts in
                if starts == 0 { try? store.remove(Digest.of(data)) }
                starts += 1
            }
        }
        #expect(starts.withLock { $0 } > 1)
        #expect(report.unjudged.isEmpty && report.added.count == 1, "\(report.unjudged)")
    }

    @Test func `what is run to decide what to train is not run again to train it`() async throws {
        var files = try Self.files
        files["pipelines/p.yaml"] = files["pipelines/p.yaml"]?.replacing(
            "    - {name: rows, load: {dataset: d}}\n",
            with: """
                    - name: copied
                      run: {command: [sh, -c, "cp d.csv o.csv; date +%N > n.txt"], inputs: {d: {path: data/d.csv, as: d.csv}}, outputs: {o: o.csv, n: n.txt}}
                    - {name: rows, derive: {input: copied.o, columns: [{name: k, type: float, expression: row.x}]}}

                """)
        let world = try World(files: files)
        _ = try await world.reconcile()
        let data = World.data.split(separator: "\n").enumerated().map { $0 == 0 ? String($1) : "1\($1)" }.joined(separator: "\n") + "\n"
        let text = try #require(files["datasets/d.yaml"])
        let head = try world.commit(
            ["data/d.csv": data, "datasets/d.yaml": text.replacing(Digest.of(World.data).description, with: Digest.of(data).description)],
            by: World.alice, branch: "refs/heads/proposal")
        let events = Mutex<[(name: String, key: Digest)]>([])
        var options = Gate.Options()
        options.root = World.root
        options.report = { event in
            if case .finished(let step, _, false) = event { events.withLock { $0.append((step.name, step.key)) } }
        }
        let report = try await Gate(repository: try world.server.inMemoryHandle(), options: options, clock: world.clock).judge(
            base: world.main, head: head)
        #expect(!report.machineFailed && report.verdict.subjects.contains { $0.subject.name == "p" }, "\(report.verdict.findings)")
        let ran = events.withLock { $0 }
        #expect(ran.count { $0.name == "copied" } == 1 && Set(ran.map(\.key)).count == ran.count, "\(ran.map(\.name))")
    }
}
