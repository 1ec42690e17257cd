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
    let artifact: ModelArtifact
    let players: Players
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
        evidence["stability"] = .object(stability)
    }

    private func encoded(_ rows: [Int], _ artifact: ModelArtifact) throws -> EncodedRows {
        try artifact.features(of: frame.selecting(rows: rows))
    }

    private func faithfulness() throws -> JSONValue? {
        let limit = Int(work.step.parameters["faithfulnessRows"]?.intValue ?? 0)
        guard limit > 0 else { return nil }
        let chosen = ExplainStep.spread(Array(0..<subject.rowCount), limit)
        let curves = try FaithfulnessCurves(
            try ExplainStep.margins(artifact), rows: subject.selecting(rows: chosen), attributions: attributions.selecting(rows: chosen),
            background: try encoded(background, artifact), players: players, threads: work.threads)
        if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
        return [
            "rows": .int(Int64(curves.rowCount)), "deletion": .array(curves.deletion.map { .double($0) }),
            "insertion": .array(curves.insertion.map { .double($0) }), "deletionArea": .double(curves.deletionArea),
            "insertionArea": .double(curves.insertionArea), "randomDeletionArea": .double(curves.randomDeletionArea),
            "randomInsertionArea": .double(curves.randomInsertionArea), "gain": .double(curves.gain),
        ]
    }

    private func drift() throws -> JSONValue {
        let reference = try explainer(artifact).explain(
            try encoded(ExplainStep.spread(train, subject.rowCount), artifact), threads: work.threads)
        let drift = AttributionDrift(reference: reference, current: attributions)
        let features = drift.changes.map { change -> (String, JSONValue) in
            var members: [String: JSONValue] = [
                "trainingShare": .double(change.referenceShare), "testShare": .double(change.share), "difference": .double(change.meanDifference),
                "distance": .double(change.distance),
            ]
            members["lower"] = change.interval.map { .double($0.lower) }
            members["upper"] = change.interval.map { .double($0.upper) }
            return (change.player, .object(members))
        }
        var members: [String: JSONValue] = ["features": .object(Dictionary(uniqueKeysWithValues: features))]
        members["rankCorrelation"] = drift.rankCorrelation.map { .double($0) }
        members["ndcg"] = drift.ndcg.map { .double($0) }
        return .object(members)
    }

    private func explainer(_ artifact: ModelArtifact) throws -> any Explainer {
        try ExplainStep.explainer(artifact, try encoded(background, artifact), try ExplainStep.players(artifact), threads: work.threads)
    }

    /// Trains on rows drawn with replacement from a stream of each model's own, and explains the same rows against the same background.
    private func models() throws -> [String: JSONValue] {
        let parameters = work.step.parameters
        let count = Int(parameters["bootstrapModels"]?.intValue ?? 0)
        guard count > 0, let training = parameters["training"], !train.isEmpty else { return ["models": .int(0)] }
        var plan = try TrainingPlan(parameters: training)
        plan.positive = TableParameters(training).label(plan.label).positive
        let summary = ExplanationSummary(attributions)
        var least: Double?
        for model in 0..<count {
            var random = SeededRandom(seed: UInt64(truncatingIfNeeded: plan.seed), stream: UInt64(model))
            let drawn = train.map { _ in train[Int(random.next(below: UInt64(train.count)))] }.sorted()
            let artifact: ModelArtifact
            do {
                artifact = try plan.fit(frame.selecting(rows: drawn), threads: work.threads) { _ in
                    if Task.isCancelled { throw CancellationError() }
                }
            } catch is CancellationError { throw StepFailure(.cancelled, "stopped") }
            let found = ExplanationSummary(
                try explainer(artifact).explain(try artifact.features(of: explained), threads: work.threads))
            if let correlation = summary.rankCorrelation(with: found) { least = min(least ?? correlation, correlation) }
            work.progress(Double(model + 1) / Double(count))
        }
        var members: [String: JSONValue] = ["models": .int(Int64(count))]
        members["acrossModels"] = least.map { .double($0) }
        return members
    }
}
