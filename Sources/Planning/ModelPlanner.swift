public import Attestations
public import Basics
public import Specs

/// The work that judging a model needs: its training, the scores of its test split, and of the evidence just what is asked for.
public enum ModelPlanner {
    /// - Parameters:
    ///   - data: the digest that the data set pins.
    ///   - sections: the evidence that policies or the spec ask for. Nothing else is computed.
    public static func plan(
        model: Model, dataset: Dataset, data: Digest, sections: Set<EvidenceSchema.Section>, state: RecordedState
    ) -> SubjectPlan {
        let subject = SubjectName(kind: "Model", name: model.metadata.name)
        let spec = model.json["spec"] ?? .null
        let dataSpec = dataset.json["spec"] ?? .null
        let columns = Columns(dataset: dataSpec, model: spec)
        let source: StepInput = .artefact(data)
        let table = table(of: dataset)

        let train = Step(
            name: "train", kind: .train,
            parameters: JSONValue.object([
                "table": table, "task": .string(model.task), "label": columns.label, "features": columns.features, "estimator": model.estimator,
                "weights": columns.weights, "quantile": spec["quantile"] ?? .null, "classWeights": spec["classWeights"] ?? .null,
                "preprocessing": spec["preprocessing"] ?? .null,
            ]).droppingNulls, inputs: ["data": source], outputs: ["evidence", "model"])
        var steps = [train]
        var evidence: [EvidenceSchema.Section: StepInput] = [:]
        if sections.contains(.model) { evidence[.model] = train.output("evidence") }
        if sections.contains(.data) {
            let profile = Step(name: "profile", kind: .profile, parameters: ["table": table], inputs: ["data": source], outputs: ["evidence"])
            steps.append(profile)
            evidence[.data] = profile.output("evidence")
        }
        var artefacts = ["model": train.output("model")]
        let measured = sections.intersection(measures(of: model.task))
        if !measured.isEmpty {
            let predict = Step(
                name: "predict", kind: .predict,
                parameters: ["table": table, "label": columns.label, "groups": columns.protected],
                inputs: ["data": source, "model": train.output("model")], outputs: ["scores"])
            steps.append(predict)
            artefacts["scores"] = predict.output("scores")
            let threshold = spec["decision"]?["threshold"] ?? .double(0.5)
            if measured.contains(.performance) {
                let performance = Step(
                    name: "performance", kind: .performance, parameters: ["threshold": threshold],
                    inputs: ["scores": predict.output("scores")], outputs: ["evidence"])
                steps.append(performance)
                evidence[.performance] = performance.output("evidence")
            }
            if measured.contains(.calibration) {
                let calibration = Step(
                    name: "calibration", kind: .calibration, parameters: [:], inputs: ["scores": predict.output("scores")], outputs: ["evidence"])
                steps.append(calibration)
                evidence[.calibration] = calibration.output("evidence")
            }
            if measured.contains(.fairness) {
                var parameters: [String: JSONValue] = ["threshold": threshold, "attributes": columns.protected]
                for name in ["intersections", "bins", "references", "minimumGroupRows"] { parameters[name] = spec["evaluation"]?[name] }
                let fairness = Step(
                    name: "fairness", kind: .fairness, parameters: .object(parameters),
                    inputs: ["scores": predict.output("scores")], outputs: ["evidence"])
                steps.append(fairness)
                evidence[.fairness] = fairness.output("evidence")
            }
            if measured.contains(.multiclass) {
                let step = Step(
                    name: "multiclass", kind: .multiclass, parameters: [:], inputs: ["scores": predict.output("scores")], outputs: ["evidence"])
                steps.append(step)
                evidence[.multiclass] = step.output("evidence")
            }
            if measured.contains(.regression) {
                let step = Step(
                    name: "regression", kind: .regression, parameters: ["quantile": spec["quantile"] ?? .double(0.5)],
                    inputs: ["scores": predict.output("scores")], outputs: ["evidence"])
                steps.append(step)
                evidence[.regression] = step.output("evidence")
            }
        }
        if sections.contains(.dataQuality) {
            let quality = Step(
                name: "quality", kind: .quality,
                parameters: [
                    "table": table, "label": columns.label, "features": columns.features, "expectations": dataSpec["expectations"] ?? .array([]),
                ], inputs: ["data": source], outputs: ["evidence"])
            steps.append(quality)
            evidence[.dataQuality] = quality.output("evidence")
        }
        if sections.contains(.drift) {
            let drift = Step(
                name: "drift", kind: .drift, parameters: ["table": table, "label": columns.label, "features": columns.features],
                inputs: ["data": source], outputs: ["evidence"])
            steps.append(drift)
            evidence[.drift] = drift.output("evidence")
        }
        if sections.contains(.explanation) {
            let settings = spec["explanation"] ?? .null
            var parameters: [String: JSONValue] = [
                "table": table, "protected": columns.protected, "rows": settings["rows"] ?? .int(1000),
                "background": settings["background"] ?? .int(100), "proxyThreshold": settings["proxyThreshold"] ?? .double(0.5),
                "faithfulnessRows": settings["faithfulnessRows"] ?? .int(50),
            ]
            if let models = settings["bootstrapModels"]?.intValue, models > 0 {
                parameters["bootstrapModels"] = .int(models)
                // What others are trained with.
                parameters["training"] = train.parameters
            }
            let explain = Step(
                name: "explain", kind: .explain, parameters: .object(parameters), inputs: ["data": source, "model": train.output("model")],
                outputs: ["evidence"])
            steps.append(explain)
            evidence[.explanation] = explain.output("evidence")
        }
        let planned = steps.map {
            PlannedStep(step: $0, reason: StepReason.explain($0, subject: subject, siblings: steps, state: state))
        }
        return SubjectPlan(
            subject: subject, path: model.path, specDigest: model.digest, steps: planned, evidence: evidence, artefacts: artefacts)
    }
}

