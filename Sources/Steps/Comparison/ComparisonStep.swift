public import Basics
public import Execution
import Frames
import Metrics
public import Planning
import Training

/// The model beside the one that is live, on the same rows: is it worse, and is it shown not to be?
public struct ComparisonStep: StepRunner {
    public let kind = StepKind.comparison

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let (frame, challenger) = try ScoreTable.read(work)
        let threshold = try ScoreTable.rule(work, "championDecision")?.threshold ?? parameters["championThreshold"]?.doubleValue ?? .nan
        let (other, champion) = try ScoreTable.read(work, scores: "championScores", rule: "championDecision", threshold: threshold)
        do {
            guard try frame.column(ScoreTable.row).values == other.column(ScoreTable.row).values else {
                throw StepFailure(.input, "champion and challenger were not scored on the same rows")
            }
            let groups = try ScoreTable.groups(frame, parameters)
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
                    "model": parameters["championModel"] ?? .null, "threshold": .double(threshold),
                    "isSameModel": parameters["isSameModel"] ?? .null, "isSameData": parameters["isSameData"] ?? .null,
                ]).droppingNulls,
                "notWorse": Self.json(notWorse), "nonInferior": Self.json(nonInferior), "margin": .double(margin),
                "omitted": .object(notWorse.omitted.mapValues { .string($0) }),
            ]
            return ["evidence": try work.put(evidence.canonicalBytes)]
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(.input, "\(error)")
        }
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
