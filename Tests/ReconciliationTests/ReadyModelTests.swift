import Attestations
import Basics
import Diagnostics
import Foundation
import Frames
import Models
import Planning
import Reconciliation
import Storage
import TestSupport
import TestWorld
import Testing

/// Ready models, programs that train, and students, from the repository to the ledger.
@Suite struct ReadyModelTests {
    private static let script = """
        import json, os, shutil, sys

        asked = json.load(open(os.environ["PROVISO_PARAMETERS"]))
        if asked["features"] != ["x", "z", "g"] or asked["label"] != "label" or os.path.getsize(asked["data"]) == 0:
            sys.exit("it was not told what to train")
        mode = asked["settings"]["mode"]
        if mode == "garbage":
            open(asked["model"], "w").write("no model at all")
        elif mode != "nothing":
            shutil.copy(mode + ".onnx", asked["model"])

        """

    private static func model(_ name: String, _ estimator: String, more: String = "") -> String {
        World.head + """
            kind: Model
            metadata: {name: \(name)}
            spec:
              purpose: a test
              risk: low
              owners: [alice@example.org]
              dataset: d
              estimator: \(estimator)
              decision: {threshold: 0.5}
              \(more)

            """
    }

    /// A world whose model `m` is trained, and that model as ONNX.
    private static func world() async throws -> (world: World, onnx: [UInt8]) {
        let world = try World()
        _ = try await world.reconcile()
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        let digest = try #require(try audit.entries().last { $0.record.subject.name == "m" }?.record.draft.artefacts["model"])
        return (world, try ONNXExport(ModelArtifact(bytes: store(world).read(digest))).bytes)
    }

    private static func store(_ world: World) -> FileStore { FileStore(at: world.folder.path + "/state/store") }

