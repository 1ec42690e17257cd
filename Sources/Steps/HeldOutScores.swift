import Basics
import Metrics
import Models
import Training

/// What models said of training rows that they never saw, beside what is true.
struct HeldOutScores: Sendable {
    let task: ModelTask
    /// Training rows that were held out, ascending.
    let rows: [Int]
    /// One a row; of several classes rows × classes.
    let scores: [Double]
    /// One a row: 0 or 1, a class's place, or the number itself.
    let truth: [Double]
    /// Of several classes.
    let classes: [String]
    let weights: [Double]?
    /// Of the quantile loss.
    let quantile: Double

    /// Scores a row.
    var width: Int { max(1, classes.count) }
    var labels: [Bool] { truth.map { $0 > 0 } }

    /// The same rows with other scores.
    func with(scores: [Double]) -> HeldOutScores {
        HeldOutScores(task: task, rows: rows, scores: scores, truth: truth, classes: classes, weights: weights, quantile: quantile)
    }

    /// Some of the rows, by their places here.
    func selecting(_ places: [Int]) -> HeldOutScores {
        HeldOutScores(
            task: task, rows: places.map { rows[$0] }, scores: places.flatMap { scores[($0 * width)..<(($0 + 1) * width)] },
            truth: places.map { truth[$0] }, classes: classes, weights: weights.map { all in places.map { all[$0] } }, quantile: quantile)
    }

    /// Of two classes, decided at a threshold of ½.
    func scored() throws -> ScoredRows { try ScoredRows(scores: scores, labels: labels, weights: weights, threshold: 0.5) }

    func multiclass() throws -> MulticlassReport {
        try MulticlassReport(
            classes: classes, labels: truth.map { Int($0) },
            scores: rows.indices.map { place in scores[(place * width)..<((place + 1) * width)].map { min(1, $0) } }, weights: weights)
    }

    func regression() throws -> RegressionReport {
        try RegressionReport(truth: truth, predictions: scores, weights: weights, quantile: quantile)
    }

    /// Of one class's scores against the rest.
    func scored(class place: Int) throws -> ScoredRows {
        try ScoredRows(
            scores: rows.indices.map { min(1, scores[$0 * width + place]) }, labels: truth.map { Int($0) == place }, weights: weights, threshold: 0.5)
    }

    /// The mean gap between score and observed rate; of several classes, the mean of the classes' own (Kull et al. 2019).
    func calibrationError() throws -> Estimate {
        if task == .binary { return try CalibrationReport(scored(), binning: .quantile).expectedError }
        var sum = 0.0
        for place in classes.indices {
            let own = try CalibrationReport(scored(class: place), binning: .quantile).expectedError
            guard let value = own.value else { return own }
            sum += value
        }
        return .value(sum / Double(classes.count), n: rows.count)
    }

    /// What of these scores a search can make best, by name. Of several classes, every class counts alike in what is said of each.
    func figures() throws -> [String: Double] {
        switch task {
        case .binary:
            return Dictionary(try PerformanceReport(scored()).figures.map { ($0.name, $0.estimate.value) }) { first, _ in first }.compactMapValues {
                $0
            }
        case .multiclass:
            let report = try multiclass()
            return [
                "accuracy": report.accuracy.value, "balancedAccuracy": report.recall[.macro]?.value, "f1": report.f1[.macro]?.value,
                "rocAUC": report.rocAUC[.macro]?.value, "logLoss": report.logLoss?.value,
            ].compactMapValues { $0 }
        case .regression, .count, .quantile:
            return Dictionary(try regression().figures.map { ($0.name, $0.estimate.value) }) { first, _ in first }.compactMapValues { $0 }
        }
    }

    /// The figures that are told of each fold.
    var foldFigures: [String] {
        switch task {
        case .binary, .multiclass: ["rocAUC", "logLoss", "accuracy"]
        case .regression: ["rootMeanSquaredError", "meanAbsoluteError", "r2"]
        case .count: ["rootMeanSquaredError", "meanAbsoluteError", "poissonDeviance"]
        case .quantile: ["quantileLoss"]
        }
    }
}
