import Attestations
import Basics
import Diagnostics
import Execution
import Foundation
import Frames
import OrderedCollections
import Planning
import Specs
import Storage
import TestSupport
import Testing

@testable import Steps

/// Mitigation, calibration, thresholds and search as declared in specs, on Adult.
@Suite struct TrainingStepsTests {
    let folder: TemporaryFolder
    let store: FileStore
    static let data = try? Data(contentsOf: TestFiles.root.appendingPathComponent("repo-template/data/adult.parquet"))
    /// Every twelfth row: for what does not depend on the figures.
    static let part = data.flatMap { data in
        (try? Frame.read(parquet: Array(data))).flatMap { frame in
            try? frame.selecting(rows: Array(stride(from: 0, to: frame.rowCount, by: 12))).writeParquet()
        }
    }

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(at: folder.path)
    }

    struct Run {
        let plan: SubjectPlan
        let result: ExecutionResult
        let evidence: JSONValue

        func figure(_ path: String...) -> Double? { path.reduce(evidence as JSONValue?) { $0?[$1] }?["value"]?.doubleValue }
    }

    /// The model of an example in the guide, on the whole of Adult.
    func run(example: String) async throws -> Run {
        let text = try String(contentsOf: TestFiles.root.appendingPathComponent("Docs/examples/\(example).yaml"), encoding: .utf8)
        return try await run(model: text, name: example, data: Array(try #require(Self.data)), threads: 2)
    }

    /// What the guide's table of both examples tells otherwise than an example's run.
    static func toldOtherwise(_ run: Run, column: Int) throws -> [String] {
        let guide = try String(contentsOf: TestFiles.root.appendingPathComponent("Docs/Users.md"), encoding: .utf8)
        func text(_ number: JSONValue?, isSigned: Bool = false) -> String {
            let value = number?.doubleValue ?? .nan
            let digits = value == 1 ? "1" : String(format: "%.3f", abs(value))
            return (value < 0 ? "−" : isSigned ? "+" : "") + digits
        }
        func bounded(_ figure: JSONValue?, isSigned: Bool = false) -> String {
            let numbers = ["value", "lower", "upper"].map { text(figure?[$0], isSigned: isSigned) }
            return "\(numbers[0]) (\(numbers[1]) … \(numbers[2]))"
        }
        let (groups, trade) = (run.evidence["fairness"]?["sex"], run.evidence["tradeoff"])
        let rows = [
            ("| equalized odds difference |", bounded(groups?["equalizedOdds"]?["difference"])),
            ("| selection-rate ratio |", bounded(groups?["selectionRate"]?["ratio"])),
            ("| accuracy |", text(trade?["accuracy"]?["with"]?["value"])),
            ("| its change, 95 % |", bounded(trade?["accuracy"]?["change"], isSigned: true)),
            ("| area under the ROC curve |", bounded(trade?["rocAUC"]?["with"])),
        ]
        return rows.compactMap { name, figures in
            guard let line = guide.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return "no line \(name)" }
            let told = line.split(separator: "|")[column].replacing("*", with: "").trimmingCharacters(in: .whitespaces)
            return told == figures ? nil : "\(name) says \(told) for \(figures)"
        }
    }

    /// - Parameter spec: lines of the Model spec after its data set.
    func run(_ spec: String, threads: Int = 2) async throws -> Run {
        let model = """
            apiVersion: proviso.dev/v1alpha1
            kind: Model
            metadata: {name: m}
            spec:
              purpose: A test.
              risk: low
              owners: [a@example.org]
              dataset: adult
              estimator: {type: xgboost, seed: 1, rounds: 20, maxDepth: 4, learningRate: 0.3}
              evaluation: {protected: [sex]}

            """ + spec
        return try await run(model: model, name: "m", data: try #require(Self.part), threads: threads)
    }

    private func run(model: String, name: String, data: [UInt8], threads: Int) async throws -> Run {
        let dataset = try Data(contentsOf: TestFiles.root.appendingPathComponent("repo-template/datasets/adult.yaml"))
        let (catalog, diagnostics) = Catalog.load([
            SpecEntry(path: "proviso.yaml", bytes: Array("apiVersion: proviso.dev/v1alpha1\nkind: Repository\nmetadata: {name: r}\nspec: {}\n".utf8)),
            SpecEntry(path: "datasets/adult.yaml", bytes: Array(dataset)), SpecEntry(path: "models/\(name).yaml", bytes: Array(model.utf8)),
        ])
        try #require(!diagnostics.hasErrors, "\(diagnostics.map(\.text))")
        let digest = try store.put(data)
        let plan = ModelPlanner.plan(
            model: try #require(catalog.models[name]), dataset: try #require(catalog.datasets["adult"]), data: digest,
            sections: [.model, .performance, .fairness], state: .nothing)
        let scheduler = Scheduler(runners: StandardSteps.all, store: store, results: NoStepResults(), threads: threads)
        let result = try await scheduler.run(plan.steps.map(\.step), known: [:]) { _ in }
        #expect(result.failures.isEmpty, "\(result.failures.values.map(\.message))")
        return Run(plan: plan, result: result, evidence: .object(try Self.evidence(plan, result, store)))
    }

    /// By section, and of the schema's shape as far as sections were asked for.
    static func evidence(_ plan: SubjectPlan, _ result: ExecutionResult, _ store: FileStore) throws -> [String: JSONValue] {
        var evidence: [String: JSONValue] = [:]
        for (section, input) in plan.evidence {
            guard case .output(let key, let name) = input, let document = result.outputs[key]?[name] else { continue }
            evidence[section.rawValue] = try JSONValue(parsing: try store.read(document))
        }
        let shape = EvidenceObject("Evidence", "", EvidenceSchema.root.fields.filter { evidence[$0.name] != nil })
        #expect(StandardStepsTests.misfits(.object(evidence), shape, "evidence") == [])
        return evidence
    }

    @Test func `a declared reduction passes equalized odds by sex, and says what it cost`() async throws {
        let run = try await run(example: "income-equalized-odds")
        let difference = try #require(run.figure("fairness", "sex", "equalizedOdds", "difference"))
        #expect(difference <= 0.10)
        let change = try #require(run.evidence["tradeoff"]?["accuracy"]?["change"])
        #expect(abs(change["value"]?.doubleValue ?? 1) < 0.03 && change["lower"] != nil)
        #expect(run.evidence["tradeoff"]?["methods"] == ["exponentiatedGradient"])
        #expect((run.evidence["model"]?["dualityGap"]?.doubleValue ?? 1) < 0.02)
        #expect((run.evidence["model"]?["fits"]?.intValue ?? 0) > 1)
        let told = try Self.toldOtherwise(run, column: 1)
        #expect(told == [])
    }

    @Test func `a declared reduction passes four fifths by sex, and says what it cost`() async throws {
        let run = try await run(example: "income-four-fifths")
        let ratio = try #require(run.figure("fairness", "sex", "selectionRate", "ratio"))
        #expect(ratio >= 0.8)
        let trade = try #require(run.evidence["tradeoff"]?["attributes"]?["sex"])
        #expect((trade["selectionRateRatio"]?["without"]?["value"]?.doubleValue ?? 1) < 0.5)
        #expect((trade["selectionRateRatio"]?["change"]?["lower"]?.doubleValue ?? 0) > 0.2)
        let told = try Self.toldOtherwise(run, column: 2)
        #expect(told == [])
    }

    @Test func `calibration and thresholds by group are fitted out of fold and warn of the law`() async throws {
        let run = try await run(
            """
              jurisdictions: [US]
              validation: {folds: 3}
              calibration: {method: isotonic}
              decision: {groups: {attribute: sex, goal: demographicParity, minimumRatio: 0.85}}

            """)
        #expect(try #require(run.figure("fairness", "sex", "selectionRate", "ratio")) >= 0.8)
        #expect(run.evidence["tradeoff"]?["groupDependentDecisions"] == true)
        #expect(run.evidence["tradeoff"]?["legalWarnings"]?.arrayValue?.count == 2)
        #expect(run.evidence["tradeoff"]?["forbiddenByLaw"] == true)
        #expect(run.evidence["validation"]?["calibration"]?["method"] == "isotonic")
        #expect(run.evidence["validation"]?["groupThresholds"]?["groups"]?["Male"] != nil)
        // No one threshold decides.
        #expect(run.evidence["performance"]?["rows"] != nil && run.evidence["performance"]?["threshold"] == nil)
    }

    @Test func `a threshold is chosen for an objective within constraints`() async throws {
        let run = try await run(
            """
              validation: {folds: 3, scheme: random, seed: 2}
              decision: {objective: {measure: balancedAccuracy}, constraints: [{measure: recall, minimum: 0.9}]}

            """)
        let threshold = try #require(run.evidence["validation"]?["threshold"]?["value"]?.doubleValue)
        #expect(run.evidence["performance"]?["threshold"]?.doubleValue == threshold)
        #expect(try #require(run.figure("performance", "recall")) > 0.87)
    }

    @Test(arguments: [
        ("mitigation: {method: reweighing, attribute: sex}", 0.1),
        ("mitigation: {method: gridSearch, attribute: sex, constraint: demographicParity, size: 9}", 0.1),
    ])
    func `other mitigations are tried and weighed too`(_ line: String, least: Double) async throws {
        let run = try await run("  \(line)\n")
        let trade = try #require(run.evidence["tradeoff"]?["attributes"]?["sex"]?["selectionRateRatio"]?["change"]?["value"]?.doubleValue)
        #expect(trade > least, "\(trade)")
    }

    @Test func `a search has the same bytes for any number of threads, and its best trial trains the model`() async throws {
        let spec = """
              validation: {folds: 2}
              search:
                trials: 6
                batch: 3
                seed: 4
                sampler: tpe
                objectives: [{measure: rocAUC}, {measure: selectionRateDifference, attribute: sex}]
                space:
                  rounds: {low: 3, high: 12, integer: true}
                  maxDepth: {values: [2, 4]}
                  learningRate: {low: 0.05, high: 0.5, logarithmic: true}

            """
        let first = try await run(spec, threads: 1)
        let second = try await run(spec, threads: 4)
        #expect(first.result.outputs == second.result.outputs)
        let table = try #require(first.evidence["search"]?["table"]?.arrayValue)
        #expect(table.count == 6)
        #expect((first.evidence["search"]?["front"]?.arrayValue?.count ?? 0) >= 1)
        #expect(first.plan.steps.filter { $0.step.kind == .search }.count == 2)
    }

    @Test func `trials are measured as the model decides, and nested validation measures the whole`() async throws {
        let run = try await run(
            """
              validation: {folds: 2, outer: 2}
              calibration: {method: platt}
              decision: {objective: {measure: balancedAccuracy}}
              search:
                trials: 2
                batch: 2
                seed: 4
                sampler: grid
                objectives: [{measure: balancedAccuracy}]
                space: {rounds: {values: [5, 10]}}

            """)
        let best = try #require(run.evidence["search"]?["best"]?["measures"]?["balancedAccuracy"]?.doubleValue)
        // At ½ it would be near 0.72.
        #expect(best > 0.78, "\(best)")
        let nested = try #require(run.evidence["validation"]?["nested"])
        let accuracy = try #require(nested["accuracy"]?["value"]?.doubleValue)
        #expect(accuracy > 0.7 && accuracy < 0.86)
        #expect((nested["performance"]?["rocAUC"]?["value"]?.doubleValue ?? 0) > 0.85)
        // The trials themselves know nothing of outer parts.
        let search = try #require(run.plan.steps.first { $0.step.kind == .search }).step
        #expect(search.parameters["validation"]?["folds"] == 2 && search.parameters["validation"]?["outer"] == nil)
    }

    @Test func `what training and deciding do for groups is told apart, and adds up`() async throws {
        let run = try await run(
            """
              validation: {folds: 2}
              mitigation: {method: reweighing, attribute: sex}
              decision:
                objective: {measure: accuracy}
                constraints: [{measure: selectionRateRatio, attribute: sex, minimum: 0.5}]

            """)
        let trade = try #require(run.evidence["tradeoff"])
        #expect(trade["methods"] == ["reweighing", "thresholdConstraints"])
        func change(_ effect: JSONValue?) throws -> Double {
            try #require(effect?["attributes"]?["sex"]?["selectionRateRatio"]?["change"]?["value"]?.doubleValue)
        }
        let parts = try [change(trade["effects"]?["training"]), change(trade["effects"]?["decision"])]
        #expect(abs(parts[0] + parts[1] - (try change(trade))) < 1e-9, "\(parts)")
        #expect(parts[0] > 0, "\(parts)")
        // The plain model's threshold is chosen too, by the objective alone.
        #expect(run.plan.steps.map(\.step.name).contains("decide-plain"))
    }

    @Test func `a chosen threshold by itself is on both sides of the comparison`() async throws {
        let run = try await run(
            """
              validation: {folds: 2}
              mitigation: {method: reweighing, attribute: sex}
              decision: {objective: {measure: balancedAccuracy}}

            """)
        // Balanced accuracy selects far more rows than 0.5 does: it must not look like what reweighing did.
        let rates = try #require(run.evidence["tradeoff"]?["attributes"]?["sex"]?["groups"]?["Male"]?["selectionRate"])
        #expect(try #require(rates["without"]?["value"]?.doubleValue) > 0.35)
        // Of the group's rows, with bounds of their own.
        let rows = try #require(run.evidence["fairness"]?["sex"]?["selectionRate"]?["groups"]?["Male"])
        #expect(rates["with"] == rows && rates["change"]?["n"] == rows["n"] && rates["change"]?["method"] == "Tango")
        #expect(run.evidence["tradeoff"]?["effects"] == nil)
        // One threshold for all is forbidden nowhere, whatever the jurisdiction is.
        #expect(run.evidence["tradeoff"]?["forbiddenByLaw"] == false)
    }

    @Test(
        arguments: [
            ("[EU, US]", "disparateImpactRemover", true, true), ("[other]", "disparateImpactRemover", true, nil),
            ("[other]", "reweighing", false, false),
        ] as [(String, String, Bool, Bool?)])
    func `whether the law forbids it is said of scores by group too, and of no place whose law is not known`(
        _ places: String, _ method: String, _ isByGroup: Bool, _ isForbidden: Bool?
    ) async throws {
        let run = try await run("  jurisdictions: \(places)\n  mitigation: {method: \(method), attribute: sex}\n")
        let trade = try #require(run.evidence["tradeoff"])
        #expect(trade["groupDependentDecisions"]?.boolValue == isByGroup)
        #expect(trade["forbiddenByLaw"]?.boolValue == isForbidden)
        #expect((trade["legalWarnings"]?.arrayValue?.isEmpty == false) == (isForbidden == true))
    }

    @Test func `a group that is in one fold only is refused, by name`() async throws {
        let (frame, parameters) = try Self.rareGroup()
        let fitting = try FitParameters(parameters, TableParameters(parameters))
        #expect {
            _ = try fitting.folds(frame)
        } throws: {
            "\($0)".contains("group 'c' of 'g' is in one fold only")
        }
    }

    /// Thirty rows, of which one is of group c.
    static func rareGroup() throws -> (Frame, JSONValue) {
        let rows = 0..<30
        let frame = try Frame([
            Column("x", doubles: rows.map { Double($0 % 7) }), Column("y", booleans: rows.map { $0 % 3 == 0 }),
            Column("g", texts: rows.map { $0 == 4 ? "c" : $0 % 2 == 0 ? "a" : "b" }),
        ])
        let parameters: JSONValue = [
            "table": ["format": "parquet", "columns": [], "split": .null], "task": "binaryClassification", "label": "y", "features": ["x"],
            "estimator": ["type": "xgboost", "seed": 1], "mitigation": ["method": "reweighing", "attribute": "g"],
            "validation": ["scheme": "random", "folds": 3, "seed": 1],
        ]
        return (frame, parameters)
    }

    @Test(arguments: [1, 3])
    func `a search ends when its budget is spent, by what is written down`(threads: Int) async throws {
        let run = try await run(
            """
              validation: {folds: 2}
              search:
                trials: 9
                batch: 3
                seed: 4
                sampler: random
                budget: {cpuSeconds: 0.001}
                objectives: [{measure: rocAUC}]
                space: {rounds: {values: [3, 5]}, maxDepth: {values: [2, 3]}}

            """, threads: threads)
        let search = try #require(run.evidence["search"])
        #expect(search["trials"] == 3)
        #expect(search["budget"]?["exhausted"] == true)
        #expect((search["budget"]?["spentCPUSeconds"]?.doubleValue ?? 0) > 0.001)
        let steps = run.plan.steps.map(\.step).filter { $0.kind == .search }
        #expect(steps.count == 4)
        // Later batches pass on what the first wrote down.
        #expect(Set(steps.prefix(3).compactMap { run.result.outputs[$0.key]?["cost"] }).count == 1)
        #expect(Set(steps.compactMap { run.result.outputs[$0.key]?["trials"] }).count == 1)
    }

    @Test func `the preset tries trees and linear models, which read the same raw columns`() async throws {
        let run = try await run(
            """
              validation: {folds: 2}
              search: {trials: 4, batch: 4, seed: 1, sampler: latinHypercube, objectives: [{measure: logLoss}], preset: auto}

            """)
        let table = try #require(run.evidence["search"]?["table"]?.arrayValue)
        #expect(run.evidence["search"]?["failed"] == 0, "\(table)")
        let linear = table.filter { $0["parameters"]?["type"] == "linear" }
        #expect(linear.count == 2)
        #expect(linear.allSatisfy { Set($0["parameters"]?.objectValue?.keys.map { $0 } ?? []) == ["type", "penalty", "l1Share"] })
    }

    @Test(arguments: [("tpe", 12), ("grid", 3)])
    func `a point is fitted once, and stands in the front once`(_ sampler: String, _ trials: Int) async throws {
        let spec = """
              validation: {folds: 2}
              search:
                trials: \(trials)
                batch: 3
                seed: 4
                sampler: \(sampler)
                budget: {cpuSeconds: 1000}
                objectives: [{measure: rocAUC}]
                space: {rounds: {values: [3, 5]}, maxDepth: {values: [2, 3]}}

            """
        let first = try await run(spec, threads: 1)
        let second = try await run(spec, threads: 3)
        let search = try #require(first.evidence["search"])
        let table = try #require(search["table"]?.arrayValue)
        #expect(table.count == trials && search["table"] == second.evidence["search"]?["table"])
        let points = Set(table.compactMap { $0["parameters"] })
        #expect(table.filter { $0["repeats"] == nil }.count == points.count)
        for trial in table {
            guard let number = trial["repeats"]?.intValue else { continue }
            let origin = table[Int(number)]
            #expect(origin["repeats"] == nil && origin["parameters"] == trial["parameters"] && origin["measures"] == trial["measures"])
        }
        let front = try #require(search["front"]?.arrayValue)
        #expect(Set(front.compactMap { $0["parameters"] }).count == front.count)
        // What is not fitted anew costs nothing.
        let outputs = first.plan.steps.compactMap { $0.step.kind == .search ? first.result.outputs[$0.step.key] : nil }
        let costs = try outputs.compactMap { $0["cost"] }.map { try JSONValue(parsing: store.read($0)).arrayValue ?? [] }
        let longest = try #require(costs.max { $0.count < $1.count })
        #expect(longest.map { $0["cpuSeconds"]?.doubleValue == 0 } == table.prefix(longest.count).map { $0["repeats"] != nil })
        #expect(search["grid"] == (sampler == "grid" ? ["points": 4, "leftOut": 1] : nil))
    }
}
