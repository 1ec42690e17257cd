public import Basics
public import Execution
import Metrics
public import Planning

/// The reliability of the scores, over ten bins of about as many rows each.
public struct CalibrationStep: StepRunner {
    public let kind = StepKind.calibration

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let (_, rows) = try ScoreTable.read(work, threshold: 0.5)
        do {
            return ["evidence": try work.put(try CalibrationReport(rows, binning: .quantile).json.canonicalBytes)]
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(.input, "\(error)")
        }
    }
}
