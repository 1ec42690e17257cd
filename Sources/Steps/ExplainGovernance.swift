import Basics
import Execution
import Explanations
import Frames
import Models
import Planning
import Statistics
import Training

/// What else is asked of explanations: whether they are faithful, whether another sample of training rows gives the same, whether test rows are
/// explained as training rows are.
struct ExplainGovernance {
    let work: StepWork
    let frame: Frame
    let train: [Int]
    let model: ExplainedArtifact
    let subject: EncodedRows
    /// The rows of `subject`, with all columns.
    let explained: Frame
    let attributions: Attributions
    /// Rows of `frame`.
    let background: [Int]

    func add(to evidence: inout [String: JSONValue]) throws {
        evidence["faithfulness"] = try faithfulness()
        evidence["drift"] = try drift()
        var stability = evidence["stability"]?.objectValue ?? [:]
        for (name, value) in try models() { stability[name] = value }
        stability["acrossSeeds"] = try seeds().map { .double($0) }
        evidence["stability"] = .object(stability)
    }

    private func encoded(_ rows: [Int], _ model: ExplainedArtifact) throws -> EncodedRows { try model.encoded(frame.selecting(rows: rows)) }

    /// The least rank correlation with what two other seeds find; nil where nothing is sampled, or one of them is undefined.
    private func seeds() throws -> Double? {
        guard attributions.seed != nil else { return nil }
        let summary = ExplanationSummary(attributions)
        var correlations: [Double?] = []
        for seed in [1, 2] as [UInt64] {
            let explainer = try model.explainer(background: try encoded(background, model), seed: seed, threads: work.threads)
            correlations.append(summary.rankCorrelation(with: ExplanationSummary(try explainer.explain(subject, threads: work.threads))))
            if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
        }
        return Self.least(correlations)
    }

    /// Nil if there are none, or one of them is undefined.
    private static func least(_ correlations: [Double?]) -> Double? {
        let defined = correlations.compactMap { $0 }
        return defined.count == correlations.count ? defined.min() : nil
    }

    private func faithfulness() throws -> JSONValue? {
        let limit = Int(work.step.parameters["faithfulnessRows"]?.intValue ?? 0)
        guard limit > 0, attributions.outputCount == 1 else { return nil }
        let chosen = ExplainStep.spread(Array(0..<subject.rowCount), limit)
        let curves = try FaithfulnessCurves(
            try model.predictor(), rows: subject.selecting(rows: chosen), attributions: attributions.selecting(rows: chosen),
            background: try encoded(background, model), players: model.players, threads: work.threads)
        if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
        return [
            "rows": .int(Int64(curves.rowCount)), "deletion": .array(curves.deletion.map { .double($0) }),
            "insertion": .array(curves.insertion.map { .double($0) }), "deletionArea": .double(curves.deletionArea),
            "insertionArea": .double(curves.insertionArea), "randomDeletionArea": .double(curves.randomDeletionArea),
            "randomInsertionArea": .double(curves.randomInsertionArea), "gain": .double(curves.gain),
        ]
    }

    private func drift() throws -> JSONValue {
        let reference = try explainer(model).explain(try encoded(ExplainStep.spread(train, subject.rowCount), model), threads: work.threads)
        let drift = AttributionDrift(reference: reference, current: attributions)
        let features = drift.changes.map { change -> (String, JSONValue) in
            var members: [String: JSONValue] = [
                "trainingShare": .double(change.referenceShare), "testShare": .double(change.share), "difference": .double(change.meanDifference),
                "distance": .double(change.distance),
            ]
            members["lower"] = change.interval.map { .double($0.lower) }
            members["upper"] = change.interval.map { .double($0.upper) }
            if attributions.outputCount > 1 { members["class"] = .string(model.trained.header.classes[change.output]) }
            return (change.player, .object(members))
        }
        var members: [String: JSONValue] = ["features": .object(Dictionary(uniqueKeysWithValues: features))]
        members["rankCorrelation"] = drift.rankCorrelation.map { .double($0) }
        members["ndcg"] = drift.ndcg.map { .double($0) }
        return .object(members)
    }

    private func explainer(_ model: ExplainedArtifact) throws -> any Explainer {
        try model.explainer(background: try encoded(background, model), threads: work.threads)
    }

    /// Trains on rows drawn with replacement from a stream of each model's own, and explains the same rows against the same background.
    private func models() throws -> [String: JSONValue] {
        let parameters = work.step.parameters
        let count = Int(parameters["bootstrapModels"]?.intValue ?? 0)
        guard count > 0, let training = parameters["training"], !train.isEmpty else { return ["models": .int(0)] }
        var plan = try TrainingPlan(parameters: training)
        plan.positive = TableParameters(training).label(plan.label).positive
        let summary = ExplanationSummary(attributions)
        var correlations: [Double?] = []
        for number in 0..<count {
            var random = SeededRandom(seed: UInt64(truncatingIfNeeded: plan.seed), stream: UInt64(number))
            let drawn = train.map { _ in train[Int(random.next(below: UInt64(train.count)))] }.sorted()
            let artifact: ModelArtifact
            do {
                artifact = try plan.fit(frame.selecting(rows: drawn), threads: work.threads) { _ in
                    if Task.isCancelled { throw CancellationError() }
                }
            } catch is CancellationError { throw StepFailure(.cancelled, "stopped") }
            let other = try ExplainedArtifact(TrainedModel(artifact), method: model.method, frame: frame)
            let found = ExplanationSummary(try explainer(other).explain(try other.encoded(explained), threads: work.threads))
            correlations.append(summary.rankCorrelation(with: found))
            work.progress(Double(number + 1) / Double(count))
        }
        var members: [String: JSONValue] = ["models": .int(Int64(count))]
        members["acrossModels"] = Self.least(correlations).map { .double($0) }
        return members
    }
}
