import Attestations
import Basics
import Diagnostics
import Execution
import Foundation
import Frames
import Git
import Planning
import Signatures
import Storage
import Synchronization
import TestSupport
import TestWorld
import Testing

@testable import Reconciliation

@Suite struct BatchInferenceTests {
    private static func rows(_ count: Int, seed: UInt64, shift: Double = 0) -> String {
        var random = SeededRandom(seed: seed)
        let lines = (0..<count).map { "\($0),\(random.nextUnit() + shift),\(random.nextUnit()),\(random.nextUnit() < 0.4 ? "a" : "b")" }
        return (["id,x,z,g"] + lines).joined(separator: "\n") + "\n"
    }

    private static func spec(_ record: Digest, more: String = "") -> String {
        World.head + """
            kind: BatchInference
            metadata: {name: nightly}
            spec:
              model: {record: "\(record)"}
              data: {path: scoring}
              keep: [id]
              decision: {threshold: 0.5}
              reference: d
              \(more)

            """
    }

    /// A world whose model is recorded, and a batch inference of two files.
    private static func world(more: String = "", shift: Double = 0) async throws -> World {
        let world = try World()
        let record = try #require(try await world.reconcile().added.first)
        try world.commit(
            [
                "inference/nightly.yaml": spec(record, more: more), "scoring/day=1/a.csv": rows(300, seed: 1),
                "scoring/day=2/a.csv": rows(300, seed: 2, shift: shift),
            ], by: World.alice)
        return world
    }

    private static func record(_ world: World) throws -> Record {
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        return try #require(try audit.entries().last { $0.record.subject.kind == "BatchInference" }).record
    }

