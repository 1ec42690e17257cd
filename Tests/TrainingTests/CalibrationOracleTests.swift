import Basics
import Foundation
import TestSupport
import Testing
import Training

/// Figures of scikit-learn and betacal: Tests/Oracles/calibration/generate.py.
@Suite struct CalibrationOracleTests {
    struct Case {
        let scores: [Double]
        let labels: [Bool]
        let groups: [Int]
        let weights: [Double]?
        let json: JSONValue
    }

    static let values: JSONValue = {
        let file = TestFiles.oracles.appendingPathComponent("calibration/values.json")
        return (try? JSONValue(parsing: Array(Data(contentsOf: file)))) ?? .null
    }()

    static func read(_ name: String) throws -> Case {
        let json = try #require(values["cases"]?.arrayValue?.first { $0["name"]?.stringValue == name })
        func numbers(_ key: String) -> [Double]? { json[key]?.arrayValue?.compactMap(\.doubleValue) }
        return Case(
            scores: try #require(numbers("scores")), labels: try #require(json["labels"]?.arrayValue).map { $0.boolValue == true },
            groups: try #require(numbers("groups")).map { Int($0) }, weights: numbers("weights"), json: json)
    }

    @Test(arguments: ["sharp", "tied", "few", "weighted"], Calibrator.Method.allCases)
    func `calibrators give the peers' chances`(_ name: String, _ method: Calibrator.Method) throws {
        let table = try Self.read(name)
        let calibrator = try Calibrator.fit(method, scores: table.scores, labels: table.labels, weights: table.weights)
        let expected =
            try #require(
                method == .platt ? table.json["platt"]?["chances"]?.arrayValue : table.json[method.rawValue]?.arrayValue
            ).compactMap(\.doubleValue)
        let places = try #require(Self.values["places"]?.arrayValue).compactMap(\.doubleValue)
        let tolerance = try #require(Self.values["tolerance"]?[method.rawValue]?.doubleValue)
        let distance = zip(places, expected).map { abs(calibrator($0) - $1) }.max() ?? 1
        #expect(expected.count == places.count && distance <= tolerance, "\(distance)")
        #expect(Calibrator(json: try JSONValue(parsing: calibrator.json.canonicalBytes)) == calibrator)
        let ordered = places.sorted().map { calibrator($0) }
        #expect(zip(ordered, ordered.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test(arguments: [Calibrator.Method.isotonic, .platt], [false, true])
    func `chances of several classes are those of scikit-learn's CalibratedClassifierCV`(_ method: Calibrator.Method, isWeighted: Bool) throws {
        let table = try #require(Self.values["multiclass"])
        func numbers(_ key: String) throws -> [Double] { try #require(table[key]?.arrayValue).compactMap(\.doubleValue) }
        let (scores, truth) = (try numbers("scores"), try numbers("truth").map { Int($0) })
        let names = ["a", "b", "c", "d"]
        let fitted = try ClassCalibrators.fit(
            method, classes: names, scores: scores, truth: truth, weights: isWeighted ? try numbers("weights") : nil)
        let chances = fitted.chances(scores)
        let expected = try numbers(method.rawValue + (isWeighted ? "Weighted" : ""))
        let tolerance = try #require(Self.values["tolerance"]?[method.rawValue]?.doubleValue)
        #expect(expected.count == chances.count)
        let distance = zip(chances, expected).map { abs($0 - $1) }.max() ?? 1
        #expect(distance <= tolerance, "\(distance)")
        let rule = DecisionRule(fitted)
        #expect(DecisionRule(json: try JSONValue(parsing: rule.json.canonicalBytes)) == rule)
    }

    @Test func `rows that no class claims have the same chance of each, and a class without rows is refused`() throws {
        let none = Calibrator.isotonic(scores: [0.5], chances: [0])
        let chances = ClassCalibrators(classes: ["a", "b", "c"], calibrators: [none, none, none]).chances([0.1, 0.2, 0.7])
        #expect(chances == [Double](repeating: 1.0 / 3, count: 3))
        #expect {
            _ = try ClassCalibrators.fit(.beta, classes: ["a", "b"], scores: [0.5, 0.5, 0.4, 0.6], truth: [0, 0])
        } throws: {
            ($0 as? TrainingError)?.code == .classes && "\($0)".contains("'b'")
        }
    }

    @Test(arguments: [Calibrator.Method.platt, .beta])
    func `scores that tell nothing, or go against the labels, become the base rate`(_ method: Calibrator.Method) throws {
        let labels = (0..<900).map { $0 % 10 < 3 }
        // Constant scores; and scores that are lower where the label is positive.
        for scores in [[Double](repeating: 0.7, count: 900), labels.map { $0 ? 0.2 : 0.8 }] {
            let calibrator = try Calibrator.fit(method, scores: scores, labels: labels)
            for score in [0.0, 0.1, 0.5, 0.9, 1] {
                let chance = calibrator(score)
                #expect(abs(chance - 0.3) < 2e-3, "\(chance)")
            }
        }
        let weighted = try Calibrator.fit(method, scores: [0.4, 0.4], labels: [true, false], weights: [3000, 1000])
        #expect(abs(weighted(0.4) - 0.75) < 1e-3)
        let shares = try Calibrator.fit(method, scores: scores(labels), labels: labels, weights: [Double](repeating: 1e-6, count: 900))
        let plain = try Calibrator.fit(method, scores: scores(labels), labels: labels)
        #expect(abs(shares(0.6) - plain(0.6)) < 1e-6)
        #expect(weighted(.nan).isNaN)
        #expect(Calibrator(json: ["method": "platt", "slope": -1, "intercept": 0]) == nil)
    }

    private func scores(_ labels: [Bool]) -> [Double] { labels.indices.map { (labels[$0] ? 0.4 : 0.2) + Double($0 % 7) / 14 } }

    @Test func `no threshold is chosen by a figure that has no value`() throws {
        let chosen = try ThresholdChoice.choose(.fBeta(1e-200), scores: [0.2, 0.6, 0.4], labels: [false, true, false])
        #expect(chosen.threshold == 0.5 && chosen.objective == 1)
    }

    @Test func `a row of weight two moves calibrator and threshold as two rows do`() throws {
        let table = try Self.read("weighted")
        let weights = try #require(table.weights)
        let rows = table.scores.indices.flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
        for goal in [ThresholdObjective.accuracy, .balancedAccuracy, .fBeta(2), .cost(falsePositive: 1, falseNegative: 5)] {
            let constraint = ThresholdConstraint(.selectionRateRatio, attribute: "group", minimum: 0.9)
            let weighted = try ThresholdChoice.choose(
                goal, constraints: [constraint], scores: table.scores, labels: table.labels, weights: weights, groups: ["group": table.groups])
            let repeated = try ThresholdChoice.choose(
                goal, constraints: [constraint], scores: rows.map { table.scores[$0] }, labels: rows.map { table.labels[$0] },
                groups: ["group": rows.map { table.groups[$0] }])
            #expect(weighted.threshold == repeated.threshold)
            #expect(abs(weighted.objective - repeated.objective) < 1e-12)
        }
    }

    @Test(arguments: ["sharp", "tied", "few"])
    func `a threshold is the best that any search finds`(_ name: String) throws {
        let table = try Self.read(name)
        let expected = try #require(table.json["thresholds"])
        let goals: [(String, ThresholdObjective, [ThresholdConstraint])] = [
            ("accuracy", .accuracy, []), ("balancedAccuracy", .balancedAccuracy, []), ("matthewsCorrelation", .matthewsCorrelation, []),
            ("f2", .fBeta(2), []), ("youden", .youden, []), ("cost", .cost(falsePositive: 1, falseNegative: 5), []),
            ("accuracyWithRatio", .accuracy, [ThresholdConstraint(.selectionRateRatio, attribute: "group", minimum: 0.95)]),
            ("accuracyWithRecall", .accuracy, [ThresholdConstraint(.recall, minimum: 0.9)]),
        ]
        for (key, goal, constraints) in goals {
            let chosen = try ThresholdChoice.choose(
                goal, constraints: constraints, scores: table.scores, labels: table.labels, groups: ["group": table.groups])
            let value = key == "cost" ? -chosen.objective : chosen.objective
            #expect(abs(value - (try #require(expected[key]?.doubleValue))) < 1e-12, "\(key)")
            #expect((0...1).contains(chosen.threshold))
            // What is said of the threshold is what it gives.
            if key == "accuracy" {
                let right = table.scores.indices.count { (table.scores[$0] >= chosen.threshold) == table.labels[$0] }
                #expect(Double(right) / Double(table.scores.count) == chosen.objective)
            }
        }
    }

    @Test func `constraints that no threshold keeps are named, with what comes nearest`() {
        let scores = [0.1, 0.2, 0.8, 0.9]
        let labels = [false, true, false, true]
        #expect {
            try ThresholdChoice.choose(
                .accuracy, constraints: [ThresholdConstraint(.recall, minimum: 1), ThresholdConstraint(.specificity, minimum: 0.9)],
                scores: scores, labels: labels)
        } throws: { error in
            let error = error as? TrainingError
            return error?.code == .infeasible
                && error?.message
                    == "no threshold keeps specificity at least 0.9 together with recall at least 1.0; the nearest that one comes is 0.5"
        }
        #expect(throws: TrainingError.self) { try ThresholdChoice.choose(.youden, scores: scores, labels: [true, true, true, true]) }
        #expect(throws: TrainingError.self) { try Calibrator.fit(.platt, scores: [0.1, 0.2], labels: [true, true]) }
        #expect(throws: TrainingError.self) { try Calibrator.fit(.isotonic, scores: [0.1, 1.2], labels: [true, false]) }
        #expect(throws: TrainingError.self) { try Calibrator.fit(.beta, scores: [0.1, 0.2], labels: [true, false], weights: [1, .nan]) }
    }

    @Test func `separated classes give finite calibrators`() throws {
        for method in Calibrator.Method.allCases {
            let calibrator = try Calibrator.fit(method, scores: [0.1, 0.2, 0.8, 0.9], labels: [false, false, true, true])
            for place in [0, 0.15, 0.5, 1] { #expect((0...1).contains(calibrator(place))) }
            #expect(calibrator(0.1) < calibrator(0.9))
        }
    }
}
