public import Basics
public import Execution
import Frames
public import Planning
import Training

/// The training rows' features, label and weights, for a program that trains: test rows are not shown to it.
public struct TrainingRowsStep: StepRunner {
    public let kind = StepKind.trainingRows

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame).train
        let names = parameters.strings("features") + ["label", "weights"].compactMap { parameters[$0]?.stringValue }
        let bytes = try asInput {
            try Frame(names.map { try frame.column($0) }).selecting(rows: rows).writeParquet()
        }
        return ["table": try work.put(bytes)]
    }
}
