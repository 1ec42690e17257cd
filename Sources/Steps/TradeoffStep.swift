public import Basics
public import Execution
import Frames
import Metrics
public import Planning
import Statistics
import Training

/// What is done for groups gives and takes: the measures of the model as declared beside those of the same model without it, on the same test rows. Both are
/// calibrated and have their threshold chosen alike, so that nothing but what is done for groups lies between them. Where something is done both in
/// training and in deciding, a model with the first only stands between the two and tells the effects apart.
public struct TradeoffStep: StepRunner {
    public let kind = StepKind.tradeoff

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let (frame, with) = try ScoreTable.read(work)
        let plain = try ScoreTable.read(work, scores: "plain", rule: "plainDecision").rows
        let between = work.inputs["between"] == nil ? nil : try ScoreTable.read(work, scores: "between", rule: "betweenDecision").rows
        guard plain.labels == with.labels, between?.labels ?? with.labels == with.labels else {
            throw StepFailure(.input, "the scores to compare with are of other rows")
        }
        let evidence = try asInput {
            var groups: [(String, Groups)] = []
            let minimumRows = Int(parameters["minimumGroupRows"]?.intValue ?? 0)
            for name in parameters.strings("attributes") {
                let edges = parameters["bins"]?[name]?.arrayValue?.compactMap(\.doubleValue)
                groups.append((name, try Groups(try frame.column(ScoreTable.group(name)), edges: edges)))
            }
            var members = try Self.effect(groups, with, plain, minimumRows)
            if let between {
                members["effects"] = [
                    "training": .object(try Self.effect(groups, between, plain, minimumRows)),
                    "decision": .object(try Self.effect(groups, with, between, minimumRows)),
                ]
            }
            members["methods"] = .array(parameters.strings("methods").map { .string($0) })
            members["rocAUC"] = ["with": PerformanceReport(with).rocAUC.json, "without": PerformanceReport(plain).rocAUC.json]
            // Thresholds by group, or a repair that moves a row's features by its group before it is scored.
            let isGroupDependent = try ScoreTable.rule(work)?.groupThresholds != nil || parameters["scoresByGroup"] == true
            let jurisdictions = parameters.strings("jurisdictions")
            let warnings = Self.warnings(jurisdictions, isGroupDependent: isGroupDependent)
            members["groupDependentDecisions"] = .bool(isGroupDependent)
            members["jurisdictions"] = .array(jurisdictions.map { .string($0) })
            members["legalWarnings"] = .array(warnings.map { .string($0) })
            // Of a place that is not stated, or whose law is not known here, nobody can say that it forbids nothing.
            let isKnown = !jurisdictions.isEmpty && jurisdictions.allSatisfy { Self.law[$0] != nil }
            if !isGroupDependent || !warnings.isEmpty || isKnown { members["forbiddenByLaw"] = .bool(!warnings.isEmpty) }
            return JSONValue.object(members)
        }
        return ["evidence": try work.put(evidence.canonicalBytes)]
    }

    /// What lies between two sets of decisions on the same rows.
    private static func effect(
        _ attributes: [(String, Groups)], _ with: ScoredRows, _ without: ScoredRows, _ minimumRows: Int
    ) throws -> [String: JSONValue] {
        var (decisions, accuracy) = (ChangedShare(), ChangedShare())
        let order = with.summingOrder
        for row in order {
            let (own, other, weight) = (with.prediction(row), without.prediction(row), with.weights?[row] ?? 1)
            decisions.add(weight, with: own, without: other)
            accuracy.add(weight, with: own == with.labels[row], without: other == with.labels[row])
        }
        return [
            "changedDecisions": decisions.changed.json, "accuracy": accuracy.json(orUndefined: "there are no rows"),
            "attributes": .object(
                Dictionary(uniqueKeysWithValues: try attributes.map { ($0, try TradeoffGaps($1, with, without, minimumRows: minimumRows).json) })),
        ]
    }

    private static func warnings(_ jurisdictions: [String], isGroupDependent: Bool) -> [String] {
        isGroupDependent ? jurisdictions.flatMap { law[$0] ?? [] } : []
    }

    /// By jurisdiction, what forbids decisions that depend on a row's group. A place that is not in it was not looked at.
    private static let law = [
        "US": [
            "42 U.S.C. 2000e-2(l) (Civil Rights Act of 1991, section 106): adjusted scores and different cutoff scores by race, color, religion, sex or national origin are unlawful in employment",
            "15 U.S.C. 1691 (ECOA): credit may not be decided on a prohibited basis, and thresholds or scores by group use one",
        ]
    ]
}