    private static func record(_ world: World, _ name: String) throws -> Record {
        let audit = try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil)
        return try #require(try audit.entries().last { $0.record.subject.name == name }).record
    }

    private static func evidence(_ world: World, _ name: String, _ section: String) throws -> JSONValue {
        let digest = try #require(try record(world, name).draft.evidence[section])
        return try JSONValue(parsing: try store(world).read(digest))
    }

    /// A column of a model's scores.
    private static func numbers(_ world: World, _ name: String, _ column: String) throws -> [Double] {
        let digest = try #require(try record(world, name).draft.artefacts["scores"])
        guard case .double(let all) = try Frame.read(parquet: store(world).read(digest)).column(column).values else { return [] }
        return all
    }

    private static let policies = [
        "policies/small.yaml": World.policy(
            name: "small",
            """
            - {name: size, expression: evidence.footprint.bytes < 1000000}
            """),
        "policies/faithful.yaml": World.head + """
            kind: Policy
            metadata: {name: faithful}
            spec:
              match: {kinds: [Model]}
              matchConditions: [{name: taught, expression: has(subject.spec.teacher)}]
              validations:
                - {name: agrees, expression: evidence.distillation.agreement.value >= 0.8}
                - {name: smaller, expression: evidence.distillation.sizeRatio < 3.0}

            """,
    ]

    @Test func `ready models, programs' models and students are judged like any model`() async throws {
        let (world, onnx) = try await Self.world()
        let digest = Digest.of(onnx)
        let command =
            "{type: command, seed: 1, command: [python3, train.py], settings: {mode: m}, resources: {memory: 2GiB, processes: 64}, files: {train.py: \"\(Digest.of(Self.script))\", m.onnx: \"\(digest)\"}}"
        try world.commit(
            Self.policies.merging([
                "train.py": Self.script,
                "models/ready.yaml": Self.model(
                    "ready", "{type: onnx, seed: 0, path: m.onnx, digest: \"\(digest)\"}", more: "teacher: {model: m}"),
                "models/made.yaml": Self.model("made", command),
                "models/student.yaml": Self.model("student", "{type: xgboost, seed: 1, rounds: 2, maxDepth: 2}", more: "teacher: {model: m}"),
                "models/pupil.yaml": Self.model(
                    "pupil", "{type: xgboost, seed: 1, rounds: 2, maxDepth: 2}", more: "teacher: {path: m.onnx, digest: \"\(digest)\"}"),
            ]) { $1 }, by: World.alice, binaries: ["m.onnx": onnx])
        let report = try await world.reconcile()
        #expect(report.diagnostics.isEmpty, "\(report.diagnostics.map(\.text))")
        let fit = try #require(report.plan.subjects.first { $0.subject.name == "made" }?.steps.first { $0.step.name == "fit" }).step
        #expect(fit.execution.resources == StepResources(memoryBytes: 2 << 30, processes: 64) && fit.parameters["network"] == false)
        for name in ["ready", "made", "student", "pupil"] {
            let verdict = try #require(report.verdicts.first { $0.subject.name == name })
            #expect(verdict.outcome == .pass && verdict.findings.isEmpty, "\(name): \(verdict.findings.map(\.message))")
        }
        // The same model by three ways: the same measures.
        let original = try Self.evidence(world, "m", "performance")
        #expect(try Self.evidence(world, "ready", "performance")["rocAUC"] == original["rocAUC"])
        #expect(try Self.evidence(world, "made", "performance")["accuracy"] == original["accuracy"])
        #expect(try Self.record(world, "made").draft.artefacts["model"] == Self.record(world, "ready").draft.artefacts["model"])
        let compared = try Self.evidence(world, "ready", "distillation")
        #expect(compared["agreement"]?["value"] == .double(1) && (compared["largestDistance"]?.doubleValue ?? 1) < 1e-6)
        #expect(compared["teacher"]?["rocAUC"] == original["rocAUC"])
        // Both teachers teach alike, to the rounding of their predictions.
        let (student, pupil) = (try Self.evidence(world, "student", "distillation"), try Self.evidence(world, "pupil", "distillation"))
        #expect(student["agreement"] == pupil["agreement"])
        #expect((student["sizeRatio"]?.doubleValue ?? 9) < 1)
        let small = try Self.evidence(world, "student", "footprint")
        #expect(small["trees"] == .int(2) && (small["depth"]?.intValue ?? 9) <= 2)
        #expect(try await world.reconcile().added.isEmpty)
    }

    @Test(arguments: [false, true]) func `a pipeline trains models of pinned files, of a commit and of a folder`(_ isCommit: Bool) async throws {
        let (world, onnx) = try await Self.world()
        let digest = Digest.of(onnx)
        let files = [
            "models/ready.yaml": Self.model("ready", "{type: onnx, seed: 0, path: m.onnx, digest: \"\(digest)\"}"),
            "models/pupil.yaml": Self.model(
                "pupil", "{type: xgboost, seed: 1, rounds: 2, maxDepth: 2}", more: "teacher: {path: m.onnx, digest: \"\(digest)\"}"),
            "pipelines/p.yaml": World.pipeline("- {name: a, train: {model: ready}}\n- {name: b, train: {model: pupil}}"),
        ]
        try world.commit(files, by: World.alice, binaries: ["m.onnx": onnx])
        let folder = try TemporaryFolder()
        if !isCommit {
            for (path, text) in World.files.merging(files, uniquingKeysWith: { $1 }) {
                let url = folder.url.appending(path: path)
                try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: url)
            }
            try Data(onnx).write(to: folder.url.appending(path: "m.onnx"))
        }
        var options = PipelineRun.Options(
            folder: isCommit ? world.serverPath : folder.path, pipeline: "p", state: world.folder.path + "/runs")
        if isCommit { options.revision = "main" }
        let report = try await PipelineRun(options: options, clock: FixedClock()).run()
        #expect(report.isWhole && report.diagnostics.isEmpty, "\(report.stages.compactMap(\.explanation)) \(report.diagnostics.map(\.message))")
    }

    @Test(arguments: [false, true]) func `a teacher teaches calibrated chances and is compared with as it decides, at its own threshold`(
        _ isWeighted: Bool
    )
        async throws
    {
        var files = World.files.merging(Self.policies) { $1 }
        if isWeighted {
            let rows = World.data.split(separator: "\n").enumerated().map { "\($1),\($0 == 0 ? "w" : String($0 % 3))" }
            let data = rows.joined(separator: "\n") + "\n"
            files["data/d.csv"] = data
            files["datasets/d.yaml"] = World.files["datasets/d.yaml"]?
                .replacing("\(Digest.of(World.data))", with: "\(Digest.of(data))")
                .replacing("    - {name: label,", with: "    - {name: w, type: integer, role: weight}\n    - {name: label,")
        }
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
            "  decision: {threshold: 0.5}\n",
            with: "  validation: {folds: 2}\n  calibration: {method: platt}\n  decision: {objective: {measure: fBeta, beta: 3}}\n")
        files["models/student.yaml"] = Self.model("student", "{type: xgboost, seed: 1, rounds: 60, maxDepth: 4}", more: "teacher: {model: m}")
        files["policies/seen.yaml"] =
            World.head + """
                kind: Policy
                metadata: {name: seen}
                spec:
                  match: {kinds: [Model]}
                  validations: [{name: seen, expression: evidence.performance.rows > 1}]

                """
        let world = try World(files: files)
        _ = try await world.reconcile()
        let (judged, compared) = (try Self.evidence(world, "m", "performance"), try Self.evidence(world, "student", "distillation"))
        for figure in ["accuracy", "logLoss", "rocAUC"] { #expect(compared["teacher"]?[figure]?["value"] == judged[figure]?["value"], "\(figure)") }
        let distance = try #require(compared["meanDistance"]?.doubleValue)
        #expect(distance < 0.01)
        let (theirs, own) = (try Self.numbers(world, "m", "score"), try Self.numbers(world, "student", "score"))
        let weights = isWeighted ? try Self.numbers(world, "m", "weight") : theirs.map { _ in 1 }
        // Rows that weigh nothing count nowhere.
        #expect(compared["largestDistance"]?.doubleValue == theirs.indices.filter { weights[$0] > 0 }.map { abs(own[$0] - theirs[$0]) }.max())
    }

    @Test func `validate asks for the column of a ready classifier whose classes may be read in two ways`() throws {
        let onnx = try Array(Data(contentsOf: TestFiles.oracles.appending(path: "onnx/models/logistic.onnx")))
        let data = "x,z,w,v,label\n" + (0..<40).map { "0.\($0),\($0 % 7),\($0 % 5),\($0 % 3),\($0 % 2 == 0 ? "bad" : "good")\n" }.joined()
        func problems(_ positive: String, _ more: String = "") throws -> [Diagnostic] {
            var files = World.files
            files["data/d.csv"] = data
            files["datasets/d.yaml"] =
                World.head + """
                    kind: Dataset
                    metadata: {name: d}
                    spec:
                      source: {path: data/d.csv}
                      digest: \(Digest.of(data))
                      columns:
                    \(["x", "z", "w", "v"].map { "    - {name: \($0), type: float}" }.joined(separator: "\n"))
                        - {name: label, type: category, role: label, positive: \(positive)}
                      split: {random: {seed: 5, testShare: 0.3}}

                    """
            files["policies/useful.yaml"] = nil
            files["models/m.yaml"] = Self.model(
                "m", "{type: onnx, seed: 0, path: m.onnx, digest: \"\(Digest.of(onnx))\", inputs: {X: [x, z, w, v]}\(more)}")
            let world = try World(files: files)
            try world.commit([:], by: World.alice, binaries: ["m.onnx": onnx])
            return try Validation.revision(world.server, try world.main)
        }
        let found = try problems("bad")
        #expect(
            found.map(\.code) == [.dataFitting] && found[0].span?.file.path == "models/m.yaml" && found[0].span?.start.line == 9,
            "\(found.map(\.text))")
        #expect(found.first?.message.contains("'outputColumn' says which") == true)
        #expect(try problems("bad", ", outputColumn: 1").map(\.text) == [])
        #expect(try problems("good").map(\.text) == [])
    }

    @Test func `a model that cannot be taken leaves its subject undecided and says why`() async throws {
        let (world, onnx) = try await Self.world()
        let garbage = Array("no model at all".utf8)
        let other = try Array(Data(contentsOf: TestFiles.oracles.appending(path: "onnx-export/models/binary.onnx")))
        func command(_ mode: String) -> String {
            "{type: command, seed: 1, command: [python3, train.py], settings: {mode: \(mode)}, files: {train.py: \"\(Digest.of(Self.script))\", other.onnx: \"\(Digest.of(other))\"}}"
        }
        try world.commit(
            [
                "train.py": Self.script,
                "models/garbage.yaml": Self.model("garbage", "{type: onnx, seed: 0, path: g.onnx, digest: \"\(Digest.of(garbage))\"}"),
                "models/other.yaml": Self.model("other", "{type: onnx, seed: 0, path: other.onnx, digest: \"\(Digest.of(other))\"}"),
                "models/empty-handed.yaml": Self.model("empty-handed", command("nothing")),
                "models/nonsense.yaml": Self.model("nonsense", command("garbage")),
                "models/foreign.yaml": Self.model("foreign", command("other")),
            ], by: World.alice, binaries: ["g.onnx": garbage, "other.onnx": other])
        let report = try await world.reconcile()
        let expected = [
            "garbage": "the model 'g.onnx' cannot be taken: it is not an ONNX file", "other": "no column 'a'", "empty-handed": "model.onnx",
            "nonsense": "the model that the program wrote cannot be taken: it is not an ONNX file",
            "foreign": "no column 'a'",
        ]
        for (name, words) in expected {
            let verdict = try #require(report.verdicts.first { $0.subject.name == name })
            #expect(verdict.outcome == .undecided, "\(name)")
            #expect(verdict.findings.contains { $0.message.contains(words) }, "\(name): \(verdict.findings.map(\.message))")
        }
        // Other bytes than the pinned ones.
        try world.commit(
            ["models/changed.yaml": Self.model("changed", "{type: onnx, seed: 0, path: g.onnx, digest: \"\(Digest.of(onnx))\"}")], by: World.alice)
        let changed = try await world.reconcile()
        #expect(changed.diagnostics.contains { $0.code == .dataDigestMismatch && $0.message.contains("is not what the model 'changed' pins") })
        let verdict = changed.verdicts.first { $0.subject.name == "changed" }
        #expect(verdict?.outcome != .pass)
    }
}
