public import Basics
public import Execution
import Metrics
public import Planning

/// Performance of the scores at the threshold.
public struct PerformanceStep: StepRunner {
    public let kind = StepKind.performance

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let (_, rows) = try ScoreTable.read(work)
        return ["evidence": try work.put(PerformanceReport(rows).json.canonicalBytes)]
    }
}
