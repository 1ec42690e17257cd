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
        let rounds = Double(fitting.settings.rounds)
        let artifact = try asInput {
            try fitting.fit(threads: work.threads).fit(frame.selecting(rows: rows.train)) { done in
                if Task.isCancelled { throw CancellationError() }
                work.progress(Double(done) / rounds)
            }.model
        }
        let bytes = artifact.bytes
        let model = try work.put(bytes)
        let evidence: JSONValue = [
            "digest": .string(model.description), "bytes": .int(Int64(bytes.count)),
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
