import Attestations
import Basics
import Foundation
import Frames
import Git
import Planning
import Storage
import TestSupport
import TestWorld
import Testing

@testable import Reconciliation

/// Parts of big files, data that pipelines make, what the gate scores, and predictions copied out of the store.
@Suite struct BatchInferenceReachTests {
    private static func csv(_ count: Int, seed: UInt64, shift: Double = 0) -> String {
        var random = SeededRandom(seed: seed)
        let lines = (0..<count).map { "\($0),\(random.nextUnit() + shift),\(random.nextUnit()),\(random.nextUnit() < 0.4 ? "a" : "b")" }
        return (["id,x,z,g"] + lines).joined(separator: "\n") + "\n"
    }

    private static func spec(_ record: Digest, data: String = "{path: scoring}", more: String = "") -> String {
        World.head + """
            kind: BatchInference
            metadata: {name: nightly}
            spec:
              model: {record: "\(record)"}
              data: \(data)
              decision: {threshold: 0.5}
              \(more)

            """
    }

    /// A world with a recorded model, and its record.
    private static func world(files: [String: String] = World.files) async throws -> (World, Digest) {
        let world = try World(files: files)
        _ = try await world.reconcile()
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let record = try #require(try audit.entries().last { $0.record.subject.kind == "Model" })
        return (world, record.digest)
    }

    /// Commits a Parquet file of 500 rows in five row groups.
    private static func commitParquet(_ world: World, to path: String) throws {
        let file = world.folder.path + "/big.parquet"
        let writer = try TableWriter(parquet: file, groupRows: 100)
        try writer.append(try Frame.read(csv: Array(csv(500, seed: 9).utf8)))
        try writer.close()
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(try RowGroups.rows(parquet: bytes) == [100, 100, 100, 100, 100])
        let parent = try world.main
        let entry = TreeEntry(path: path, mode: .regular, id: try world.server.writeBlob(bytes))
        let tree = try world.server.createTree(from: try world.server.commit(parent).tree, upserts: [entry], removals: [])
        let identity = CommitIdentity(name: "someone", email: "someone@example.org", instant: world.clock.instant)
        let commit = try world.server.createCommit(
            tree: tree, parents: [parent], author: identity, committer: identity, message: "data", sign: nil)
        try world.server.updateReference("refs/heads/main", to: commit, expecting: parent, reason: "test")
    }

    private static func export(_ world: World, _ output: String = "out", record: String? = nil) throws -> PredictionExport.Report {
        try PredictionExport(
            repositoryPath: world.serverPath, revision: "main", ledger: nil, store: world.folder.path + "/state/store"
        ).export("nightly", record: record, to: world.folder.path + "/" + output)
    }

