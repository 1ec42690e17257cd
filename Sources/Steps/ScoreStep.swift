public import Basics
public import Execution
import Frames
import Models
public import Planning
import Training

/// Scores every row of a table, and decides as the model was judged: by its fitted rule, or else by its declared threshold.
public struct ScoreStep: StepRunner {
    public let kind = StepKind.score

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let frame = try TableReading.read(work, "table", format: parameters["format"]?.stringValue)
        let bytes = try work.read("model")
        var columns = [Column(ScoreTable.row, integers: (0..<frame.rowCount).map { Int64($0) })]
        columns += try asInput {
            try Self.predictions(
                TrainedModel(bytes: bytes), frame, rule: ScoreTable.rule(work), threshold: parameters["threshold"]?.doubleValue, threads: work.threads
            )
        }
        for name in parameters.strings("keep") { columns.append(try TableReading.column(name, of: frame, "table")) }
        return ["scores": try TableReading.put(try TableReading.frame(columns), work)]
    }

    /// Of two classes `score` and `decision`; of several `score:<class>` and the likeliest as `prediction`, the first of equal ones; of a number `prediction`.
    private static func predictions(
        _ model: TrainedModel, _ frame: Frame, rule: DecisionRule?, threshold: Double?, threads: Int
    ) throws -> [Column] {
        let raw = try model.scores(frame, threads: threads)
        let chances = rule?.chances(raw) ?? raw
        let header = model.header
        switch header.task {
        case .binary:
            let decisions = try model.decisions(chances, frame, by: rule ?? DecisionRule(threshold: threshold ?? 0.5))
            return [Column(ScoreTable.score, doubles: chances), Column(ScoreTable.decision, .boolean(decisions))]
        case .multiclass:
            let count = header.classes.count
            return header.classes.enumerated().map { place, name in
                Column(ScoreTable.score(name), doubles: stride(from: place, to: chances.count, by: count).map { chances[$0] })
            } + [.likeliest(ScoreTable.prediction, scores: chances, classes: header.classes)]
        case .regression, .count, .quantile: return [Column(ScoreTable.prediction, doubles: raw)]
        }
    }
}
