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
        let settings = Self.settings(parameters["estimator"] ?? .null)
        let label = table.label(parameters["label"]?.stringValue ?? "")
        let artifact: ModelArtifact
        do {
            artifact = try BinaryClassificationTrainer.train(
                frame: frame.selecting(rows: rows.train), features: parameters.strings("features"), label: label, settings: settings,
                threads: work.threads
            ) { done in
                if Task.isCancelled { throw CancellationError() }
                work.progress(Double(done) / Double(settings.rounds))
            }
        } catch is CancellationError {
            throw StepFailure(.cancelled, "stopped")
        } catch {
            throw StepFailure(.input, "\(error)")
        }
        let model = try work.put(artifact.bytes)
        let evidence: JSONValue = [
            "digest": .string(model.description), "bytes": .int(Int64(artifact.bytes.count)),
            "features": .array(artifact.schema.names.map { .string($0) }),
        ]
        return ["model": model, "evidence": try work.put(evidence.canonicalBytes)]
    }

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
    }
}
