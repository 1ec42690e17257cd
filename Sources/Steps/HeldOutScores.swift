import Basics
import Frames
import Metrics
import Models
import Training

/// What models said of training rows that they never saw, beside what is true: one entry for each row and repetition.
struct HeldOutScores: Sendable {
    let task: ModelTask
    /// The training row of each entry; in the order of repetitions, ascending within one.
    let rows: [Int]
    /// One an entry; of several classes entries × classes.
    let scores: [Double]
    /// One an entry: 0 or 1, a class's place, or the number itself.
    let truth: [Double]
    /// Of several classes.
    let classes: [String]
    /// The rows' own.
    let weights: [Double]?
    /// Of the quantile loss.
    let quantile: Double
    /// The fold that held the entry out, and its repetition.
    let folds: [Int]
    let repetitions: [Int]
    /// What is decided; nil: by a threshold of ½.
    var decisions: [Bool]?

    /// Scores an entry.
    var width: Int { max(1, classes.count) }
    var labels: [Bool] { truth.map { $0 > 0 } }
    var repeatCount: Int { (repetitions.max() ?? 0) + 1 }

    /// By which a calibrator or a threshold is fitted: every row counts once, however often it was held out.
    var fittingWeights: [Double]? {
        guard repeatCount > 1 else { return weights }
        return rows.indices.map { (weights?[$0] ?? 1) / Double(repeatCount) }
    }

    /// The same entries with other scores, and what is decided by them.
    func with(scores: [Double], decisions: [Bool]? = nil) -> HeldOutScores {
        HeldOutScores(
            task: task, rows: rows, scores: scores, truth: truth, classes: classes, weights: weights, quantile: quantile, folds: folds,
            repetitions: repetitions, decisions: decisions)
    }

    /// Some of the entries, by their places.
    func selecting(_ places: [Int]) -> HeldOutScores {
        HeldOutScores(
            task: task, rows: places.map { rows[$0] }, scores: places.flatMap { scores[($0 * width)..<(($0 + 1) * width)] },
            truth: places.map { truth[$0] }, classes: classes, weights: weights.map { all in places.map { all[$0] } }, quantile: quantile,
            folds: places.map { folds[$0] }, repetitions: places.map { repetitions[$0] }, decisions: decisions.map { all in places.map { all[$0] } })
    }

    /// Each repetition by itself. Figures of one are of single models; those of averaged scores would be of an ensemble that nobody trains.
    var byRepetition: [HeldOutScores] {
        guard repeatCount > 1 else { return [self] }
        return (0..<repeatCount).map { repetition in selecting(rows.indices.filter { repetitions[$0] == repetition }) }
    }

    /// Each fold by itself.
    var byFold: [HeldOutScores] { Set(folds).sorted().map { fold in selecting(rows.indices.filter { folds[$0] == fold }) } }

    private func scored() throws -> ScoredRows {
        try ScoredRows(scores: scores, labels: labels, weights: weights, threshold: 0.5, decisions: decisions)
    }

    private func multiclass() throws -> MulticlassReport {
        try MulticlassReport(
            classes: classes, labels: truth.map { Int($0) },
            scores: rows.indices.map { place in scores[(place * width)..<((place + 1) * width)].map { min(1, $0) } }, weights: weights)
    }

    /// The report of the task, under its name in the evidence: the mean over the repetitions, of figures and of their bounds.
    func report() throws -> (name: String, json: JSONValue) {
        switch task {
        case .binary:
            return ("performance", .mean(of: try byRepetition.map { PerformanceReport(try $0.scored()).validationJSON }))
        case .multiclass: return ("multiclass", .mean(of: try byRepetition.map { try $0.multiclass().json }))
        case .regression, .count, .quantile:
            return (
                "regression",
                .mean(
                    of: try byRepetition.map {
                        try RegressionReport(truth: $0.truth, predictions: $0.scores, weights: $0.weights, quantile: quantile).json
                    })
            )
        }
    }

    /// Rows that are decided rightly.
    func accuracy() throws -> JSONValue { .mean(of: try byRepetition.map { PerformanceReport(try $0.scored()).accuracy.json }) }

    /// The mean gap between score and observed rate; of several classes, the mean of the classes' own (Kull et al. 2019).
    func calibrationError() throws -> JSONValue { .mean(of: try byRepetition.map { try $0.ownCalibrationError().json }) }

    private func ownCalibrationError() throws -> Estimate {
        if task == .binary { return try CalibrationReport(scored(), binning: .quantile).expectedError }
        var sum = 0.0
        for place in classes.indices {
            let rest = try ScoredRows(
                scores: rows.indices.map { min(1, scores[$0 * width + place]) }, labels: truth.map { Int($0) == place }, weights: weights,
                threshold: 0.5)
            let own = try CalibrationReport(rest, binning: .quantile).expectedError
            guard let value = own.value else { return own }
            sum += value
        }
        return .value(sum / Double(classes.count), n: rows.count)
    }

