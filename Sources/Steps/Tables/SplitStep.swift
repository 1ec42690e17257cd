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
        let rows = try TableParameters(["table": ["split": parameters]]).rows(of: frame)
        return [
            "train": try TableReading.put(frame.selecting(rows: rows.train), work),
            "test": try TableReading.put(frame.selecting(rows: rows.test), work),
        ]
    }
}
