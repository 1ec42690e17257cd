import Attestations
import Basics
import Foundation
import Git
import Ledger
import Signatures
import Storage
import TestSupport
import TestWorld
import Testing

@testable import Reconciliation

@Suite struct ReproductionTests {
    private static func reproduce(_ world: World, _ record: Digest, store: String? = nil, threads: Int = 1) async throws -> Reproduction.Report {
        try await Reproduction(repositoryPath: world.serverPath, revision: "main", ledger: nil, store: store, threads: threads).reproduce(record.hex)
    }

    @Test(arguments: [1, 2, 4]) func `a decision is reproduced from the repository alone, by any number of threads`(_ threads: Int) async throws {
        let world = try World()
        let record = try #require(try await world.reconcile().added.first)
        let report = try await Self.reproduce(world, record, threads: threads)
        #expect(report.comparisons.filter { !$0.isSame } == [])
        #expect(report.isReproduced && report.firstDivergence == nil)
        let names = report.comparisons.map(\.what)
        for what in [
            "spec models/m.yaml", "output model of step train", "output scores of step predict", "evidence performance", "artefact model", "verdict",
        ] {
            #expect(names.contains(what), "\(what)")
        }
        #expect(report.recordedEnvironment == EngineEnvironment.json && report.environmentDifferences.isEmpty)
    }

    @Test func `an older decision is reproduced after the branch has moved on, and an environment's too`() async throws {
        let world = try World()
        let first = try #require(try await world.reconcile().added.first)
        let spec = try #require(World.files["models/m.yaml"]).replacing("rounds: 5", with: "rounds: 6")
        try world.commit(["models/m.yaml": spec], by: World.alice)
        let second = try #require(try await world.reconcile().added.first)
        try world.commit(
            [
                "environments/production.yaml": World.head
                    + "kind: Environment\nmetadata: {name: production}\nspec: {models: [{name: m, record: \"\(second)\"}]}\n"
            ],
            by: World.alice)
        let environment = try #require(try await world.reconcile().added.last)
        for record in [first, second, environment] { #expect(try await Self.reproduce(world, record).comparisons.filter { !$0.isSame } == []) }
    }

    @Test func `a record whose model is not what its steps make is found out, and the step is named`() async throws {
        let world = try World()
        let record = try #require(try await world.reconcile().added.first)
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let draft = try audit.record(record.hex).record.draft
        let wrong = Digest.of("another model")
        let steps = draft.steps.map { step in
            RecordedStep(
                name: step.name, key: step.key, implementation: step.implementation, parameters: step.parameters,
                inputs: step.inputs.mapValues { $0 == draft.artefacts["model"] ? wrong : $0 },
                outputs: step.outputs.mapValues { $0 == draft.artefacts["model"] ? wrong : $0 })
        }
        let snapshot = try Snapshot(world.server, tree: try world.server.commit(try world.main).tree)
        let reader = try #require(
            try LedgerState(world.server, tip: try world.ledgerTip, signers: snapshot).reader)
        let scratch = FileStore(at: world.folder.path + "/replay")
        let replay = StepReplay(files: CommitFiles(snapshot, dvcCache: nil), reader: reader, shared: nil, own: scratch, threads: 1)
        let outcome = try await replay.run(steps) { _ in }
        #expect(outcome.firstDivergence == "train")
        let model = try #require(outcome.comparisons.first { $0.what == "output model of step train" })
        #expect(!model.isSame && model.recorded == wrong.description)
        // What reads the forged model cannot even be run: nobody has it.
        #expect(outcome.comparisons.contains { $0.what == "step predict" && $0.note?.contains("neither in the repository nor in the store") == true })
        let unknown = RecordedStep(name: "x", key: wrong, implementation: "train/99", parameters: [:], inputs: [:], outputs: [:])
        #expect(try await replay.run([unknown]) { _ in }.firstNotRun == "x")
    }

    @Test func `a training that later commits kept is run again on the data of its own commit`() async throws {
        let world = try World()
        let record = try #require(try await world.reconcile().added.first)
        let fewer = World.data.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
        try world.commit(["data/d.csv": fewer, "datasets/d.yaml": World.dataset(fewer)], by: World.alice)
        try await world.reconcile()
        let snapshot = try Snapshot(world.server, tree: try world.server.commit(try world.main).tree)
        let ledger = try LedgerState(world.server, tip: try world.ledgerTip, signers: snapshot)
        let steps = try #require(ledger.entries[record]?.record.draft.steps)
        var replay = StepReplay(
            files: CommitFiles(snapshot, dvcCache: nil), reader: try #require(ledger.reader), shared: nil,
            own: FileStore(at: world.folder.path + "/replay"), threads: 1)
        let without = try await replay.run(steps) { _ in }
        #expect(without.firstNotRun != nil && without.firstDivergence == nil)
        replay.earlier = EarlierFiles(world.server, records: ledger.entries.values.map(\.record), dvcCache: nil)
        let outcome = try await replay.run(steps) { _ in }
        #expect(outcome.firstNotRun == nil && outcome.comparisons.allSatisfy(\.isSame))
    }

    /// The second filter hands on what it got.
    @Test(arguments: ["row.z > parameters.limit", "row.z > -1.0"])
    func `a model on a pipeline's data is reproduced from the repository alone`(_ filter: String) async throws {
        var files = PipelineTests.files
        files["pipelines/p.yaml"] = PipelineTests.pipeline.replacing("row.z > parameters.limit", with: filter)
        let world = try World(files: files)
        let report = try await world.reconcile()
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let digest = try #require(try report.added.first { try audit.record($0.hex).record.subject.kind == "Model" })
        let found = try await Self.reproduce(world, digest)
        #expect(found.comparisons.filter { !$0.isSame } == [])
        #expect(found.comparisons.contains { $0.what == "output table of step more" })
    }

