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
        do {
            let attributes = try work.step.parameters.strings("attributes").map { name in
                try frame.column(ScoreTable.group(name)).renamed(name)
            }
            return ["evidence": try work.put(try FairnessReport(rows, attributes: attributes).json.canonicalBytes)]
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(.input, "\(error)")
        }
    }
}
