public import Basics
public import Execution
import Frames
import Metrics
import Models
public import Planning
import Training

/// A model beside its teacher, on the same test rows: how small it is, and what it lost.
public struct DistillStep: StepRunner {
    public let kind = StepKind.distill

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let whole = try table.read(try work.read("data"))
        let frame = whole.selecting(rows: try table.rows(of: whole).test)
        let (own, other) = (try work.read("model"), try work.read("teacher"))
        let label = table.label(parameters["label"]?.stringValue ?? "")
        let threshold = parameters["threshold"]?.doubleValue ?? 0.5
        let evidence = try asInput {
            let rule = try ScoreTable.rule(work, "teacherDecision")
            let weights = try ScoreTable.weights(frame, parameters)
            let student = try Judged(TrainedModel(bytes: own), frame, weights, label, nil, threshold, threads: work.threads)
            let teacher = try Judged(
                TrainedModel(bytes: other), frame, weights, label, rule, rule?.threshold ?? parameters["teacherThreshold"]?.doubleValue ?? threshold,
                threads: work.threads)
            guard student.names == teacher.names else {
                throw StepFailure(
                    .input, "the teacher gives \(teacher.names.joined(separator: ", ")), the model \(student.names.joined(separator: ", "))")
            }
            let distances = zip(student.predictions, teacher.predictions).map { abs($0 - $1) }
            var members: [String: JSONValue] = [
                "teacherDigest": .string(Digest.of(other).description), "teacherBytes": .int(Int64(other.count)), "bytes": .int(Int64(own.count)),
                "sizeRatio": .double(Double(own.count) / Double(other.count)), "rows": .int(Int64(frame.rowCount)),
                "meanDistance": .double(Self.mean(distances, weights)), "largestDistance": .double(Self.largest(distances, weights)),
                "teacher": teacher.figures, "student": student.figures,
            ]
            if let mine = student.decisions, let theirs = teacher.decisions {
                members["agreement"] = try Self.share(of: zip(mine, theirs).map { $0 == $1 }, weights)
            }
            return JSONValue.object(members)
        }
        return ["evidence": try work.put(evidence.canonicalBytes)]
    }

    /// - Parameter distances: column by column; of several columns each has all rows.
    private static func mean(_ distances: [Double], _ weights: [Double]?) -> Double {
        guard let weights, !weights.isEmpty else { return distances.reduce(0, +) / Double(max(1, distances.count)) }
        let sum = distances.indices.reduce(0.0) { $0 + weights[$1 % weights.count] * distances[$1] }
        return sum / (weights.reduce(0, +) * Double(distances.count / weights.count))
    }

    /// Of rows that weigh something.
    private static func largest(_ distances: [Double], _ weights: [Double]?) -> Double {
        guard let weights, !weights.isEmpty else { return distances.max() ?? 0 }
        return distances.indices.reduce(0.0) { weights[$1 % weights.count] > 0 ? max($0, distances[$1]) : $0 }
    }

    private static func share(of flags: [Bool], _ weights: [Double]?) throws -> JSONValue {
        guard let weights else { return Estimate.rate(flags.count { $0 }, of: flags.count, orUndefined: "there are no rows").json }
        // A rate of rows with weights is the accuracy of decisions that should all be positive.
        let rows = try ScoredRows(
            scores: flags.map { $0 ? 1 : 0 }, labels: flags.map { _ in true }, weights: weights, threshold: 0.5, decisions: flags)
        return PerformanceReport(rows).json["accuracy"] ?? .null
    }
}

/// One model's predictions and figures.
private struct Judged {
    /// Of the predictions' columns.
    let names: [String]
    /// Column by column.
    let predictions: [Double]
    /// By row, the class that is decided for; nil for numbers.
    let decisions: [Int]?
    let figures: JSONValue

    init(_ model: TrainedModel, _ frame: Frame, _ weights: [Double]?, _ label: BinaryLabel, _ rule: DecisionRule?, _ threshold: Double, threads: Int)
        throws
    {
        let columns = try ScoreTable.columns(of: model, frame, label: label, rule: rule, threshold: threshold, threads: threads)
        var scores: [[Double]] = []
        var names: [String] = []
        for column in columns where column.name != ScoreTable.label {
            guard case .double(let all) = column.values else { continue }
            names.append(column.name)
            scores.append(all)
        }
        self.names = names
        predictions = scores.flatMap { $0 }
        let table = try Frame(columns + (weights.map { [Column(ScoreTable.weight, doubles: $0)] } ?? [])).writeParquet()
        func chosen(_ json: JSONValue, _ wanted: [String]) -> JSONValue {
            .object((json.objectValue ?? [:]).filter { wanted.contains($0.key) })
        }
        switch model.header.task {
        case .binary:
            guard case .boolean(let labels) = columns[0].values else { throw StepFailure(.input, "the labels are not of two classes") }
            var decided = scores[0].map { $0 >= threshold }
            if case .boolean(let own)? = columns.first(where: { $0.name == ScoreTable.decision })?.values { decided = own }
            let rows = try ScoredRows(scores: scores[0], labels: labels, weights: weights, threshold: threshold, decisions: decided)
            decisions = decided.map { $0 ? 1 : 0 }
            figures = chosen(PerformanceReport(rows).json, ["accuracy", "logLoss", "rocAUC"])
        case .multiclass:
            decisions = (0..<frame.rowCount).map { row in scores.indices.reduce(0) { scores[$1][row] > scores[$0][row] ? $1 : $0 } }
            figures = chosen(try ScoreTable.multiclassReport(table).json, ["accuracy", "logLoss"])
        case .regression, .count, .quantile:
            decisions = nil
            figures = chosen(
                try ScoreTable.regressionReport(table, quantile: model.header.quantile ?? 0.5).json, ["meanAbsoluteError", "rootMeanSquaredError"])
        }
    }
}