extension ModelPlanner {
    /// The measures of its test rows that a task has. What a policy asks of another stays missing, which leaves the policy undecided.
    private static func measures(of task: String) -> Set<EvidenceSchema.Section> {
        switch task {
        case "multiclassClassification": [.multiclass]
        case "regression", "count", "quantile": [.regression]
        default: [.performance, .calibration, .fairness]
        }
    }

    /// How a data set's bytes are read, as a parameter of steps. Only what decides the bytes is in it: a changed description repeats nothing.
    public static func table(of dataset: Dataset) -> JSONValue {
        let spec = dataset.json["spec"] ?? .null
        let columns = (spec["columns"]?.arrayValue ?? []).map { column in
            JSONValue.object((column.objectValue ?? [:]).filter { ["name", "type", "role", "positive"].contains($0.key) })
        }
        return ["format": .string(dataset.format), "columns": .array(columns), "split": spec["split"] ?? .null]
    }
}

/// The columns that a model reads, from its own spec and its data set's.
private struct Columns {
    let label: JSONValue
    let features: JSONValue
    let protected: JSONValue
    let weights: JSONValue

    init(dataset: JSONValue, model: JSONValue) {
        let columns = dataset["columns"]?.arrayValue ?? []
        label = columns.first { $0["role"]?.stringValue == "label" }?["name"] ?? .null
        weights = columns.first { $0["role"]?.stringValue == "weight" }?["name"] ?? .null
        let candidates = columns.filter { $0["role"]?.stringValue == "feature" }.compactMap { $0["name"] }
        if let included = model["features"]?["include"]?.arrayValue {
            features = .array(included)
        } else {
            let excluded = model["features"]?["exclude"]?.arrayValue ?? []
            features = .array(candidates.filter { !excluded.contains($0) })
        }
        if let chosen = model["evaluation"]?["protected"]?.arrayValue {
            protected = .array(chosen)
        } else {
            protected = .array(columns.filter { $0["protected"]?.boolValue == true }.compactMap { $0["name"] })
        }
    }
}
