public import Basics
public import Execution
import Frames
import Metrics
public import Planning

/// Group measures of the scores at the threshold, for every protected attribute.
public struct FairnessStep: StepRunner {
    public let kind = StepKind.fairness

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let (frame, rows) = try ScoreTable.read(work)
        return try asInput {
            let parameters = work.step.parameters
            let all = try ScoreTable.groups(frame, parameters)
            var options = FairnessReport.Options()
            options.minimumGroupRows = Int(parameters["minimumGroupRows"]?.intValue ?? 0)
            options.references = (parameters["references"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
            options.threads = work.threads
            return ["evidence": try work.put(try FairnessReport(rows, all, options: options).json.canonicalBytes)]
        }
    }
}
