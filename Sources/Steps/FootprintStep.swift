public import Basics
public import Execution
import Models
public import Planning
import Training

/// How large a model is, and how much work a prediction takes.
public struct FootprintStep: StepRunner {
    public let kind = StepKind.footprint

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let bytes = try work.read("model")
        let footprint = try asInput { try ModelFootprint(TrainedModel(bytes: bytes).members.map(\.model), bytes: bytes.count) }
        return ["evidence": try work.put(footprint.json.canonicalBytes)]
    }
}
