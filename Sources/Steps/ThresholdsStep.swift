public import Basics
public import Execution
import Metrics
public import Planning

/// What other thresholds would decide on the test rows.
public struct ThresholdsStep: StepRunner {
    public let kind = StepKind.thresholds

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let (_, rows) = try ScoreTable.read(work, threshold: 0.5)
        return ["evidence": try work.put(ThresholdTable(rows).json.canonicalBytes)]
    }
}
