public import Basics
public import Execution
import Frames
import Models
public import Planning
import Training

/// Fits the estimator on the training rows.
public struct TrainStep: StepRunner {
    public let kind = StepKind.train

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let frame = try table.read(try work.read("data"))
        let rows = try table.rows(of: frame)
        let fitting = try FitParameters(parameters, table, chosen: try SearchResult.parameters(work))
        let rounds = Double(fitting.rounds)
        let model = try asInput {
            if fitting.plan.task == .multiclass { try Self.checkClasses(fitting.plan, frame, rows) }
            return try fitting.fit(threads: work.threads).fit(frame.selecting(rows: rows.train)) { done in
                if Task.isCancelled { throw CancellationError() }
                work.progress(min(1, Double(done) / rounds))
            }.model
        }
        let bytes = model.bytes
        let digest = try work.put(bytes)
        let evidence: JSONValue = [
            "digest": .string(digest.description), "task": .string(model.header.task.rawValue), "bytes": .int(Int64(bytes.count)),
            "features": .array(model.schema.names.map { .string($0) }),
        ]
        return ["model": digest, "evidence": try work.put(evidence.canonicalBytes)]
    }

    /// A class that only test rows have could never be predicted: said before an hour's training, not after.
    private static func checkClasses(_ plan: TrainingPlan, _ frame: Frame, _ rows: Split.Rows) throws {
        let known = try plan.targets(frame.selecting(rows: rows.train)).classes
        _ = try plan.targets(frame.selecting(rows: rows.test), classes: known, isTraining: false)
    }
}
