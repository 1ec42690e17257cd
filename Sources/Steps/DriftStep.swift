public import Basics
public import Execution
import Frames
import Metrics
public import Planning
import Training

/// How far the test rows' columns lie from the training rows'.
public struct DriftStep: StepRunner {
    public let kind = StepKind.drift

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame)
        let names = parameters.strings("features") + [parameters["label"]?.stringValue ?? ""]
        let report = try asInput {
            let columns = try frame.selecting(columns: names)
            return try DriftReport(
                train: columns.selecting(rows: rows.train), test: columns.selecting(rows: rows.test), of: rows,
                weights: try ScoreTable.weights(frame, parameters), parameters, threads: work.threads)
        }
        return ["evidence": try work.put(report.json.canonicalBytes)]
    }
}
