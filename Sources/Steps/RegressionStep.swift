public import Basics
public import Execution
import Metrics
public import Planning

/// How far predicted numbers are from true ones.
public struct RegressionStep: StepRunner {
    public let kind = StepKind.regression

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let bytes = try work.read("scores")
        let evidence = try asInput { try ScoreTable.regressionReport(bytes, quantile: work.step.parameters["quantile"]?.doubleValue ?? 0.5).json }
        return ["evidence": try work.put(evidence.canonicalBytes)]
    }
}
