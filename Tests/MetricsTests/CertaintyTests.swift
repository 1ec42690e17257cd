import Frames
import Statistics
import Testing

@testable import Metrics

/// Few rows, rows without weight and rows that are all alike: no figure claims more than they can show.
@Suite struct CertaintyTests {
    @Test func `a mean of rows that are all alike is not certain`() throws {
        let rows = try ScoredRows(scores: [1, 0], labels: [true, false], threshold: 0.5)
        let report = PerformanceReport(rows)
        #expect(report.brierScore.value == 0 && (report.brierScore.interval?.upper ?? 0) > 0.6)
        #expect(report.logLoss.value != nil && report.logLoss.interval == nil)
        let numbers = try RegressionReport(truth: [1, 2, 3], predictions: [1, 2, 3])
        for (name, estimate) in numbers.figures { #expect(estimate.value != nil && estimate.interval == nil, "\(name)") }
        let alike = try Consistency.estimate(points: [[0], [1], [2]], predictions: [1, 1, 1], neighbors: 2)
        #expect(alike.value == 1 && (alike.interval?.lower ?? 1) < 0.5)
    }

    @Test func `positives only have an average precision of one that few rows do not prove`() throws {
        let report = PerformanceReport(try ScoredRows(scores: [0.4, 0.9], labels: [true, true], threshold: 0.5))
        #expect(report.prAUC.value == 1 && (report.prAUC.interval?.lower ?? 1) < 0.5)
    }

    @Test func `rows without weight count nowhere, in no figure's n`() throws {
        let (scores, labels) = ([0.9, 0.8, 0.3, 0.2, 0.7, 0.1], [true, false, true, false, false, true])
        let weights = [1.0, 2, 1, 1, 0, 0]
        let all = try ScoredRows(scores: scores, labels: labels, weights: weights, threshold: 0.5)
        let part = try ScoredRows(
            scores: Array(scores.prefix(4)), labels: Array(labels.prefix(4)), weights: Array(weights.prefix(4)), threshold: 0.5)
        #expect(PerformanceReport(all) == PerformanceReport(part))
        #expect(PerformanceReport(all).rows == 4)
        #expect(try CalibrationReport(all) == CalibrationReport(part))
        let (truth, predictions) = ([1.0, 2, 3, 4, 5, 0], [1.5, 2, 2, 5, -1, -1.0])
        let numbers = try RegressionReport(truth: truth, predictions: predictions, weights: weights)
        #expect(
            try numbers
                == RegressionReport(
                    truth: Array(truth.prefix(4)), predictions: Array(predictions.prefix(4)), weights: Array(weights.prefix(4))))
        let classes = try MulticlassReport(classes: ["a", "b", "c"], labels: [0, 1, 1, 0, 2, 2], predictions: [0, 1, 0, 0, 1, 2], weights: weights)
        #expect(
            try classes == MulticlassReport(classes: ["a", "b", "c"], labels: [0, 1, 1, 0], predictions: [0, 1, 0, 0], weights: [1, 2, 1, 1]))
        let comparison = try ModelComparison(champion: all, challenger: all)
        #expect(!comparison.results.isEmpty && comparison.results.allSatisfy { $0.difference.n == 4 })
        // Its group is still named.
        let groups = try Groups(Column("g", texts: ["a", "a", "b", "b", "c", "c"]))
        let measure = try #require(try FairnessReport(all, [groups]).attributes["g"]?["selectionRate"])
        #expect(measure.groups["c"]?.undefined != nil && measure.groups["c"]?.n == 0)
    }

    @Test func `hundreds of classes are measured in a moment, and as few of them as before`() throws {
        let labels = (0..<1200).map { $0 * 7919 % 400 }
        let predictions = labels.enumerated().map { $0.offset % 3 == 0 ? ($0.element + 1) % 400 : $0.element }
        let report = try MulticlassReport(classes: (0..<400).map(String.init), labels: labels, predictions: predictions)
        #expect(report.f1[.macro]?.interval != nil)
        #expect(report.accuracy.value == 800.0 / 1200)
    }
}
