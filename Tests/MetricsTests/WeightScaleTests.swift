import Basics
import Frames
import Testing

@testable import Metrics

/// Weights count relative to one another: whatever all of them are multiplied by, no figure, bound or test changes, and weights that are all alike are none.
@Suite struct WeightScaleTests {
    private static let count = 400

    /// A row of every task, its groups, and a weight.
    private struct Rows {
        var (scores, others): ([Double], [Double]) = ([], [])
        var labels: [Bool] = []
        var (truth, numbers, rival): ([Double], [Double], [Double]) = ([], [], [])
        var (classes, named, rivals): ([Int], [[Double]], [[Double]]) = ([], [], [])
        var weights: [Double] = []
        var groups: [Groups] = []

        init() throws {
            var random = SeededRandom(seed: 21)
            var (first, second): ([String?], [String?]) = ([], [])
            for row in 0..<WeightScaleTests.count {
                let score = (random.nextUnit() * 50).rounded() / 50
                scores.append(score)
                others.append(min(1, max(0, score + 0.3 * (random.nextUnit() - 0.5))))
                labels.append(random.nextUnit() < score)
                truth.append(1 + 9 * random.nextUnit())
                numbers.append(truth[row] + random.nextUnit())
                rival.append(truth[row] + 1.2 * random.nextUnit())
                classes.append(Int(random.next(below: 3)))
                func chances() -> [Double] {
                    let drawn = (0..<3).map { 0.1 + random.nextUnit() + ($0 == classes[row] ? 0.6 : 0) }
                    return drawn.map { $0 / drawn.reduce(0, +) }
                }
                named.append(chances())
                rivals.append(chances())
                weights.append(random.nextUnit() < 0.1 ? 0 : (1 + random.nextUnit() * 30).rounded())
                first.append(random.nextUnit() < 0.05 ? nil : "ab".map { String($0) }[Int(random.next(below: 2))])
                second.append("xyz".map { String($0) }[Int(random.next(below: 3))])
            }
            let plain = try [Groups(Column("g", texts: first)), Groups(Column("h", texts: second))]
            groups = plain + [try Groups(crossing: plain)]
        }

        /// Every figure there is, by names.
        func figures(_ weights: [Double]?) throws -> JSONValue {
            func binary(_ scores: [Double]) throws -> ScoredRows { try ScoredRows(scores: scores, labels: labels, weights: weights, threshold: 0.5) }
            func several(_ scores: [[Double]]) throws -> ClassifiedRows {
                try ClassifiedRows(classes: ["a", "b", "c"], labels: classes, scores: scores, weights: weights)
            }
            func predicted(_ values: [Double]) throws -> NumberRows {
                try NumberRows(truth: truth, predictions: values, weights: weights, goal: .count)
            }
            let rows = try binary(scores)
            var found: [String: JSONValue] = [
                "performance": PerformanceReport(rows).json, "uniform": try CalibrationReport(rows).json,
                "quantile": try CalibrationReport(rows, binning: .quantile).json, "thresholds": ThresholdTable(rows, limit: 20).json,
                "fairness": try FairnessReport(rows, groups).json, "individual": IndividualFairness(ConfusionCounts(rows)).json,
                "multiclass": try MulticlassReport(classes: ["a", "b", "c"], labels: classes, scores: named, weights: weights).json,
                "regression": try RegressionReport(truth: truth, predictions: numbers, weights: weights, quantile: 0.3).json,
                "leastCost": .double(try ThresholdCurve(rows).leastCost(falsePositive: 1, falseNegative: 3).cost),
                "overTime": try ConceptDrift(rows, window: 60).json,
            ]
            for question in ModelComparison.Question.allCases {
                func add<Compared: ComparedRows>(_ name: String, _ old: Compared, _ new: Compared) throws {
                    found["\(name) \(question)"] =
                        try ModelComparison(champion: old, challenger: new, groups: groups, question: question, margin: 0.1).json
                }
                try add("binary", binary(others), rows)
                try add("classes", several(rivals), several(named))
                try add("numbers", predicted(rival), predicted(numbers))
            }
            let ones = [Double](repeating: 1, count: WeightScaleTests.count)
            func frame(_ numbers: [Double], _ categories: [Int]) throws -> Frame {
                try Frame([Column("x", doubles: numbers.map { $0 < 1.5 ? nil : $0 }), Column("c", integers: categories.map { Int64($0) })])
            }
            for preset in DriftReport.Preset.allCases {
                found["drift \(preset)"] =
                    try DriftReport(
                        reference: frame(truth, classes), weights: weights ?? ones, current: frame(numbers, classes.reversed()),
                        weights: weights ?? ones, preset: preset
                    ).json
            }
            return .object(found)
        }
    }

