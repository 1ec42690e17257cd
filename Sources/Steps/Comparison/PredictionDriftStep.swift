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
        let table = TableParameters(work.step.parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame)
        do {
            let model = try TrainedModel(bytes: try work.read("model"))
            let rule = try ScoreTable.rule(work)
            let label = table.label(work.step.parameters["label"]?.stringValue ?? "")
            func scores(_ rows: [Int]) throws -> [Column] {
                try ScoreTable.columns(of: model, frame.selecting(rows: rows), label: label, rule: rule, threads: work.threads)
                    .filter { $0.name != ScoreTable.label && $0.name != ScoreTable.decision }
            }
            let (train, test) = (try scores(rows.train), try scores(rows.test))
            let preset = DriftReport.Preset(rawValue: work.step.parameters["preset"]?.stringValue ?? "") ?? .stability
            let missing = work.step.parameters["maximumMissingDifference"]?.doubleValue
            let report =
                try ScoreTable.weights(frame, work.step.parameters).map { all in
                    try DriftReport(
                        reference: try Frame(train), weights: rows.train.map { all[$0] }, current: try Frame(test),
                        weights: rows.test.map { all[$0] }, preset: preset, maximumMissingDifference: missing, threads: work.threads)
                }
                ?? DriftReport(
                    reference: train.map { ReferenceColumn($0) }, current: try Frame(test), preset: preset, maximumMissingDifference: missing,
                    threads: work.threads)
            return ["evidence": try work.put(report.json.canonicalBytes)]
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(of: error)
        }
    }
}
