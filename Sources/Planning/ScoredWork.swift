import Attestations
import Basics

extension StepKind {
    /// A challenger's scores beside the champion's, on the same rows.
    public static let comparison = StepKind("comparison", version: 6)
    /// Whether decisions stay as good over rows in the order of time.
    public static let conceptDrift = StepKind("conceptDrift", version: 10)
    /// How far the scores of test rows lie from those of training rows.
    public static let predictionDrift = StepKind("predictionDrift", version: 12)
    /// Whether a classifier can tell test rows from training rows.
    public static let domainClassifier = StepKind("domainClassifier", version: 4)
}

/// Measures of the scores that ask for more than the scores at the threshold.
struct ScoredWork {
    let spec: JSONValue
    let table: JSONValue
    let threshold: JSONValue
    let columns: ModelColumns
    let data: StepInput
    let predict: Step
    /// The training of the model under judgement.
    let training: Step
    /// The decision rule, where one is fitted.
    let decision: [String: StepInput]

    /// What a measure of decisions reads.
    private var scores: [String: StepInput] { ["scores": predict.output("scores")].merging(decision) { $1 } }

    private var evaluation: JSONValue { spec["evaluation"] ?? .null }

    /// What decides which groups there are.
    private var grouping: [String: JSONValue] {
        var parameters: [String: JSONValue] = ["attributes": columns.protected]
        for name in ["intersections", "bins", "minimumGroupRows"] { parameters[name] = evaluation[name] }
        return parameters
    }

    /// In which they are listed.
    static let order: [EvidenceSchema.Section] = [
        .performance, .thresholds, .calibration, .individualFairness, .fairness, .comparison, .conceptDrift, .predictionDrift, .multiclass,
        .regression,
    ]

    /// The last gives the section's evidence; none if there is nothing to compare with.
    func steps(of section: EvidenceSchema.Section, champion: Champion?) -> [Step] {
        switch section {
        case .performance: [performance]
        case .thresholds: [thresholds]
        case .calibration: [calibration]
        case .individualFairness: [individualFairness]
        case .fairness: [fairness]
        case .comparison: champion.map { comparison(with: $0) } ?? []
        case .conceptDrift: [conceptDrift]
        case .predictionDrift: [predictionDrift]
        case .multiclass: [multiclass]
        case .regression: [regression]
        default: []
        }
    }

    private var individualFairness: Step {
        Step(
            name: "individual-fairness", kind: .individualFairness,
            parameters: ["threshold": threshold, "table": table, "features": columns.features],
            inputs: scores.merging(["data": data]) { $1 }, outputs: ["evidence"])
    }

    private var multiclass: Step {
        Step(name: "multiclass", kind: .multiclass, parameters: [:], inputs: ["scores": predict.output("scores")], outputs: ["evidence"])
    }

    private var regression: Step {
        Step(
            name: "regression", kind: .regression, parameters: ["quantile": spec["quantile"] ?? .double(0.5)],
            inputs: ["scores": predict.output("scores")], outputs: ["evidence"])
    }

    private var performance: Step {
        var parameters: [String: JSONValue] = ["threshold": threshold]
        for name in ["beta", "costs"] { parameters[name] = evaluation[name] }
        return Step(
            name: "performance", kind: .performance, parameters: .object(parameters), inputs: scores,
            outputs: ["evidence"])
    }

    /// Of scores alone: what a rule decides by group is no threshold's work.
    private var thresholds: Step {
        Step(name: "thresholds", kind: .thresholds, parameters: [:], inputs: ["scores": predict.output("scores")], outputs: ["evidence"])
    }

    private var calibration: Step {
        Step(
            name: "calibration", kind: .calibration, parameters: .object(grouping), inputs: ["scores": predict.output("scores")],
            outputs: ["evidence"])
    }

    private var predictionDrift: Step {
        Step(
            name: "prediction-drift", kind: .predictionDrift,
            parameters: JSONValue.object([
                "table": table, "label": columns.label, "weights": columns.weights, "preset": evaluation["drift"]?["preset"] ?? .null,
                "maximumMissingDifference": evaluation["drift"]?["maximumMissingDifference"] ?? .null,
            ]).droppingNulls,
            inputs: ["data": data, "model": training.output("model")].merging(decision) { $1 }, outputs: ["evidence"])
    }

    private var fairness: Step {
        var parameters = grouping
        parameters["threshold"] = threshold
        parameters["references"] = evaluation["references"]
        return Step(
            name: "fairness", kind: .fairness, parameters: .object(parameters), inputs: scores, outputs: ["evidence"])
    }

    /// The champion scores the test rows of the model under judgement. Where both are one model, this is that model's own work.
    private func comparison(with champion: Champion) -> [Step] {
        let scoring = Step(
            name: "champion-predict", kind: predict.kind, parameters: predict.parameters,
            inputs: ["data": data, "model": .output(step: champion.training, name: "model")].merging(champion.decision) { $1 },
            outputs: predict.outputs)
        var parameters = grouping
        var isSame = scoring.key == predict.key
        if let task = spec["task"], task != .string("binaryClassification") {
            parameters["task"] = task
            parameters["quantile"] = spec["quantile"]
        } else {
            parameters["threshold"] = threshold
            parameters["championThreshold"] = .double(champion.threshold)
            // One model that decides at another threshold is not the same judgement.
            isSame = isSame && threshold.doubleValue ?? champion.threshold == champion.threshold
        }
        parameters["championModel"] = .string(champion.model.description)
        parameters["isSameModel"] = .bool(isSame)
        if case .artefact(let digest) = data, let trained = champion.data { parameters["isSameData"] = .bool(digest == trained) }
        for name in ["margin", "confidence"] { parameters[name] = evaluation["comparison"]?[name] }
        let comparing = Step(
            name: "comparison", kind: .comparison, parameters: .object(parameters),
            inputs: scores.merging(["championScores": scoring.output("scores")]) { $1 }
                .merging(champion.decision["decision"].map { ["championDecision": $0] } ?? [:]) { $1 }, outputs: ["evidence"])
        return scoring.key == predict.key ? [comparing] : [scoring, comparing]
    }

    private var conceptDrift: Step {
        let settings = evaluation["conceptDrift"] ?? .null
        var parameters: [String: JSONValue] = ["threshold": threshold]
        var inputs = scores
        parameters["window"] = settings["window"]
        if let order = settings["orderBy"] {
            parameters["orderBy"] = order
            parameters["table"] = table
            inputs["data"] = data
        }
        return Step(name: "concept-drift", kind: .conceptDrift, parameters: .object(parameters), inputs: inputs, outputs: ["evidence"])
    }
}