    @Test func `a calibration of rows of which some have no weight is that of the others, numerators included`() throws {
        let table = try Rows()
        func rows(_ kept: [Int], _ weights: [Double]?) throws -> ScoredRows {
            try ScoredRows(scores: kept.map { table.scores[$0] }, labels: kept.map { table.labels[$0] }, weights: weights, threshold: 0.5)
        }
        let all = Array(0..<WeightScaleTests.count)
        for binning in CalibrationReport.Binning.allCases {
            for weight in [1.0, 3] {
                let zeros = try CalibrationReport(rows(all, all.map { $0 % 3 == 0 ? 0 : weight }), binning: binning)
                let plain = try CalibrationReport(rows(all.filter { $0 % 3 != 0 }, nil), binning: binning)
                #expect(zeros == plain && plain.bins.allSatisfy { $0.observed.numerator != nil })
            }
        }
    }

    /// The paths at which two values differ; numbers by more than a share of themselves.
    private static func differences(_ left: JSONValue, _ right: JSONValue, _ tolerance: Double, _ path: String = "") -> [String] {
        switch (left, right) {
        case (.object(let first), .object(let second)):
            // Of several classes the table itself is one of weights.
            return Set(first.keys).union(second.keys).filter { $0 != "confusion" || tolerance == 0 }.sorted().flatMap { key -> [String] in
                guard let one = first[key], let other = second[key] else { return ["\(path).\(key) is missing"] }
                return differences(one, other, tolerance, "\(path).\(key)")
            }
        case (.array(let first), .array(let second)) where first.count == second.count:
            return zip(first, second).enumerated().flatMap { differences($1.0, $1.1, tolerance, "\(path)[\($0)]") }
        default:
            if let one = left.doubleValue, let other = right.doubleValue {
                return abs(one - other) <= tolerance * max(1e-3, abs(one), abs(other)) ? [] : ["\(path): \(one) and \(other)"]
            }
            return left == right ? [] : ["\(path): \(left) and \(right)"]
        }
    }

    @Test(arguments: [3, 0.001, 1e20]) func `no figure, bound or test changes where all weights are multiplied`(factor: Double) throws {
        let rows = try Rows()
        let found = Self.differences(try rows.figures(rows.weights), try rows.figures(rows.weights.map { $0 * factor }), 1e-9)
        #expect(found.isEmpty, "\(found.prefix(12).joined(separator: "\n"))")
    }

    @Test(arguments: [1, 0.7]) func `weights that are all alike are none`(weight: Double) throws {
        let rows = try Rows()
        let found = Self.differences(try rows.figures(nil), try rows.figures([Double](repeating: weight, count: Self.count)), 0)
        #expect(found.isEmpty, "\(found.prefix(12).joined(separator: "\n"))")
    }

    @Test func `a comparison of rows of one weight is exact, of some of them too`() throws {
        let rows = try Rows()
        func method(_ weights: [Double]?) throws -> [String: Double] {
            func scored(_ scores: [Double]) throws -> ScoredRows {
                try ScoredRows(scores: scores, labels: rows.labels, weights: weights, threshold: 0.5)
            }
            let results = try ModelComparison(champion: scored(rows.others), challenger: scored(rows.scores), groups: [rows.groups[0]]).results
            let exact = results.filter { $0.measure.hasPrefix("accuracy") && $0.method == "McNemar" }
            return Dictionary(exact.map { ($0.measure, $0.pValue) }, uniquingKeysWith: { first, _ in first })
        }
        let plain = try method(nil)
        #expect(plain.count == 3 && plain["accuracy/a"] != nil)
        #expect(try method([Double](repeating: 0.3, count: Self.count)) == plain)
        // Every group has a weight of its own.
        let apart = try method(rows.groups[0].codes.map { Double($0) + 0.3 })
        #expect(apart["accuracy"] == nil && apart["accuracy/a"] == plain["accuracy/a"] && apart["accuracy/b"] == plain["accuracy/b"])
    }
}
