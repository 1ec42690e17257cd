public import Basics
public import Execution
import Frames
import Metrics
import Models
public import Planning
import Training

/// The model beside the one that is live, on the same rows: is it worse, and is it shown not to be?
public struct ComparisonStep: StepRunner {
    public let kind = StepKind.comparison

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let task = ModelTask(rawValue: parameters["task"]?.stringValue ?? ModelTask.binary.rawValue)
        return try asInput {
            switch task {
            case .binary?: return try decisions(work)
            case .multiclass?:
                // The live model may have been trained on rows that had fewer classes; the model itself is refused by its own measures.
                let (frames, rows) = try Self.pair(work) { try ScoreTable.classifiedRows($0, givingUnknown: true) }
                return try evidence(work, frames, rows.champion.joined(with: rows.challenger), rows.challenger.joined(with: rows.champion))
            case .regression?, .count?, .quantile?:
                let goal: NumberRows.Goal =
                    task == .quantile ? .quantile(parameters["quantile"]?.doubleValue ?? 0.5) : task == .count ? .count : .mean
                let (frames, rows) = try Self.pair(work) { try ScoreTable.numberRows($0, goal: goal) }
                return try evidence(work, frames, rows.champion, rows.challenger)
            case nil: throw StepFailure(.input, "'\(parameters["task"]?.stringValue ?? "")' is no task")
            }
        }
    }

    /// Of two classes, at both models' thresholds.
    private func decisions(_ work: StepWork) throws -> [String: Digest] {
        let (frame, challenger) = try ScoreTable.read(work)
        let threshold =
            try ScoreTable.rule(work, "championDecision")?.threshold ?? work.step.parameters["championThreshold"]?.doubleValue ?? .nan
        let (other, champion) = try ScoreTable.read(work, scores: "championScores", rule: "championDecision", threshold: threshold)
        return try evidence(work, (other, frame), champion, challenger, threshold: threshold)
    }

    private static func pair<Rows>(
        _ work: StepWork, _ rows: (Frame) throws -> Rows
    ) throws -> (frames: (champion: Frame, challenger: Frame), rows: (champion: Rows, challenger: Rows)) {
        let frames = (
            champion: try Frame.read(parquet: try work.read("championScores")), challenger: try Frame.read(parquet: try work.read("scores"))
        )
        return (frames, (try rows(frames.champion), try rows(frames.challenger)))
    }

    private func evidence<Rows: ComparedRows>(
        _ work: StepWork, _ frames: (champion: Frame, challenger: Frame), _ champion: Rows, _ challenger: Rows, threshold: Double? = nil
    ) throws -> [String: Digest] {
        let parameters = work.step.parameters
        guard try frames.challenger.column(ScoreTable.row).values == frames.champion.column(ScoreTable.row).values else {
            throw StepFailure(.input, "champion and challenger were not scored on the same rows")
        }
        let groups = try ScoreTable.groups(frames.challenger, parameters)
        let margin = parameters["margin"]?.doubleValue ?? 0.01
        func compare(_ question: ModelComparison.Question) throws(MetricsError) -> ModelComparison {
            try ModelComparison(
                champion: champion, challenger: challenger, groups: groups, question: question, margin: margin,
                confidence: parameters["confidence"]?.doubleValue ?? 0.95,
                minimumGroupRows: max(30, Int(parameters["minimumGroupRows"]?.intValue ?? 0)),
                isSameModel: parameters["isSameModel"]?.boolValue ?? false)
        }
        let (notWorse, nonInferior) = (try compare(.notWorse), try compare(.nonInferior))
        let evidence: JSONValue = [
            "champion": JSONValue.object([
                "model": parameters["championModel"] ?? .null, "threshold": threshold.map { .double($0) } ?? .null,
                "isSameModel": parameters["isSameModel"] ?? .null, "isSameData": parameters["isSameData"] ?? .null,
            ]).droppingNulls,
            "notWorse": Self.json(notWorse), "nonInferior": Self.json(nonInferior), "margin": .double(margin),
            "omitted": .object(notWorse.omitted.merging(nonInferior.omitted) { first, _ in first }.mapValues { .string($0) }),
        ]
        return ["evidence": try work.put(evidence.canonicalBytes)]
    }

    /// With the results by their figures' names, as policies read them.
    static func json(_ comparison: ModelComparison) -> JSONValue {
        let results = (comparison.json["results"]?.arrayValue ?? []).compactMap { result in
            result["measure"]?.stringValue.map { ($0, JSONValue.object((result.objectValue ?? [:]).filter { $0.key != "measure" })) }
        }
        return [
            "passes": .bool(comparison.passes), "isComplete": .bool(comparison.isComplete), "confidence": .double(comparison.confidence),
            "results": .object(Dictionary(results, uniquingKeysWith: { first, _ in first })),
        ]
    }
}
