import Basics
import Execution
import Frames
import Metrics
import Models
import Training

extension ScoreTable {
    /// What a model gives, calibrated if that was fitted.
    static func chances(of model: TrainedModel, _ frame: Frame, rule: DecisionRule?, threads: Int) throws -> [Double] {
        let scores = try model.scores(frame, threads: threads)
        guard let rule else { return scores }
        guard rule.classes.map({ $0.classes == model.header.classes }) ?? true else {
            throw StepFailure(.input, "the calibration was fitted for other classes than the model has")
        }
        return rule.chances(scores)
    }

    /// Label and prediction of each row, in the form of the model's task: a truth value and a score, a class and a score for each class, or two numbers.
    ///
    /// - Parameters:
    ///   - rule: how scores of two classes become chances and decisions, if that was fitted.
    ///   - threshold: that is declared, where no rule was fitted.
    static func columns(
        of model: TrainedModel, _ frame: Frame, label given: BinaryLabel, rule: DecisionRule? = nil, threshold: Double? = nil, threads: Int
    ) throws -> [Column] {
        let chances = try chances(of: model, frame, rule: rule, threads: threads)
        let header = model.header
        let plan = TrainingPlan(task: header.task, label: header.label, positive: given.positive, features: header.input.names)
        switch header.task {
        case .binary:
            let labels = try given.resolve(frame, requiringTwoClasses: false)
            var columns = [Column(label, booleans: labels), Column(score, doubles: chances)]
            let deciding = rule ?? DecisionRule(threshold: threshold ?? 0.5)
            // What no one threshold of the scores decides.
            if deciding.groupThresholds != nil || model.isRandomised && deciding.isPlain {
                columns.append(Column(decision, booleans: try model.decisions(chances, frame, by: deciding)))
            }
            return columns
        case .multiclass:
            let labels = try plan.classLabels(frame)
            let count = header.classes.count
            let scores = header.classes.enumerated().map { place, name in
                Column(score(name), doubles: stride(from: place, to: chances.count, by: count).map { chances[$0] })
            }
            return [Column(label, texts: labels)] + scores
        case .regression, .count, .quantile:
            let truth = try plan.targets(frame, isTraining: false).values
            return [Column(label, doubles: truth), Column(prediction, doubles: chances)]
        }
    }

    /// Scores of several classes.
    ///
    /// - Parameter givingUnknown: whether labels of a class that the model does not know are rows that it gives no chance, as those of a model are that was trained on other rows; else
    ///   they are an error.
    static func classifiedRows(_ frame: Frame, givingUnknown: Bool = false) throws -> ClassifiedRows {
        let prefix = score("")
        let classes = frame.columnNames.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        guard let texts = try frame.column(label).classTexts() else { throw StepFailure(.input, "the scores are not a table of classes") }
        var columns: [[Double]] = []
        for name in classes {
            guard case .double(let values) = try frame.column(score(name)).values else { throw StepFailure(.input, "the scores are not numbers") }
            columns.append(values)
        }
        var places = Dictionary(classes.enumerated().map { (Array($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        var (all, labels): ([String], [Int]) = (classes, [])
        for text in texts {
            let name = text ?? ""
            if places[Array(name.utf8)] == nil {
                guard givingUnknown else {
                    throw StepFailure(.input, "label '\(name)' is none of the classes that the model knows: \(classes.joined(separator: ", "))")
                }
                places[Array(name.utf8)] = all.count
                all.append(name)
            }
            labels.append(places[Array(name.utf8)] ?? 0)
        }
        let unknown = [Double](repeating: 0, count: all.count - classes.count)
        return try ClassifiedRows(
            classes: all, labels: labels, scores: (0..<frame.rowCount).map { row in columns.map { min(1, $0[row]) } + unknown },
            weights: weights(frame))
    }

    static func multiclassReport(_ bytes: [UInt8]) throws -> MulticlassReport {
        let rows = try classifiedRows(try Frame.read(parquet: bytes))
        return try MulticlassReport(classes: rows.classes, labels: rows.labels, scores: rows.scores, weights: rows.weights)
    }

    /// True and predicted numbers.
    static func numberRows(_ frame: Frame, goal: NumberRows.Goal = .mean) throws -> NumberRows {
        guard case .double(let truth) = try frame.column(label).values, case .double(let predictions) = try frame.column(prediction).values else {
            throw StepFailure(.input, "the scores are not a table of numbers")
        }
        return try NumberRows(truth: truth, predictions: predictions, weights: weights(frame), goal: goal)
    }

    static func regressionReport(_ bytes: [UInt8], quantile: Double) throws -> RegressionReport {
        let rows = try numberRows(try Frame.read(parquet: bytes))
        return try RegressionReport(truth: rows.truth, predictions: rows.predictions, weights: rows.weights, quantile: quantile)
    }
}
