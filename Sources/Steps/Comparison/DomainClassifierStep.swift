public import Basics
public import Execution
import Frames
import Metrics
public import Planning
import Training

/// Whether a classifier can tell test rows from training rows.
public struct DomainClassifierStep: StepRunner {
    public let kind = StepKind.domainClassifier

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let table = TableParameters(work.step.parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame)
        return try asInput {
            let weights = try ScoreTable.weights(frame, work.step.parameters)
            let area = try DomainClassifier.area(
                reference: frame.selecting(rows: rows.train), current: frame.selecting(rows: rows.test),
                weights: weights.map { all in (rows.train.map { all[$0] }, rows.test.map { all[$0] }) },
                columns: work.step.parameters.strings("features"), threads: work.threads)
            return ["evidence": try work.put(JSONValue.object(["rocAUC": area.json]).canonicalBytes)]
        }
    }
}
