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
        let label = parameters["label"]?.stringValue ?? ""
        let artifact: ModelArtifact
        do {
            var plan = try TrainingPlan(parameters: parameters)
            plan.positive = table.label(label).positive
            if plan.task == .multiclass { try Self.checkClasses(plan, frame, rows) }
            let rounds = Double(parameters["estimator"]?["rounds"]?.intValue ?? 100)
            artifact = try plan.fit(frame.selecting(rows: rows.train), threads: work.threads) { done in
                if Task.isCancelled { throw CancellationError() }
                work.progress(min(1, Double(done) / rounds))
            }
        } catch is CancellationError {
            throw StepFailure(.cancelled, "stopped")
        } catch {
            throw StepFailure(.input, "\(error)")
        }
        let model = try work.put(artifact.bytes)
        let evidence: JSONValue = [
            "digest": .string(model.description), "task": .string(artifact.header.task.rawValue), "bytes": .int(Int64(artifact.bytes.count)),
            "features": .array(artifact.schema.names.map { .string($0) }),
        ]
        return ["model": model, "evidence": try work.put(evidence.canonicalBytes)]
    }

<<<<<<< HEAD
    static func settings(_ estimator: JSONValue) -> TrainingSettings {
        var settings = TrainingSettings()
        func number(_ key: String) -> Double? { estimator[key]?.doubleValue }
        if let value = estimator["rounds"]?.intValue { settings.rounds = Int(value) }
        if let value = estimator["maxDepth"]?.intValue { settings.maxDepth = Int(value) }
        if let value = estimator["seed"]?.intValue { settings.seed = Int(value) }
        if let value = number("learningRate") { settings.learningRate = value }
        if let value = number("minChildWeight") { settings.minChildWeight = value }
        if let value = number("subsample") { settings.subsample = value }
        if let value = number("columnSample") { settings.columnSample = value }
        if let value = number("lambda") { settings.lambda = value }
        if let value = number("alpha") { settings.alpha = value }
        if let value = number("gamma") { settings.gamma = value }
        return settings
=======
    /// A class that only test rows have could never be predicted: said before an hour's training, not after.
    private static func checkClasses(_ plan: TrainingPlan, _ frame: Frame, _ rows: Split.Rows) throws {
        let known = try plan.targets(frame.selecting(rows: rows.train)).classes
        _ = try plan.targets(frame.selecting(rows: rows.test), classes: known, isTraining: false)
>>>>>>> 622f286 (Training plans: tasks, weights, early stopping, constraints; generalised linear models; preprocessing kept in the artefact)
    }
}
