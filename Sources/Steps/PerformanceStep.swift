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
        let parameters = work.step.parameters
        var evidence = PerformanceReport(rows, beta: parameters["beta"]?.doubleValue ?? 2).json.objectValue ?? [:]
        // Thresholds by group, or draws, decide: no one threshold does.
        if rows.decisions != nil { evidence["threshold"] = nil }
        if let costs = parameters["costs"], let curve = Self.curve(rows) {
            let (positive, negative) = (costs["falsePositive"]?.doubleValue ?? 0, costs["falseNegative"]?.doubleValue ?? 0)
            evidence["leastCost"] = LeastCost(rows, curve, falsePositive: positive, falseNegative: negative).json
        }
        return ["evidence": try work.put(JSONValue.object(evidence).canonicalBytes)]
    }

    /// Nil where the rows that count are of one class only: nothing else is wrong with scored rows.
    private static func curve(_ rows: ScoredRows) -> ThresholdCurve? {
        do throws(MetricsError) { return try ThresholdCurve(rows) } catch { return nil }
    }
}