    /// What of these scores a search can make best, by name: the mean over the repetitions. Of several classes, every class counts alike in what is said of
    /// each.
    func figures() throws -> [String: Double] {
        let all = try byRepetition.map { try $0.ownFigures() }
        return all[0].filter { name, _ in all.allSatisfy { $0[name] != nil } }.reduce(into: [:]) { means, figure in
            means[figure.key] = all.reduce(0) { $0 + ($1[figure.key] ?? 0) } / Double(all.count)
        }
    }

    private func ownFigures() throws -> [String: Double] {
        switch task {
        case .binary:
            let figures = try PerformanceReport(scored()).figures.map { ($0.name, $0.estimate.value) }
            return Dictionary(figures) { first, _ in first }.compactMapValues { $0 }
        case .multiclass:
            let report = try multiclass()
            return [
                "accuracy": report.accuracy.value, "balancedAccuracy": report.recall[.macro]?.value, "f1": report.f1[.macro]?.value,
                "rocAUC": report.rocAUC[.macro]?.value, "logLoss": report.logLoss?.value,
            ].compactMapValues { $0 }
        case .regression, .count, .quantile:
            let report = try RegressionReport(truth: truth, predictions: scores, weights: weights, quantile: quantile)
            return Dictionary(report.figures.map { ($0.name, $0.estimate.value) }) { first, _ in first }.compactMapValues { $0 }
        }
    }

    /// The figures that are told of each fold.
    private var foldFigures: [String] {
        switch task {
        case .binary, .multiclass: ["rocAUC", "logLoss", "accuracy"]
        case .regression: ["rootMeanSquaredError", "meanAbsoluteError", "r2"]
        case .count: ["rootMeanSquaredError", "meanAbsoluteError", "poissonDeviance"]
        case .quantile: ["quantileLoss"]
        }
    }

    /// Mean and deviation of figures that each fold gives for itself.
    func acrossFolds() throws -> JSONValue {
        var figures: [String: [Double]] = [:]
        for fold in byFold {
            let own = try fold.ownFigures()
            for name in foldFigures {
                if let value = own[name] { figures[name, default: []].append(value) }
            }
        }
        return .object(
            figures.mapValues { values in
                let mean = values.reduce(0, +) / Double(values.count)
                let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                return ["mean": .double(mean), "deviation": .double((squares / Double(max(1, values.count - 1))).squareRoot())]
            })
    }

    /// As a table that anybody can recompute the figures from.
    ///
    /// - Parameter fileRows: of each training row, its number in the data file.
    func table(fileRows: [Int]) throws -> Frame {
        let names = width == 1 ? [task == .binary ? ScoreTable.score : ScoreTable.prediction] : classes.map(ScoreTable.score)
        var columns = [
            Column(ScoreTable.row, integers: rows.map { Int64(fileRows[$0]) }), Column("fold", integers: folds.map { Int64($0) }),
            Column("repetition", integers: repetitions.map { Int64($0) }),
        ]
        switch task {
        case .binary: columns.append(Column(ScoreTable.label, booleans: labels))
        case .multiclass: columns.append(Column(ScoreTable.label, texts: truth.map { classes[Int($0)] }))
        default: columns.append(Column(ScoreTable.label, doubles: truth))
        }
        for (place, name) in names.enumerated() {
            columns.append(Column(name, doubles: stride(from: place, to: scores.count, by: width).map { scores[$0] }))
        }
        return try Frame(columns)
    }
}

extension PerformanceReport {
    /// The figures that tell of scores, not of a threshold.
    fileprivate var validationJSON: JSONValue { ["rocAUC": rocAUC.json, "logLoss": logLoss.json, "brierScore": brierScore.json] }
}

extension JSONValue {
    /// The mean of documents of one form, number by number. What some of them has not, or has otherwise, is left out; an estimate that one of them cannot
    /// give, none gives.
    static func mean(of all: [JSONValue]) -> JSONValue {
        guard all.count > 1, let first = all.first else { return all.first ?? .null }
        if all.allSatisfy({ $0 == first }) { return first }
        if let undefined = all.first(where: { $0["undefined"] != nil }) { return undefined }
        if let members = first.objectValue {
            var means: [String: JSONValue] = [:]
            for name in members.keys {
                let own = all.compactMap { $0[name] }
                guard own.count == all.count else { continue }
                let mean = mean(of: own)
                if mean != .null { means[name] = mean }
            }
            return .object(means)
        }
        if let elements = first.arrayValue {
            guard all.allSatisfy({ $0.arrayValue?.count == elements.count }) else { return .null }
            return .array(elements.indices.map { place in mean(of: all.compactMap { $0.arrayValue?[place] }) })
        }
        // Counts of rows are not averaged: their means would be none.
        let numbers = all.compactMap { value in if case .double(let number) = value { number } else { nil as Double? } }
        return numbers.count == all.count ? .double(numbers.reduce(0, +) / Double(numbers.count)) : .null
    }
}
