public import Basics
public import Execution
import Frames
public import Planning

/// Keeps the rows for which an expression is true.
public struct FilterStep: StepRunner {
    public let kind = StepKind.filter

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let frame = try TableReading.read(work, "table", format: parameters["format"]?.stringValue)
        let expression = try RowExpression(parameters["where"]?.stringValue ?? "", parameters: parameters)
        let kept = try expression.holds(on: frame, threads: work.threads)
        return ["table": try TableReading.put(frame.selecting(rows: kept), work)]
    }
}
