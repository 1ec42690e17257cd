import Basics
import Frames
import Statistics
import Testing

@testable import Metrics

/// Figures do not depend on the order of the rows in their last digits, weights or not: byte for byte.
@Suite struct RowOrderTests {
    private struct Table {
        let scores: [Double]
        let others: [Double]
        let labels: [Bool]
        let weights: [Double]?
        let groups: [String]
        let numbers: [Double]

        init(_ count: Int, isWeighted: Bool) {
            var random = SeededRandom(seed: 44)
            func draws() -> [Double] { (0..<count).map { _ in Double.random(in: 0..<1, using: &random) } }
            let (first, second, third) = (draws(), draws(), draws())
            // Ties, and sums of weights that round.
            scores = first.map { ($0 * 40).rounded() / 40 }
            others = zip(first, second).map { ($0 * 3 + $1) / 4 }
            labels = zip(first, third).map { $0 > $1 }
            weights = isWeighted ? draws().map { $0 < 0.05 ? 0 : $0 * $0 + 0.1 } : nil
            groups = second.map { $0 < 0.4 ? "a" : $0 < 0.8 ? "b" : "c" }
            numbers = zip(second, third).map { $0 * 7 + $1 / 3 }
        }
    }

    private static func reports(_ table: Table, _ order: [Int]) throws -> [(String, JSONValue)] {
        func turned<Element>(_ all: [Element]) -> [Element] { order.map { all[$0] } }
        let weights = table.weights.map(turned)
        let (scores, others, labels, numbers) = (turned(table.scores), turned(table.others), turned(table.labels), turned(table.numbers))
        let rows = try ScoredRows(scores: scores, labels: labels, weights: weights, threshold: 0.5)
        let live = try ScoredRows(scores: others, labels: labels, weights: weights, threshold: 0.5)
        let groups = try Groups(Column("g", texts: turned(table.groups)))
        let classes = ["x", "y", "z"]
        let truths = zip(labels, scores).map { $0 ? 2 : $1 > 0.5 ? 1 : 0 }
        func chances(_ scores: [Double]) -> [[Double]] { scores.map { [0.2 * $0, 0.8 * $0, 1 - 0.2 * $0 - 0.8 * $0] } }
        func classified(_ scores: [Double]) throws -> ClassifiedRows {
            try ClassifiedRows(classes: classes, labels: truths, predictions: nil, scores: chances(scores), weights: weights)
        }
        func predicted(_ predictions: [Double]) throws -> NumberRows { try NumberRows(truth: numbers, predictions: predictions, weights: weights) }
        var reports: [(String, JSONValue)] = [
            ("performance", PerformanceReport(rows).json), ("fairness", try FairnessReport(rows, [groups]).json),
            ("thresholds", ThresholdTable(rows, limit: 10).json), ("calibration", try CalibrationReport(rows, binning: .quantile).json),
            ("individual", IndividualFairness(ConfusionCounts(rows)).json),
            ("classes", try MulticlassReport(classes: classes, labels: truths, scores: chances(scores), weights: weights).json),
            ("numbers", try RegressionReport(truth: numbers, predictions: others, weights: weights).json),
        ]
        for question in ModelComparison.Question.allCases {
            reports.append(
                ("two classes, \(question)", try ModelComparison(champion: live, challenger: rows, groups: [groups], question: question).json))
            reports.append(
                (
                    "classes, \(question)",
                    try ModelComparison(champion: classified(others), challenger: classified(scores), groups: [groups], question: question).json
                ))
            reports.append(
                ("numbers, \(question)", try ModelComparison(champion: predicted(others), challenger: predicted(scores), question: question).json))
        }
        let frame = try Frame([Column("n", doubles: numbers), Column("c", texts: turned(table.groups)), Column("s", doubles: scores)])
        let half = numbers.count / 2
        let reference = try Frame([
            Column("n", doubles: table.others.prefix(half).map { $0 * 5 }), Column("c", texts: Array(table.groups.prefix(half))),
            Column("s", doubles: Array(table.others.prefix(half))),
        ])
        for preset in DriftReport.Preset.allCases {
            let report =
                try weights.map {
                    try DriftReport(
                        reference: reference, weights: (0..<half).map { Double($0 % 3 + 1) / 3 }, current: frame, weights: $0, preset: preset)
                } ?? DriftReport(reference: reference.columns.map { ReferenceColumn($0) }, current: frame, preset: preset)
            reports.append(("drift, \(preset)", report.json))
        }
        return reports
    }

    @Test(arguments: [false, true]) func `no figure depends on the order of the rows`(isWeighted: Bool) throws {
        let table = Table(2000, isWeighted: isWeighted)
        let first = try Self.reports(table, Array(0..<2000))
        var random = SeededRandom(seed: 5)
        for _ in 0..<3 {
            for (one, other) in zip(first, try Self.reports(table, (0..<2000).shuffled(using: &random))) {
                #expect(one.1.canonicalBytes == other.1.canonicalBytes, "\(one.0)")
            }
        }
    }

    @Test func `a group whose rows weigh nothing is as one without rows: named, and not compared`() throws {
        let groups = try Groups(Column("g", texts: ["a", "a", "b", "b", "c", "c"]))
        let (scores, labels) = ([0.9, 0.1, 0.8, 0.7, 0.2, 0.9], [true, false, true, false, true, false])
        let rows = try ScoredRows(scores: scores, labels: labels, weights: [1, 2, 1, 1, 0, 0], threshold: 0.5)
        let found = try #require(FairnessReport(rows, [groups]).attributes["g"])
        #expect(found.smallGroups == ["c"])
        #expect(found["selectionRate"].groups["c"]?.undefined == "there are no rows")
        #expect(abs((found["selectionRate"].difference.value ?? 0) - 2.0 / 3) < 1e-12)
        #expect(found.equalizedOddsDifference.value != nil)
    }
}
