public import Basics
public import Execution
import Frames
public import Planning
import Training

/// Reads the whole table as declared and counts its rows.
public struct ProfileStep: StepRunner {
    public let kind = StepKind.profile

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let table = TableParameters(work.step.parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame)
        let evidence: JSONValue = [
            "digest": .string(work.inputs["data"]?.description ?? ""), "pinned": work.step.parameters["pinned"] ?? .bool(false),
            "rows": .int(Int64(frame.rowCount)),
            "trainRows": .int(Int64(rows.train.count)), "testRows": .int(Int64(rows.test.count)),
        ]
        return ["evidence": try work.put(evidence.canonicalBytes)]
    }
}
