public import Basics
public import Execution
import Frames
public import Planning
import Training

/// Two tables of one: the rows that train, and those that test.
public struct SplitStep: StepRunner {
    public let kind = StepKind.split

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let frame = try TableReading.read(work, "table", format: parameters["format"]?.stringValue)
        let rows: Split.Rows
        do throws(TrainingError) {
            rows = try TableParameters(["table": ["split": parameters]]).split.resolve(frame)
        } catch {
            // Nothing trains here.
            throw StepFailure(.input, "cannot split: \(error.message)")
        }
        return [
            "train": try TableReading.put(frame.selecting(rows: rows.train), work),
            "test": try TableReading.put(frame.selecting(rows: rows.test), work),
        ]
    }
}