    @Test func `files are scored, recorded with a manifest, and scored again only if they changed`() async throws {
        let world = try await Self.world()
        let report = try await world.reconcile()
        #expect(report.diagnostics.isEmpty && report.added.count == 1)
        let record = try Self.record(world)
        #expect(record.verdict.outcome == .pass && record.verdict.findings == [])
        let store = FileStore(at: world.folder.path + "/state/store")
        let manifest = try JSONValue(parsing: try store.read(try #require(record.draft.artefacts["manifest"])))
        #expect(manifest["shards"]?.arrayValue?.map { $0["input"]?.stringValue } == ["day=1/a.csv", "day=2/a.csv"])
        #expect(manifest["measures"]?["rows"] == .int(600))
        let predictions = try #require(manifest["shards"]?.arrayValue?[1]["outputDigest"]?.stringValue.flatMap(Digest.init(_:)))
        let frame = try Frame.read(parquet: try store.read(predictions))
        #expect(frame.columnNames == ["id", "score", "decision", "model"] && frame.rowCount == 300)
        #expect(try await world.reconcile().added.isEmpty)
        try world.commit(["scoring/day=2/a.csv": Self.rows(200, seed: 5)], by: World.alice)
        let again = try await world.reconcile()
        #expect(again.plan.stepsToRun.map(\.name) == ["score-000001", "monitor"])
        #expect(again.added.count == 1)
    }

    @Test(arguments: [
        "calibration: {method: beta}\n  decision: {groups: {attribute: g, goal: equalizedOdds}}",
        "calibration: {method: platt}\n  decision: {objective: {measure: fBeta, beta: 3}}",
        "mitigation: {method: disparateImpactRemover, attribute: g}\n  decision: {groups: {attribute: g, goal: demographicParity}}",
    ])
    func `what decides in production is what was judged: calibration, chosen threshold, thresholds by group`(_ declared: String) async throws {
        var files = World.files
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
            "  decision: {threshold: 0.5}\n", with: "  validation: {folds: 2}\n  \(declared)\n")
        files["policies/useful.yaml"] = files["policies/useful.yaml"]?.replacing("minimum: 0.8, selected: 0.7", with: "minimum: 0.5, selected: 0.99")
        let world = try World(files: files)
        let digest = try #require(try await world.reconcile().added.first)
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let judged = try #require(try audit.entries().last { $0.record.subject.kind == "Model" }).record
        // The data that the model was judged on are scored again; whole numbers and texts come as the file has them.
        let spec = Self.spec(digest).replacing("  keep: [id]\n", with: "").replacing("  decision: {threshold: 0.5}\n", with: "")
        try world.commit(["inference/nightly.yaml": spec, "scoring/all.csv": World.data], by: World.alice)
        try await world.reconcile()
        let record = try Self.record(world)
        #expect(record.verdict.outcome == .pass, "\(record.verdict.findings.map(\.message))")
        let store = FileStore(at: world.folder.path + "/state/store")
        let manifest = try JSONValue(parsing: try store.read(try #require(record.draft.artefacts["manifest"])))
        #expect(manifest["decisions"]?["champion"]?.stringValue == judged.draft.artefacts["decision"]?.description)
        let output = try #require(manifest["shards"]?.arrayValue?[0]["outputDigest"]?.stringValue.flatMap(Digest.init(_:)))
        let predictions = try Frame.read(parquet: try store.read(output))
        let scores = try Frame.read(parquet: try store.read(try #require(judged.draft.artefacts["scores"])))
        guard case .integer(let rows)? = scores["row"]?.values, case .double(let chances)? = scores["score"]?.values,
            case .double(let served)? = predictions["score"]?.values, case .boolean(let decisions)? = predictions["decision"]?.values
        else { throw TestFailure() }
        #expect(rows.indices.allSatisfy { served[Int(rows[$0])] == chances[$0] })
        if case .boolean(let expected)? = scores["decision"]?.values {
            #expect(rows.indices.allSatisfy { decisions[Int(rows[$0])] == expected[$0] })
        } else {
            let rule = try JSONValue(parsing: try store.read(try #require(judged.draft.artefacts["decision"])))
            let threshold = try #require(rule["threshold"]?.doubleValue)
            #expect(threshold != 0.5)
            #expect(decisions == served.map { $0 >= threshold })
        }
        // Another threshold would decide otherwise than was judged.
        try world.commit(["inference/nightly.yaml": Self.spec(digest).replacing("  keep: [id]\n", with: "")], by: World.alice)
        try await world.reconcile()
        let refused = try Self.record(world).verdict
        #expect(refused.outcome == .undecided)
        #expect(refused.findings.contains { $0.message.contains("judged with a decision rule of its own") })
    }

    @Test func `no shard behind one that halts the job is started, and what is recorded does not depend on how many had been`() async throws {
        var tips: Set<String> = []
        for threads in [1, 2, 4] {
            let world = try World()
            let digest = try #require(try await world.reconcile(threads: threads).added.first)
            var files = ["inference/nightly.yaml": Self.spec(digest, more: "limits: {drift: 0.25, minimumRows: 100}")]
            for day in 1...9 {
                // The third and the fifth are not as the reference is.
                files["scoring/day=\(day)/a.csv"] = Self.rows(300, seed: UInt64(day), shift: day == 3 || day == 5 ? 3 : 0)
            }
            try world.commit(files, by: World.alice)
            let started = Mutex<[String]>([])
            let reconciler = Reconciler(options: world.reconcilerOptions(threads: threads), clock: world.clock)
            _ = try await reconciler.run { event in
                if case .started(let step, _, _) = event, step.kind == .scoreShard { started.withLock { $0.append(step.name) } }
            }
            if threads == 1 { #expect(started.withLock { $0 } == ["score-000000", "score-000001", "score-000002"]) }
            let record = try Self.record(world)
            #expect(record.verdict.outcome == .deny && record.verdict.findings.map(\.kind) == ["limitPassed"])
            #expect(record.verdict.findings.first?.message.hasPrefix("shard 'day=3/a.parquet'") == true)
            #expect(record.draft.steps.map(\.name) == ["reference", "score-000000", "score-000001"])
            tips.insert(try #require(try world.ledgerTip).hex)
            #expect(try await world.reconcile(threads: threads).added.isEmpty)
        }
        #expect(tips.count == 1)
    }

    @Test func `reasons are the codes that the model which decides declares, or the inference itself`() async throws {
        var files = World.files
        let map = ["x", "z", "g"].map { "\($0): {code: R-\($0), text: The \($0)}" }.joined(separator: ", ")
        files["models/m.yaml"] = files["models/m.yaml"]?.appending("  adverseReasons: {map: {\(map)}}\n")
        let world = try World(files: files)
        let digest = try #require(try await world.reconcile().added.first)
        func reasons(_ more: String) async throws -> Set<String> {
            try world.commit(
                ["inference/nightly.yaml": Self.spec(digest, more: more), "scoring/a.csv": Self.rows(200, seed: 1)], by: World.alice)
            try await world.reconcile()
            let record = try Self.record(world)
            #expect(record.verdict.outcome == .pass, "\(record.verdict.findings.map(\.message))")
            let store = FileStore(at: world.folder.path + "/state/store")
            let manifest = try JSONValue(parsing: try store.read(try #require(record.draft.artefacts["manifest"])))
            let output = try #require(manifest["shards"]?.arrayValue?[0]["outputDigest"]?.stringValue.flatMap(Digest.init(_:)))
            guard case .category(_, let names) = try Frame.read(parquet: try store.read(output)).column("reason_1").values else { return [] }
            return Set(names)
        }
        let declared = try await reasons("reasons: 2")
        #expect(!declared.isEmpty && declared.isSubset(of: ["R-x", "R-z", "R-g"]))
        let own = try await reasons("adverseReasons: {maximum: 1, map: {\(map.replacing("R-", with: "own-"))}}")
        #expect(!own.isEmpty && own.isSubset(of: ["own-x", "own-z", "own-g"]))
    }

    private struct TestFailure: Error {}

    @Test func `the same ledger for one, two and four threads, and the decision is reproduced`() async throws {
        var tips: Set<String> = []
        for threads in [1, 2, 4] {
            let world = try await Self.world(more: "limits: {drift: 5, minimumRows: 10}")
            try await world.reconcile(threads: threads)
            tips.insert(try #require(try world.ledgerTip).hex)
            guard threads == 4 else { continue }
            let digest = try Self.record(world).digest
            let report = try await Reproduction(
                repositoryPath: world.serverPath, revision: "main", ledger: nil, store: world.folder.path + "/state/store", threads: 1
            ).reproduce(digest.hex)
            #expect(report.comparisons.filter { !$0.isSame } == [])
            #expect(report.comparisons.contains { $0.what == "output predictions of step score-000001" })
            #expect(report.comparisons.last?.what == "verdict")
            // The files that were scored come from the commit: a store that has the model and nothing else is enough.
            let bare = FileStore(at: world.folder.path + "/bare")
            let model = try #require(try Self.record(world).draft.steps.first { $0.name == "score-000001" }?.inputs["champion"])
            _ = try bare.put(try FileStore(at: world.folder.path + "/state/store").read(model))
            let again = try await Reproduction(repositoryPath: world.serverPath, revision: "main", ledger: nil, store: bare.root, threads: 1)
                .reproduce(digest.hex)
            #expect(again.comparisons.filter { !$0.isSame } == [])
        }
        #expect(tips.count == 1)
    }

    @Test func `a limit that is passed denies, and names shard, column, measure and limit`() async throws {
        let world = try await Self.world(more: "limits: {drift: 0.25, minimumRows: 100}", shift: 3)
        try await world.reconcile()
        let record = try Self.record(world)
        #expect(record.verdict.outcome == .deny)
        let finding = try #require(record.verdict.findings.first)
        #expect(finding.message.hasPrefix("shard 'day=2/a.parquet': column 'x': population stability index is"))
        #expect(finding.location?.path == "inference/nightly.yaml" && record.draft.artefacts["manifest"] == nil)
        #expect(try await Self.failure(reproducedOf: record, world) == ("the limit that halted step score-000001", true))
    }

    @Test func `a limit that is passed and let be is told in the same words, at its place, and is no good news`() async throws {
        let world = try await Self.world(more: "limits: {drift: 0.25, minimumRows: 100}\n  onBreach: warn", shift: 3)
        try await world.reconcile()
        let record = try Self.record(world)
        #expect(record.verdict.outcome == .pass && record.draft.artefacts["manifest"] != nil)
        let findings = record.verdict.findings.filter { $0.kind == "limitPassed" }
        #expect(findings.map { String($0.message.prefix { $0 != ":" }) } == ["shard 'day=2/a.parquet'", "all shards together"])
        for finding in findings {
            #expect(finding.message.contains(": column 'x': population stability index is "), "\(finding.message)")
            #expect(finding.message.hasSuffix(", the limit 0.25; it is let be, as 'onBreach' says"), "\(finding.message)")
            #expect(finding.location?.description.hasPrefix("inference/nightly.yaml:10") == true, "\(String(describing: finding.location))")
            #expect(finding.isCaution)
        }
    }

    /// What a reproduction compared of the only failure, and whether all was the same.
    private static func failure(reproducedOf record: Record, _ world: World) async throws -> (what: String, isReproduced: Bool) {
        let report = try await Reproduction(
            repositoryPath: world.serverPath, revision: "main", ledger: nil, store: world.folder.path + "/state/store", threads: 2
        ).reproduce(record.digest.hex)
        let found = report.comparisons.filter { record.verdict.findings.map(\.message).contains($0.recorded) }
        return (found.map(\.what).joined(separator: ", "), report.isReproduced)
    }

    @Test func `validate looks at the files and columns that a batch inference names`() async throws {
        let world = try await Self.world()
        func messages() throws -> [String] {
            try Validation.revision(world.server, try world.main).map {
                "\($0.span?.file.path ?? ""):\($0.span?.start.line ?? 0) \($0.message)"
            }
        }
        #expect(try messages() == [])
        let spec =
            World.head + """
                kind: BatchInference
                metadata: {name: nightly}
                spec:
                  model: {path: scoring/day=1/a.csv}
                  data: {path: scoring}
                  keep: [id, nope, day]
                  canary: {path: scoring/none, key: nix, share: 0.5}

                """
        try world.commit(["inference/nightly.yaml": spec], by: World.alice)
        let found = try messages()
        #expect(found.count == 4, "\(found)")
        #expect(found.contains { $0.hasPrefix("inference/nightly.yaml:5 'scoring/day=1/a.csv' is no model") })
        #expect(found.contains("inference/nightly.yaml:8 there is no file 'scoring/none' in the repository"))
        #expect(found.contains("inference/nightly.yaml:7 'scoring/day=1/a.csv' has no column 'nope'"))
        #expect(found.contains("inference/nightly.yaml:8 'scoring/day=1/a.csv' has no column 'nix'"))
        try world.commit(["inference/nightly.yaml": spec.replacing("data: {path: scoring}", with: "data: {path: elsewhere}")], by: World.alice)
        #expect(try messages().contains("inference/nightly.yaml:6 there is no file or folder 'elsewhere' in the repository"))
    }

    @Test func `validate tells of a model that is not live, and of an ONNX input's columns that the data have not`() async throws {
        let world = try await Self.world()
        let spec =
            World.head + """
                kind: BatchInference
                metadata: {name: nightly}
                spec:
                  model: {environment: production, model: m}
                  data: {path: scoring}
                  onnx: {columns: {input: [x, nix]}}

                """
        let environment = World.head + "kind: Environment\nmetadata: {name: production}\nspec: {models: []}\n"
        try world.commit(["inference/nightly.yaml": spec, "environments/production.yaml": environment], by: World.alice)
        let found = try Validation.revision(world.server, try world.main)
        #expect(
            found.map { "\($0.span?.start.line ?? 0) \($0.message)" } == [
                "5 'production' has no model 'm' live", "7 'scoring/day=1/a.csv' has no column 'nix'",
            ])
        #expect(found.first?.hint == "proviso promote m --to production")
    }

    @Test func `validate asks of which class a score of a ready classifier is`() throws {
        let world = try World()
        let onnx = try Array(Data(contentsOf: TestFiles.oracles.appending(path: "onnx/models/logistic-texts.onnx")))
        func problems(_ more: String) throws -> [Diagnostic] {
            let spec =
                World.head + """
                    kind: BatchInference
                    metadata: {name: nightly}
                    spec:
                      model: {path: m.onnx}
                      data: {path: scoring}
                      \(more)

                    """
            try world.commit(
                ["inference/nightly.yaml": spec, "scoring/a.csv": "a,b,c,d\n1,2,3,4\n"], by: World.alice, binaries: ["m.onnx": onnx])
            return try Validation.revision(world.server, try world.main)
        }
        let asked = try problems("onnx: {columns: {X: [a, b, c, d]}}")
        #expect(asked.count == 1 && asked[0].code == .dataUnreadable && asked[0].span?.start.line == 5, "\(asked.map(\.text))")
        #expect(
            asked.first?.message
                == "of which class a score of 'm.onnx' is cannot be told: it gives chances of the classes 'no' and 'yes', and which is the positive one is not said"
        )
        #expect(try problems("onnx: {columns: {X: [a, b, c, d]}, positive: \"yes\"}").map(\.message) == [])
        #expect(try problems("onnx: {columns: {X: [a, b, c, d]}, outputColumn: 0}").map(\.message) == [])
        #expect(try problems("onnx: {columns: {X: [a, b, c, d]}, positive: maybe}").first?.message.contains("none is 'maybe'") == true)
        #expect(try problems("onnx: {columns: {X: [a, b, c, d]}, positive: \"yes\", outputColumn: 0}").map(\.code) == [.conflictingFields])
    }

    @Test func `a limit of unknown categories that cannot act on a column is told, by validate and by the verdict`() async throws {
        var files = World.files
        files["models/m.yaml"] = files["models/m.yaml"]?.appending("  preprocessing: [{type: oneHot, columns: [g], minimumRows: 5}]\n")
        let world = try World(files: files)
        let digest = try #require(try await world.reconcile().added.first)
        let spec = Self.spec(digest, more: "limits: {unknown: 0.01, minimumRows: 100}")
        try world.commit(["inference/nightly.yaml": spec, "scoring/a.csv": Self.rows(300, seed: 1)], by: World.alice)
        try await world.reconcile()
        let verdict = try Self.record(world).verdict
        let words = "'limits.unknown' says nothing of 'g', whose known categories the model does not name"
        let line = try #require(spec.split(separator: "\n").firstIndex { $0.contains("limits:") }) + 1
        #expect(verdict.outcome == .pass && verdict.findings.map(\.message) == [words] && verdict.findings[0].location?.line == line)
        // A file of the repository is looked at before anything runs.
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let model = try #require(try audit.entries().last { $0.record.subject.kind == "Model" }?.record.draft.artefacts["model"])
        let bytes = try FileStore(at: world.folder.path + "/state/store").read(model)
        try world.commit(
            ["inference/nightly.yaml": spec.replacing("record: \"\(digest)\"", with: "path: m.model")], by: World.alice, binaries: ["m.model": bytes])
        let found = try Validation.revision(world.server, try world.main)
        #expect(found.map(\.message) == [words] && found[0].span?.start.line == line && found[0].severity == .warning, "\(found.map(\.text))")
    }

    @Test func `data that do not fit, and a model that is not there, are undecided and say why`() async throws {
        let world = try await Self.world()
        try world.commit(["scoring/day=2/a.csv": "id,x,g\n1,2,a\n"], by: World.alice)
        try await world.reconcile()
        let misfit = try Self.record(world).verdict
        #expect(misfit.outcome == .undecided)
        #expect(
            misfit.findings.map(\.message) == [
                "step 'score-000001' failed: shard 'day=2/a.csv': there is no column 'z', which the model reads as number"
            ])
        #expect(misfit.findings.first?.location.map { "\($0)" }?.hasPrefix("inference/nightly.yaml:6") == true)
        #expect(try await Self.failure(reproducedOf: Self.record(world), world) == ("failure of step score-000001", true))
        try world.commit(["inference/nightly.yaml": Self.spec(Digest.of("nothing"))], by: World.alice)
        try await world.reconcile()
        let missing = try Self.record(world).verdict
        #expect(missing.outcome == .undecided && missing.findings.first?.message.hasPrefix("the ledger has no record") == true)
    }

    @Test func `a model that is none is told once and at its place, however many files there are`() async throws {
        let world = try await Self.world()
        let spec = Self.spec(Digest.of("")).replacing(#/{record: ".*"}/#, with: "{path: models/none.onnx}")
        try world.commit(["inference/nightly.yaml": spec, "models/none.onnx": "nothing"], by: World.alice)
        try await world.reconcile()
        let record = try Self.record(world)
        #expect(record.verdict.outcome == .undecided && record.verdict.findings.count == 1, "\(record.verdict.findings)")
        let finding = try #require(record.verdict.findings.first)
        #expect(finding.message.hasPrefix("step 'score-000000' failed: cannot read the model: it is not an ONNX file"))
        #expect(finding.location?.description.hasPrefix("inference/nightly.yaml:5") == true, "\(String(describing: finding.location))")
        #expect(try await Self.failure(reproducedOf: record, world) == ("failure of step score-000000", true))
    }

    @Test func `lost predictions are made again behind what is recorded, and what cannot be had is remembered no longer than it is lost`()
        async throws
    {
        let world = try World()
        let spec = Self.spec(try #require(try await world.reconcile().added.first)).replacing("  reference: d\n", with: "")
        try world.commit(
            ["inference/nightly.yaml": spec, "scoring/day=1/a.csv": Self.rows(300, seed: 1), "scoring/day=2/a.csv": Self.rows(300, seed: 2)],
            by: World.alice)
        try await world.reconcile()
        let state = world.folder.path + "/state"
        let predictions = try Self.record(world).draft.steps.compactMap { $0.outputs["predictions"] }
        #expect(predictions.count == 2)
        func kept() throws -> Int { try predictions.count { try FileStore(at: state + "/store").contains($0) } }
        func notes() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: state + "/lost")) ?? [] }
        try FileManager.default.moveItem(atPath: state + "/store", toPath: state + "/away")
        try world.commit(["models/m.yaml": World.files["models/m.yaml"]?.replacing("rounds: 5", with: "rounds: 6")], by: World.alice)
        let tip = try world.ledgerTip
        let path = world.serverPath
        let isBehind = Mutex<Bool?>(nil)
        let report = try await Reconciler(options: world.reconcilerOptions(), clock: world.clock).run { event in
            guard case .started(let step, _, _) = event, step.name.hasPrefix("score-") else { return }
            let found = try? Repository.open(at: path).reference("refs/heads/proviso/ledger")
            isBehind.withLock { $0 = $0 ?? true && found != nil && found != tip }
        }
        #expect(report.added.count == 1 && report.notices.isEmpty && isBehind.withLock { $0 } == true)
        #expect(try kept() == 2 && notes().isEmpty)
        // Bytes that are others are as good as none.
        let store = FileStore(at: state + "/store")
        let bytes = try store.read(predictions[0])
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: store.path(of: predictions[0]))
        try Data(bytes.dropLast(7)).write(to: URL(fileURLWithPath: store.path(of: predictions[0])))
        #expect(try await world.reconcile().notices.isEmpty && store.read(predictions[0]) == bytes)
        // Nor are bytes there that cannot be read, and they are told of until they can.
        let unread = store.path(of: predictions[0])
        try FileManager.default.moveItem(atPath: unread, toPath: state + "/aside")
        try FileManager.default.createDirectory(atPath: unread, withIntermediateDirectories: false)
        for words in ["cannot be read", "once an hour"] {
            let told = try await world.reconcile().notices
            #expect(told.count == 1 && told[0].contains("are lost") && told[0].contains(words), "\(told)")
        }
        try FileManager.default.removeItem(atPath: unread)
        try FileManager.default.moveItem(atPath: state + "/aside", toPath: unread)
        #expect(try await world.reconcile().notices.isEmpty && notes().isEmpty)
        // The data that the model was trained on are in no commit any more.
        try FileManager.default.removeItem(atPath: state + "/store")
        let data = World.data.split(separator: "\n").dropLast(10).joined(separator: "\n") + "\n"
        let main = try world.commit(["data/d.csv": data, "datasets/d.yaml": World.dataset(data)], by: World.alice)
        let identity = CommitIdentity(name: "Alice", email: "alice@example.org", instant: world.clock.instant)
        let root = try world.server.createCommit(
            tree: try world.server.commit(main).tree, parents: [], author: identity, committer: identity, message: "squashed", sign: nil)
        try world.server.updateReference("refs/heads/main", to: root, expecting: main, reason: "test")
        try FileManager.default.removeItem(atPath: state + "/mirror.git")
        let lost = try await world.reconcile()
        #expect(lost.notices.count { $0.contains("are lost") } == 2 && notes().count == 2, "\(lost.notices) \(lost.unjudged)")
        // It is not tried again before long, and not forgotten meanwhile.
        let again = try await world.reconcile()
        #expect(again.notices.count { $0.contains("are lost") && $0.contains("once an hour") } == 2 && notes().count == 2, "\(again.notices)")
        // Somebody brings them back.
        try FileManager.default.removeItem(atPath: state + "/store")
        try FileManager.default.moveItem(atPath: state + "/away", toPath: state + "/store")
        #expect(try await world.reconcile().notices.isEmpty && notes().isEmpty)
    }
}
