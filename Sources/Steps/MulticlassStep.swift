public import Basics
public import Execution
import Metrics
public import Planning

/// Performance of scores of several classes.
public struct MulticlassStep: StepRunner {
    public let kind = StepKind.multiclass

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let bytes = try work.read("scores")
        let evidence = try asInput { try ScoreTable.multiclassReport(bytes).json }
        return ["evidence": try work.put(evidence.canonicalBytes)]
    }
}