    @Test func `a big Parquet file is scored between its row groups, and its predictions can be copied out`() async throws {
        let (world, record) = try await Self.world()
        try Self.commitParquet(world, to: "scoring/big.parquet")
        try world.commit(["inference/nightly.yaml": Self.spec(record, more: "shardRows: 200\n  keep: [id]")], by: World.alice)
        let report = try await world.reconcile()
        let plan = try #require(report.plan.subjects.first { $0.subject.kind == "BatchInference" })
        #expect(plan.steps.map(\.step.name) == ["score-000000", "score-000001", "score-000002", "monitor"])
        #expect(report.verdicts.first { $0.subject.kind == "BatchInference" }?.outcome == .pass)

        let exported = try Self.export(world)
        #expect(exported.outcome == .pass && exported.kept == 0)
        let names = ["big-000000.parquet", "big-000002.parquet", "big-000004.parquet"]
        #expect(exported.manifest["shards"]?.arrayValue?.map { $0["output"]?.stringValue } == names)
        let out = world.folder.path + "/out/"
        var ids: [String] = []
        for name in names {
            let frame = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: out + name))))
            guard case .category(let codes, let texts) = try frame.column("id").values else {
                guard case .integer(let numbers) = try frame.column("id").values else { throw CocoaError(.coderInvalidValue) }
                ids += numbers.map { "\($0)" }
                continue
            }
            ids += codes.map { texts[Int($0)] }
        }
        #expect(ids == (0..<500).map { "\($0)" })

        // Again: what is there stays; what was changed comes back; what is no prediction of this record goes.
        #expect(try Self.export(world).kept == 3)
        try Data("x".utf8).write(to: URL(fileURLWithPath: out + names[1]))
        try Data("x".utf8).write(to: URL(fileURLWithPath: out + "older.parquet"))
        #expect(try Self.export(world).kept == 2)
        #expect(!FileManager.default.fileExists(atPath: out + "older.parquet"))
        // Lost or damaged in the store: the next look makes them again, and they are the recorded ones.
        let store = FileStore(at: world.folder.path + "/state/store")
        let recorded = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries().flatMap(\.record.draft.steps)
        let predictions = try plan.steps.prefix(2).map { planned in
            try #require(recorded.first { $0.key == planned.step.key }?.outputs["predictions"])
        }
        try store.remove(predictions[0])
        let file = try #require(try store.file(predictions[1]))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: file))
        #expect(throws: ReconciliationError.self) { try Self.export(world, "anew") }
        // The first of them stopped the export, so that the look alone sees that the second is damaged.
        let again = try await world.reconcile()
        #expect(again.added.isEmpty && again.notices.isEmpty)
        _ = try Self.export(world, "anew")
        for name in names {
            #expect(FileManager.default.contents(atPath: out + name) == FileManager.default.contents(atPath: world.folder.path + "/anew/" + name))
        }
        #expect(throws: ReconciliationError.self) { try Self.export(world, "server.git") }
        #expect(throws: ReconciliationError.self) { try Self.export(world, record: "ffff") }
    }

    @Test func `predictions of a record that did not pass are not handed out`() async throws {
        let (world, record) = try await Self.world()
        try world.commit(
            [
                "inference/nightly.yaml": Self.spec(record, more: "reference: d\n  limits: {drift: 0.2, minimumRows: 10}"),
                "scoring/a.csv": Self.csv(300, seed: 3, shift: 4),
            ], by: World.alice)
        _ = try await world.reconcile()
        let report = try Self.export(world)
        #expect(report.outcome == .deny)
        #expect(!FileManager.default.fileExists(atPath: world.folder.path + "/out"))
    }

    @Test func `what a pipeline makes is scored as any data`() async throws {
        let (world, record) = try await Self.world()
        try world.commit(
            [
                "pipelines/p.yaml": PipelineTests.pipeline, "datasets/made.yaml": PipelineTests.made,
                "inference/nightly.yaml": Self.spec(record, data: "{dataset: made}"),
            ], by: World.alice)
        let report = try await world.reconcile()
        let verdict = try #require(report.verdicts.first { $0.subject.kind == "BatchInference" })
        #expect(verdict.outcome == .pass, "\(verdict.findings)")
        let rows = try Self.export(world).manifest["measures"]?["rows"]?.intValue
        #expect(rows ?? 0 > 400 && rows ?? 0 < 600)
        #expect(try await world.reconcile().added.isEmpty)
        // Another limit of the filter makes other data, which are scored anew.
        try world.commit(["pipelines/p.yaml": PipelineTests.pipeline.replacing("limit: 0.1", with: "limit: 0.4")], by: World.alice)
        let again = try await world.reconcile()
        #expect(again.plan.stepsToRun.contains { $0.name == "score-000000" })
        #expect(try Self.export(world).manifest["measures"]?["rows"]?.intValue ?? 0 < (rows ?? 0))
    }

    @Test func `the gate scores what a change reaches, and nothing else`() async throws {
        let (world, record) = try await Self.world()
        let limits = "reference: d\n  limits: {drift: 0.25, minimumRows: 10}"
        try world.commit(["inference/nightly.yaml": Self.spec(record, more: limits), "scoring/a.csv": Self.csv(300, seed: 1)], by: World.alice)
        _ = try await world.reconcile()

        func judged(_ changes: [String: String], store: Bool = true) async throws -> [Verdict] {
            let branch = "refs/heads/proposal"
            if let tip = try world.server.reference(branch) { try world.server.deleteReference(branch, expecting: tip) }
            let head = try world.commit(changes, by: World.alice, branch: branch)
            var options = Gate.Options()
            options.root = World.root
            options.threads = 1
            if store { options.store = FileStore(at: world.folder.path + "/state/store") }
            let report = try await Gate(repository: try world.server.inMemoryHandle(), options: options, clock: world.clock)
                .judge(base: try world.main, head: head)
            return report.verdict.subjects
        }
        #expect(try await judged(["README.md": "hello\n"]).isEmpty)
        #expect(try await judged(["scoring/a.csv": Self.csv(250, seed: 2)]).map { [$0.subject.name, $0.outcome.rawValue] } == [["nightly", "pass"]])
        let drifted = try #require(try await judged(["scoring/b.csv": Self.csv(250, seed: 2, shift: 5)]).first)
        #expect(drifted.outcome == .deny && drifted.findings.first?.message.contains("population stability index") == true)
        let gone = try #require(try await judged(["inference/nightly.yaml": Self.spec(record, data: "{path: nowhere}")]).first)
        #expect(gone.outcome == .undecided && gone.findings.first?.message.contains("there is no file or folder 'nowhere'") == true)
        // Without the reconciler's store the model is trained again, as its record says.
        for changes in [["scoring/a.csv": Self.csv(250, seed: 2)], ["scoring/b.csv": Self.csv(250, seed: 2, shift: 5)]] {
            #expect(try await judged(changes, store: false) == judged(changes))
        }
        #expect(try await world.reconcile().added.isEmpty)
    }
}
