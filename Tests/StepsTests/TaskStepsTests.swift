import Attestations
import Basics
import Diagnostics
import Execution
import Foundation
import Frames
import Metrics
import OrderedCollections
import Planning
import Specs
import Storage
import TestSupport
import Testing
import Training

@testable import Steps

/// Validation, calibration and search of every task, as declared in specs.
@Suite struct TaskStepsTests {
    let folder: TemporaryFolder
    let store: FileStore

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(at: folder.path)
    }

    /// Three hundred rows with a label for each task, a time and a group.
    static func table() throws -> [UInt8] {
        var random = SeededRandom(seed: 3)
        let rows = 0..<300
        let x = rows.map { _ in random.nextUnit() * 4 - 2 }
        let z = rows.map { _ in random.nextUnit() }
        let noise = rows.map { _ in random.nextUnit() - 0.5 }
        let number = rows.map { x[$0] * 1.5 + z[$0] + noise[$0] }
        return try Frame([
            Column("x", doubles: x), Column("z", doubles: z), Column("kind", texts: rows.map { ["a", "b", "c"][$0 % 3] }),
            Column("class", texts: number.map { $0 < -0.5 ? "low" : $0 < 1.5 ? "middle" : "high" }), Column("number", doubles: number),
            Column("count", integers: number.map { Int64(max(0, ($0 + 2).rounded())) }), Column("time", integers: rows.map { Int64($0 / 2) }),
            Column("group", integers: rows.map { Int64($0 % 10) }), Column("weight", doubles: rows.map { $0 % 3 == 0 ? 2 : 1 }),
        ]).writeParquet()
    }

    @Test func `a class that a model does not know is an error to its own measures, and a chance of zero where it is compared`() throws {
        let scores = try Frame([
            Column(ScoreTable.label, texts: ["a", "new", "b"]), Column(ScoreTable.score("a"), doubles: [0.9, 0.4, 0.2]),
            Column(ScoreTable.score("b"), doubles: [0.1, 0.6, 0.8]),
        ])
        #expect(throws: StepFailure(.input, "label 'new' is none of the classes that the model knows: a, b")) {
            try ScoreTable.classifiedRows(scores)
        }
        let rows = try ScoreTable.classifiedRows(scores, givingUnknown: true)
        #expect(rows.classes == ["a", "b", "new"] && rows.labels == [0, 2, 1] && rows.scores?[1] == [0.4, 0.6, 0])
    }

    struct Run {
        let plan: SubjectPlan
        let result: ExecutionResult
        let evidence: JSONValue
        let scores: Frame?
    }

    func load(_ spec: String, label: String, weights: String = "ignored") -> (catalog: Catalog, diagnostics: [Diagnostic]) {
        let types = [
            "x": "float", "z": "float", "kind": "category", "class": "category", "number": "float", "count": "integer", "time": "integer",
            "group": "integer", "weight": "float",
        ]
        let columns = ["x", "z", "kind", "class", "number", "count", "time", "group", "weight"].map { name in
            let isOther = ["class", "number", "count"].contains(name)
            let role = name == label ? "label" : name == "weight" ? weights : isOther ? "ignored" : "feature"
            return "    - {name: \(name), type: \(types[name] ?? ""), role: \(role)}"
        }
        let dataset = """
            apiVersion: proviso.dev/v1alpha1
            kind: Dataset
            metadata: {name: d}
            spec:
              source: {path: d.parquet}
              columns:
            \(columns.joined(separator: "\n"))
              split: {random: {seed: 1, testShare: 0.2}}

            """
        let model = """
            apiVersion: proviso.dev/v1alpha1
            kind: Model
            metadata: {name: m}
            spec:
              purpose: A test.
              risk: low
              owners: [a@example.org]
              dataset: d
              features: {include: [x, z, kind]}
              estimator: {type: xgboost, seed: 1, rounds: 8, maxDepth: 3, learningRate: 0.3}
            \(spec)

            """
        return Catalog.load([
            SpecEntry(path: "proviso.yaml", bytes: Array("apiVersion: proviso.dev/v1alpha1\nkind: Repository\nmetadata: {name: r}\nspec: {}\n".utf8)),
            SpecEntry(path: "datasets/d.yaml", bytes: Array(dataset.utf8)), SpecEntry(path: "models/m.yaml", bytes: Array(model.utf8)),
        ])
    }

    func run(_ spec: String, label: String, weights: String = "ignored", threads: Int = 2) async throws -> Run {
        let (catalog, diagnostics) = load(spec, label: label, weights: weights)
        try #require(!diagnostics.hasErrors, "\(diagnostics.map(\.text))")
        let plan = ModelPlanner.plan(
            model: try #require(catalog.models["m"]), dataset: try #require(catalog.datasets["d"]), data: try store.put(try Self.table()),
            sections: [.model, .multiclass, .regression, .performance], state: .nothing)
        let scheduler = Scheduler(runners: StandardSteps.all, store: store, results: NoStepResults(), threads: threads)
        let result = try await scheduler.run(plan.steps.map(\.step), known: [:]) { _ in }
        #expect(result.failures.isEmpty, "\(result.failures.values.map(\.message))")
        let evidence = try TrainingStepsTests.evidence(plan, result, store)
        var scores: Frame?
        if case .output(let key, let name)? = plan.artefacts["scores"], let document = result.outputs[key]?[name] {
            scores = try Frame.read(parquet: try store.read(document))
        }
        return Run(plan: plan, result: result, evidence: .object(evidence), scores: scores)
    }

    @Test(arguments: ["platt", "isotonic", "beta"])
    func `scores of several classes are calibrated out of fold, and a row's chances sum to one`(_ method: String) async throws {
        let run = try await run(
            """
              task: multiclassClassification
              validation: {folds: 3}
              calibration: {method: \(method)}
            """, label: "class")
        let validation = try #require(run.evidence["validation"])
        #expect(validation["rows"] == 240)
        #expect(validation["folds"] == 3)
        #expect(validation["performance"] == nil)
        let accuracy: Double = try #require(validation["multiclass"]?["accuracy"]?["value"]?.doubleValue)
        #expect(accuracy > 0.75)
        let deviation: Double = try #require(validation["acrossFolds"]?["logLoss"]?["deviation"]?.doubleValue)
        #expect(deviation > 0)
        let before: Double = try #require(validation["calibration"]?["before"]?["value"]?.doubleValue)
        let after: Double = try #require(validation["calibration"]?["after"]?["value"]?.doubleValue)
        #expect(after < before)
        let scores = try #require(run.scores)
        let columns = ["high", "low", "middle"].map { name -> [Double] in
            if case .double(let all)? = scores["score:\(name)"]?.values { all } else { [] }
        }
        #expect(columns.allSatisfy { $0.count == 60 })
        for row in 0..<60 {
            let sum: Double = columns[0][row] + columns[1][row] + columns[2][row]
            #expect(abs(sum - 1) < 1e-12)
        }
        #expect(run.plan.artefacts["decision"] != nil)
    }

    @Test(arguments: [
        ("multiclassClassification", "class", "logLoss", ""), ("regression", "number", "rootMeanSquaredError", ""),
        ("count", "count", "poissonDeviance", ""), ("quantile", "number", "quantileLoss", "  quantile: 0.8\n"),
    ])
    func `every task is searched by measures of its own, with the same bytes for any number of threads`(
        _ task: String, _ label: String, _ measure: String, _ more: String
    ) async throws {
        let spec =
            more + """
                  task: \(task)
                  validation: {folds: 2, repeats: 2}
                  search:
                    trials: 5
                    batch: 5
                    seed: 4
                    sampler: latinHypercube
                    objectives: [{measure: \(measure)}]
                    space: {rounds: {values: [1, 30]}, maxDepth: {values: [1, 3]}}
                """
        let first = try await run(spec, label: label, weights: "weight", threads: 1)
        let second = try await run(spec, label: label, weights: "weight", threads: 3)
        #expect(first.result.outputs == second.result.outputs)
        let table = try #require(first.evidence["search"]?["table"]?.arrayValue)
        let losses = table.compactMap { $0["measures"]?[measure]?.doubleValue }
        #expect(losses.count == 5)
        #expect(first.evidence["search"]?["best"]?["measures"]?[measure]?.doubleValue == losses.min())
        #expect(first.evidence["search"]?["best"]?["parameters"]?["rounds"] == "30")
        #expect(first.evidence["validation"]?[task == "multiclassClassification" ? "multiclass" : "regression"] != nil)
        #expect(first.plan.artefacts["decision"] == nil)
    }

    @Test(arguments: [("multiclassClassification", "class", 2), ("regression", "number", 2), ("quantile", "number", 0)])
    func `the preset tries every learner that the task has`(_ task: String, _ label: String, linear: Int) async throws {
        let run = try await run(
            """
              task: \(task)\(task == "quantile" ? "\n  quantile: 0.5" : "")
              validation: {folds: 2}
              search:
                trials: 4
                batch: 4
                seed: 1
                sampler: latinHypercube
                objectives: [{measure: \(task == "multiclassClassification" ? "logLoss" : "meanAbsoluteError")}]
                preset: auto
            """, label: label)
        let table = try #require(run.evidence["search"]?["table"]?.arrayValue)
        #expect(run.evidence["search"]?["failed"] == 0, "\(table)")
        #expect(table.count { $0["parameters"]?["type"] == "linear" } == linear)
    }

    @Test(arguments: ["grouped", "timeOrdered"])
    func `numbers are validated by groups and by time`(_ scheme: String) async throws {
        let run = try await run(
            """
              task: regression
              validation: {scheme: \(scheme), folds: 3, column: \(scheme == "grouped" ? "group" : "time")}
            """, label: "number")
        let rows = try #require(run.evidence["validation"]?["rows"]?.intValue)
        #expect(scheme == "grouped" ? rows == 240 : rows < 240)
        #expect(try #require(run.evidence["validation"]?["regression"]?["r2"]?["value"]?.doubleValue) > 0.8)
    }

    @Test func `repetitions are single models' figures, each fold tells of its own, and the scores are kept`() async throws {
        func validation(_ repeats: Int) async throws -> (evidence: JSONValue, table: Frame) {
            let run = try await run(
                """
                  task: multiclassClassification
                  validation: {folds: 3, repeats: \(repeats), seed: 3}
                  calibration: {method: platt}
                """, label: "class")
            guard case .output(let key, let name)? = run.plan.artefacts["outOfFold"] else { throw CancellationError() }
            let document = try #require(run.result.outputs[key]?[name])
            return (try #require(run.evidence["validation"]), try Frame.read(parquet: try store.read(document)))
        }
        let (one, many) = (try await validation(1), try await validation(8))
        #expect(many.evidence["rows"] == 240 && many.evidence["folds"] == 24)
        #expect(many.table.rowCount == 8 * 240 && one.table.rowCount == 240)
        func loss(_ evidence: JSONValue) throws -> Double { try #require(evidence["multiclass"]?["logLoss"]?["value"]?.doubleValue) }
        func deviation(_ evidence: JSONValue) throws -> Double { try #require(evidence["acrossFolds"]?["logLoss"]?["deviation"]?.doubleValue) }
        // An ensemble of eight would have a clearly smaller loss, and its folds would hardly differ.
        #expect(try abs(loss(many.evidence) - loss(one.evidence)) < 0.04)
        #expect(try deviation(many.evidence) > deviation(one.evidence) / 2)
        // The figures are those of the kept table: each repetition's log loss, and their mean.
        guard case .integer(let repetitions)? = many.table["repetition"]?.values, let labels = many.table["label"]?.classTexts() else { return }
        var sums = [Double](repeating: 0, count: 8)
        for row in labels.indices {
            guard case .double(let scores)? = many.table["score:\(labels[row] ?? "")"]?.values else { continue }
            sums[Int(repetitions[row])] -= log(scores[row]) / 240
        }
        #expect(try abs(sums.reduce(0, +) / 8 - loss(many.evidence)) < 1e-9)
    }

    @Test func `scores that a calibrator is fitted on are kept without a declared validation too`() async throws {
        let run = try await run("  task: multiclassClassification\n  calibration: {method: platt}", label: "class")
        guard case .output(let key, let name)? = run.plan.artefacts["outOfFold"] else { throw CancellationError() }
        let table = try Frame.read(parquet: try store.read(try #require(run.result.outputs[key]?[name])))
        #expect(table.rowCount == 240 && run.evidence["validation"]?["folds"] == 5)
        guard case .integer(let folds)? = table["fold"]?.values else { throw CancellationError() }
        #expect(Set(folds).count == 5)
    }

    @Test(arguments: ["multiclassClassification", "regression"])
    func `nested validation fits everything anew, and no outer row is in what it is measured by`(_ task: String) async throws {
        let measure = task == "regression" ? "rootMeanSquaredError" : "logLoss"
        let spec = """
              task: \(task)
              validation: {folds: 2, outer: 3}
              search: {trials: 4, batch: 2, seed: 4, objectives: [{measure: \(measure)}], space: {rounds: {values: [1, 30]}, maxDepth: {values: [1, 3]}}}
            """
        let first = try await run(spec, label: task == "regression" ? "number" : "class", threads: 1)
        let second = try await run(spec, label: task == "regression" ? "number" : "class", threads: 3)
        #expect(first.result.outputs == second.result.outputs)
        let nested = try #require(first.evidence["validation"]?["nested"])
        #expect(nested["rows"] == 240 && nested["folds"] == 3)
        let name = task == "regression" ? "regression" : "multiclass"
        let figure = try #require(nested[name]?[measure]?["value"]?.doubleValue)
        let chosen = try #require(first.evidence["search"]?["best"]?["measures"]?[measure]?.doubleValue)
        #expect(abs(figure - chosen) < 0.15 && figure != chosen)
    }

    @Test func `a class that no row of a fold's training part has is refused, by name`() throws {
        let rows = 0..<30
        let frame = try Frame([
            Column("x", doubles: rows.map { Double($0 % 7) }), Column("y", texts: rows.map { $0 == 4 ? "rare" : $0 % 2 == 0 ? "even" : "odd" }),
        ])
        let parameters: JSONValue = [
            "table": ["format": "parquet", "columns": [], "split": .null], "task": "multiclassClassification", "label": "y", "features": ["x"],
            "estimator": ["type": "xgboost", "seed": 1], "validation": ["scheme": "random", "folds": 3, "seed": 1],
        ]
        let fitting = try FitParameters(parameters, TableParameters(parameters))
        #expect {
            _ = try fitting.folds(frame)
        } throws: {
            "\($0)".contains("has the class 'rare' of 'y'")
        }
    }

    @Test(arguments: [
        ("  task: regression\n  calibration: {method: platt}", "number", "'calibration' makes scores of classes chances"),
        ("  task: regression\n  validation: {scheme: stratified}", "number", "has no classes to be stratified by"),
        ("  task: count\n  search: {trials: 2, seed: 1, objectives: [{measure: rocAUC}], preset: auto}", "count", "has no measure 'rocAUC'"),
        (
            "  task: multiclassClassification\n  search: {trials: 2, seed: 1, objectives: [{measure: equalizedOddsDifference, attribute: kind}], preset: auto}",
            "class", "has no measure 'equalizedOddsDifference'"
        ),
        ("  task: regression\n  decision: {objective: {measure: accuracy}}", "number", "'decision.objective' is for decisions between two classes"),
        ("  task: multiclassClassification\n  mitigation: {method: reweighing, attribute: kind}", "class", "'mitigation' is for decisions"),
    ])
    func `what a task does not have is told at its place`(_ spec: String, _ label: String, _ message: String) {
        let (_, diagnostics) = load(spec, label: label)
        #expect(diagnostics.contains { $0.message.contains(message) && $0.severity == .error }, "\(diagnostics.map(\.text))")
    }

    @Test func `folds of numbers are not shown as stratified, those of classes are`() throws {
        for (task, label, fields) in [
            ("regression", "number", ["folds", "repeats", "seed"]), ("multiclassClassification", "class", ["folds", "repeats", "scheme", "seed"]),
        ] {
            let (catalog, diagnostics) = load("  task: \(task)\n  validation: {folds: 3}", label: label)
            #expect(!diagnostics.hasErrors, "\(diagnostics.map(\.text))")
            let spec = try #require(catalog.models.values.first).applicableSpec
            #expect(spec["validation"]?.objectValue?.keys.sorted() == fields && spec["decision"] == nil, "\(spec)")
        }
    }
}
