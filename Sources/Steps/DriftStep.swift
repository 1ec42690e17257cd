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
        do {
            let names = parameters.strings("features") + [parameters["label"]?.stringValue ?? ""]
            var (train, test): ([Column], [Column]) = ([], [])
            for name in names {
                let column = try frame.column(name)
                train.append(column.selecting(rows: rows.train))
                test.append(column.selecting(rows: rows.test))
            }
            let preset = DriftReport.Preset(rawValue: parameters["preset"]?.stringValue ?? "") ?? .stability
            let missing = parameters["maximumMissingDifference"]?.doubleValue
            let weights = try ScoreTable.weights(frame, parameters)
            let report =
                try weights.map { all in
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
