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

    @Test func `averages over one class are no surer than its rows`() throws {
        let report = try MulticlassReport(classes: ["a"], labels: [0, 0, 0, 0, 0], predictions: [0, 0, 0, 0, 0])
        let bounds = try #require(report.accuracy.interval)
        for average in MulticlassReport.Average.allCases {
            for figure in [report.precision, report.recall, report.f1] {
                let found = try #require(figure[average])
                #expect(found.value == 1 && found.interval?.lower == bounds.lower && bounds.lower < 0.6 && found.interval?.upper == 1)
            }
        }
        #expect(report.cohenKappa.undefined != nil)
    }

    @Test(arguments: [250, 600]) func `exact models are shown to be as good by enough rows, and by nothing that is a share of nothing`(rows: Int)
        throws
    {
        let labels = (0..<rows * 2).map { $0 % 2 == 0 }
        let exact = try ScoredRows(scores: labels.map { $0 ? 1 : 0 }, labels: labels, threshold: 0.5)
        let two = try ModelComparison(champion: exact, challenger: exact, question: .nonInferior, margin: 0.01)
        let classes = try ClassifiedRows(
            classes: ["a", "b"], labels: labels.map { $0 ? 1 : 0 }, scores: labels.map { $0 ? [0, 1] : [1, 0] })
        let several = try ModelComparison(champion: classes, challenger: classes, question: .nonInferior, margin: 0.01)
        for found in [two, several] {
            #expect(found.omitted.keys.sorted() == ["logLoss"] && found.omitted["logLoss"]?.contains("accuracy speaks for it") == true)
            #expect(found.isComplete && found.results.contains { $0.measure == "accuracy" && $0.passes })
        }
        #expect(two.passes == (rows > 300))
        // Who is a little unsure is not told apart from the others by that.
        let sure = try ScoredRows(scores: labels.map { $0 ? 1 - 1e-9 : 0 }, labels: labels, threshold: 0.5)
        #expect(try ModelComparison(champion: sure, challenger: exact, question: .nonInferior, margin: 0.01).omitted.isEmpty)
        #expect(try ModelComparison(champion: exact, challenger: exact).omitted.isEmpty)
    }

    @Test func `hundreds of classes are measured in a moment, and as few of them as before`() throws {
        let labels = (0..<1200).map { $0 * 7919 % 400 }
        let predictions = labels.enumerated().map { $0.offset % 3 == 0 ? ($0.element + 1) % 400 : $0.element }
        let report = try MulticlassReport(classes: (0..<400).map(String.init), labels: labels, predictions: predictions)
        #expect(report.f1[.macro]?.interval != nil)
        #expect(report.accuracy.value == 800.0 / 1200)
    }
}
