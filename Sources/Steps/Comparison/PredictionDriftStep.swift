public import Basics
public import Execution
import Frames
import Metrics
public import Planning
import Training

/// How far the scores of test rows lie from those of training rows: prediction drift.
public struct PredictionDriftStep: StepRunner {
    public let kind = StepKind.predictionDrift

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame)
        let report = try asInput {
            let model = try TrainedModel(bytes: try work.read("model"))
            let rule = try ScoreTable.rule(work)
            let label = table.label(parameters["label"]?.stringValue ?? "")
            func scores(_ rows: [Int]) throws -> Frame {
                try Frame(
                    ScoreTable.columns(of: model, frame.selecting(rows: rows), label: label, rule: rule, threads: work.threads)
                        .filter { $0.name != ScoreTable.label && $0.name != ScoreTable.decision })
            }
            return try DriftReport(
                train: try scores(rows.train), test: try scores(rows.test), of: rows, weights: try ScoreTable.weights(frame, parameters), parameters,
                threads: work.threads)
        }
        return ["evidence": try work.put(report.json.canonicalBytes)]
    }
}