    @Test func `a damaged artefact of the store is named with the step that needs it, and the others are compared`() async throws {
        let world = try World()
        let record = try #require(try await world.reconcile().added.first)
        let path = world.folder.path + "/state/store"
        let store = FileStore(at: path)
        let snapshot = try Snapshot(world.server, tree: try world.server.commit(try world.main).tree)
        let ledger = try LedgerState(world.server, tip: try world.ledgerTip, signers: snapshot)
        let steps = try #require(ledger.entries[record]?.record.draft.steps)
        let model = try #require(ledger.entries[record]?.record.draft.artefacts["model"])
        let file = try #require(try store.file(model))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: file))
        let replay = StepReplay(
            files: CommitFiles(snapshot, dvcCache: nil), reader: try #require(ledger.reader), shared: store,
            own: FileStore(at: world.folder.path + "/replay"), threads: 1)
        let outcome = try await replay.run(steps.filter { $0.name != "train" }) { _ in }
        #expect(outcome.firstNotRun == "predict")
        #expect(outcome.comparisons.first { $0.what == "step predict" }?.note?.contains("damaged in the store") == true)
    }

    @Test func `what was not made again is not vouched for, whoever copied the recorded bytes`() async throws {
        var files = World.files
        files["pipelines/p.yaml"] = World.pipeline(
            """
            - {name: rnd, run: {command: [sh, -c, "head -c 16 /dev/urandom | od -A n -t x1 > x.txt"], outputs: {x: x.txt}}}
            - {name: copy, run: {command: [cp, x.txt, y.txt], inputs: {x: {from: rnd.x, as: x.txt}}, outputs: {y: y.txt}}}
            """)
        let world = try World(files: files)
        let report = try await world.reconcile()
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let digest = try #require(try report.added.first { try audit.record($0.hex).record.subject.kind == "Pipeline" })
        let found = try await Self.reproduce(world, digest, store: world.folder.path + "/state/store")
        #expect(found.firstDivergence == "rnd" && found.firstNotRun == nil)
        #expect(found.comparisons.first { $0.what == "artefact rnd.x" }?.isSame == false)
        let verdict = try #require(found.comparisons.first { $0.what == "verdict" })
        #expect(!verdict.isSame && verdict.recorded == verdict.found && verdict.note?.contains("not all of which was made again") == true)
    }

    /// The size of /tmp is the limit that the stage declares.
    @Test func `programs run again under the limits that their stage declares`() async throws {
        var files = World.files
        files["pipelines/size.yaml"] = World.pipeline(
            name: "size",
            """
            - name: size
              run:
                command: [sh, -c, "df --output=size /tmp > size.txt"]
                outputs: {size: size.txt}
              resources: {disk: 8MB}
              timeout: 1m
            """)
        let world = try World(files: files)
        let report = try await world.reconcile()
        #expect(report.diagnostics.isEmpty)
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let record = try #require(try report.added.first { try audit.record($0.hex).record.subject.kind == "Pipeline" })
        #expect(try await Self.reproduce(world, record).comparisons.filter { !$0.isSame } == [])
    }

    @Test func `a failed step fails again, and with the same words`() async throws {
        var files = World.files
        files["pipelines/p.yaml"] = World.pipeline(
            """
            - {name: good, run: {command: [sh, -c, "echo x > x.txt"], outputs: {x: x.txt}}}
            - {name: bad, run: {command: [sh, -c, "cat x.txt; exit 7"], inputs: {x: {from: good.x, as: x.txt}}, outputs: {y: y.txt}}}
            """)
        let world = try World(files: files)
        let report = try await world.reconcile()
        #expect(report.diagnostics.isEmpty)
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let digest = try #require(try report.added.first { try audit.record($0.hex).record.subject.kind == "Pipeline" })
        let found = try await Self.reproduce(world, digest)
        #expect(found.comparisons.filter { !$0.isSame } == [])
        let failure = try #require(found.comparisons.first { $0.what == "failure of step bad" })
        #expect(failure.found == "step 'bad' failed: its program ended with code 7")
        #expect(found.comparisons.last?.what == "verdict")
        let verdict = try audit.record(digest.hex).record.verdict
        let dishonest = Verdict(subject: verdict.subject, outcome: .pass, rules: [], findings: verdict.findings, nextBoundary: nil)
        #expect(Reproduction.verdict(ofFindings: dishonest).outcome == .undecided)
        #expect(verdict.findings.first?.remark == nil)
        #expect(report.verdicts.first { $0.subject.kind == "Pipeline" }?.findings.first?.remark?.hasSuffix("\nx\n") == true)
    }

    @Test func `environments are compared part by part, and a record that is not there is said`() async throws {
        let then: JSONValue = ["engine": "proviso 0.0.9", "libraries": ["arrow": "25.0.0"], "processor": "p", "architecture": "arm64"]
        let here: JSONValue = [
            "engine": "proviso 0.1.0", "libraries": ["arrow": "25.0.0", "xgboost": "3.4.1"], "processor": "p", "architecture": "arm64",
        ]
        #expect(EngineEnvironment.differences(then, here) == ["engine: proviso 0.0.9 then, proviso 0.1.0 here", "xgboost: nothing then, 3.4.1 here"])
        let world = try World()
        try await world.reconcile()
        await #expect(throws: ReconciliationError.self) { try await Self.reproduce(world, Digest.of("nothing")) }
    }
}
