public import Attestations
public import Basics
public import Specs

/// The work that judging a model needs: its training, the scores of its test split, and of the evidence just what is asked for.
public enum ModelPlanner {
    /// - Parameters:
    ///   - data: the digest that the data set pins.
    ///   - sections: the evidence that policies or the spec ask for. Nothing else is computed.
    public static func plan(
        model: Model, dataset: Dataset, data: Digest, sections: Set<EvidenceSchema.Section>, state: RecordedState, teacher: Model? = nil
    ) -> SubjectPlan {
        plan(model: model, dataset: dataset, data: .artefact(data), sections: sections, state: state, teacher: teacher)
    }

    /// - Parameters:
    ///   - instant: when it is decided, for models that say when they train anew.
    ///   - teacher: the model that the spec names as its teacher.
    ///   - champion: what it is compared with; nil if nothing is live.
    ///   - others: data sets, by name, that expectations of this one refer to.
    public static func plan(
        model: Model, dataset: Dataset, data: StepInput, sections: Set<EvidenceSchema.Section>, state: RecordedState, instant: Instant,
        teacher: Model? = nil, champion: Champion? = nil, others: [String: OtherDataset] = [:]
    ) -> SubjectPlan {
        let retrain = model.retrain.map {
            Retrain($0, subject: SubjectName(kind: Model.kind, name: model.name), step: "train", path: ["spec", "retrain"], instant: instant)
        }
        return plan(
            model: model, dataset: dataset, data: data, sections: sections, state: state, retrain: retrain, teacher: teacher,
            champion: champion, others: others)
    }

    /// - Parameters:
    ///   - source: the data as they are now.
    ///   - format: how they are read, if not as the data set says.
    static func plan(
        model: Model, dataset: Dataset, data source: StepInput, format: String? = nil, sections wanted: Set<EvidenceSchema.Section>,
        state: RecordedState, retrain: Retrain? = nil, teacher: Model? = nil, champion: Champion? = nil,
        others: [String: OtherDataset] = [:]
    ) -> SubjectPlan {
        // What corrects tests reads those who make them.
        var sections = wanted.contains(.significance) ? wanted.union([.fairness, .comparison]) : wanted
        let subject = SubjectName(kind: "Model", name: model.metadata.name)
        let spec = model.json["spec"] ?? .null
        // Reasons that are declared are worked out, whether or not a policy reads them.
        if spec["adverseReasons"] != nil { sections.insert(.explanation) }
        let dataSpec = dataset.json["spec"] ?? .null
        let columns = Columns(dataset: dataSpec, model: spec)
        let table = table(of: dataset, format: format)

        func training(of model: Model, on data: StepInput, teacher: TrainingSteps? = nil) -> TrainingSteps {
            TrainingSteps(
                model.json["spec"] ?? .null, data: data, parameters: fittingParameters(model, dataset: dataSpec, table: table), teacher: teacher)
        }
        func training(on data: StepInput) -> TrainingSteps {
            training(of: model, on: data, teacher: teacher.map { training(of: $0, on: data) })
        }
        let retraining = retrain?.decide(
            data: source, drift: JSONValue.object(["table": table, "features": columns.features, "weights": columns.weights]).droppingNulls,
            state: state, training: { training(on: $0).train })
        let fitted = training(on: retraining?.training ?? source)
        let train = fitted.train
        var steps = (retraining?.drift.map { [$0] } ?? []) + fitted.steps
        var evidence: [EvidenceSchema.Section: StepInput] = [:]
        if sections.contains(.model) { evidence[.model] = train.output("evidence") }
        if sections.contains(.footprint) {
            let footprint = Step(
                name: "footprint", kind: .footprint, parameters: [:], inputs: ["model": train.output("model")], outputs: ["evidence"])
            steps.append(footprint)
            evidence[.footprint] = footprint.output("evidence")
        }
        if sections.contains(.distillation), let taught = fitted.teacher {
            var parameters: [String: JSONValue] = [
                "table": table, "label": columns.label, "threshold": spec["decision"]?["threshold"] ?? .double(0.5),
            ]
            var inputs = ["data": source, "model": train.output("model"), "teacher": taught]
            // The teacher is judged as it decides, not as its student does.
            if let teacher {
                parameters["teacherThreshold"] = teacher.json["spec"]?["decision"]?["threshold"]
                let own = training(of: teacher, on: retraining?.training ?? source)
                if let decide = own.decide, let rule = own.rule {
                    steps.append(
                        Step(
                            name: "teacher-decide", kind: decide.kind, parameters: decide.parameters, inputs: decide.inputs, outputs: decide.outputs))
                    inputs["teacherDecision"] = rule
                }
            }
            let distill = Step(name: "distill", kind: .distill, parameters: .object(parameters), inputs: inputs, outputs: ["evidence"])
            steps.append(distill)
            evidence[.distillation] = distill.output("evidence")
        }
        if sections.contains(.data) {
            let profile = Step(
                name: "profile", kind: .profile, parameters: ["table": table, "pinned": .bool(dataSpec["digest"] != nil)], inputs: ["data": source],
                outputs: ["evidence"])
            steps.append(profile)
            evidence[.data] = profile.output("evidence")
        }
        var artefacts = ["model": train.output("model")]
        let measured = sections.intersection(measures(of: model.task))
        if let search = fitted.search.last { evidence[.search] = search.output("evidence") }
        if let decide = fitted.decide {
            evidence[.validation] = decide.output("evidence")
            if decide.outputs.contains("outOfFold") { artefacts["outOfFold"] = decide.output("outOfFold") }
        }
        let decision = fitted.rule.map { ["decision": $0] } ?? [:]
        artefacts.merge(decision) { $1 }
        if !measured.isEmpty || fitted.isMitigated {
            let predict = Step(
                name: "predict", kind: .predict,
                parameters: JSONValue.object([
                    "table": table, "label": columns.label, "groups": columns.protected, "weights": columns.weights,
                    // A mixture decides by draws, unless a threshold is declared.
                    "threshold": spec["mitigation"]?["method"] == "exponentiatedGradient" ? spec["decision"]?["threshold"] ?? .null : .null,
                ]).droppingNulls,
                inputs: ["data": source, "model": train.output("model")].merging(decision) { $1 }, outputs: ["scores"])
            steps.append(predict)
            if fitted.isMitigated {
                let added = fitted.tradeoff(
                    predict, label: columns.label, protected: columns.protected, table: table, decision: decision)
                steps += added.filter { step in !steps.contains { $0.key == step.key } }
                evidence[.tradeoff] = added[added.count - 1].output("evidence")
            }
            artefacts["scores"] = predict.output("scores")
            let threshold = spec["decision"]?["threshold"] ?? .double(0.5)
            let work = ScoredWork(
                spec: spec, table: table, threshold: threshold, label: columns.label, protected: columns.protected, weights: columns.weights,
                data: source, predict: predict,
                training: train,
                decision: decision)
            func add(_ section: EvidenceSchema.Section, _ made: @autoclosure () -> [Step]) {
                guard measured.contains(section) else { return }
                let made = made()
                steps += made
                evidence[section] = made.last?.output("evidence")
            }
            add(.performance, [work.performance])
            add(.thresholds, [work.thresholds])
            add(.calibration, [work.calibration])
            if measured.contains(.individualFairness) {
                let individual = Step(
                    name: "individual-fairness", kind: .individualFairness,
                    parameters: ["threshold": threshold, "table": table, "features": columns.features],
                    inputs: ["scores": predict.output("scores"), "data": source].merging(decision) { $1 }, outputs: ["evidence"])
                steps.append(individual)
                evidence[.individualFairness] = individual.output("evidence")
            }
            add(.fairness, [work.fairness])
            add(.comparison, champion.map { work.comparison(with: $0) } ?? [])
            add(.conceptDrift, [work.conceptDrift])
            add(.predictionDrift, [work.predictionDrift])
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
            let quality = OtherDataset.quality(
                of: dataset, table: table,
                columns: JSONValue.object([
                    "label": columns.label, "features": columns.features, "protected": columns.protected,
                    "task": model.task == "binaryClassification" ? .null : .string(model.task),
                ]).droppingNulls.objectValue ?? [:],
                data: source, others: others)
            steps.append(quality)
            evidence[.dataQuality] = quality.output("evidence")
        }
        if sections.contains(.drift) {
            let drift = Step(
                name: "drift", kind: .drift,
                parameters: JSONValue.object([
                    "table": table, "label": columns.label, "features": columns.features, "weights": columns.weights,
                    "preset": spec["evaluation"]?["drift"]?["preset"] ?? .null,
                    "maximumMissingDifference": spec["evaluation"]?["drift"]?["maximumMissingDifference"] ?? .null,
                ]).droppingNulls,
                inputs: ["data": source], outputs: ["evidence"])
            steps.append(drift)
            evidence[.drift] = drift.output("evidence")
        }
        if sections.contains(.domainClassifier) {
            let classifier = Step(
                name: "domain-classifier", kind: .domainClassifier,
                parameters: JSONValue.object(["table": table, "features": columns.features, "weights": columns.weights]).droppingNulls,
                inputs: ["data": source], outputs: ["evidence"])
            steps.append(classifier)
            evidence[.domainClassifier] = classifier.output("evidence")
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
            if let method = settings["method"], method != "exact" { parameters["method"] = method }
            parameters["reasons"] = reasons(of: model, spec)
            let explain = Step(
                name: "explain", kind: .explain, parameters: .object(parameters),
                inputs: ["data": source, "model": train.output("model")].merging(parameters["reasons"] == nil ? [:] : decision) { $1 },
                outputs: parameters["reasons"] == nil ? ["evidence"] : ["evidence", "reasons"])
            steps.append(explain)
            if parameters["reasons"] != nil { artefacts["reasons"] = explain.output("reasons") }
            evidence[.explanation] = explain.output("evidence")
        }
        let before = PreviousSteps(subject, steps, state)
        let planned = steps.map { step in
            let cause = step.key == train.key && state.steps[step.key] == nil ? retraining?.cause : nil
            return PlannedStep(step: step, reason: cause ?? before.reason(of: step))
        }
        return SubjectPlan(
            subject: subject, path: model.path, specDigest: model.digest, steps: planned, evidence: evidence, artefacts: artefacts,
            notes: retraining?.note.map { [$0] } ?? [])
    }
}

extension ModelPlanner {
    /// The parameters of every fit of a model.
    private static func fittingParameters(_ model: Model, dataset: JSONValue, table: JSONValue) -> [String: JSONValue] {
        let spec = model.json["spec"] ?? .null
        let columns = Columns(dataset: dataset, model: spec)
        return JSONValue.object([
            "table": table, "task": .string(model.task), "label": columns.label, "features": columns.features, "estimator": model.estimator,
            "weights": columns.weights, "quantile": spec["quantile"] ?? .null, "classWeights": spec["classWeights"] ?? .null,
            "preprocessing": spec["preprocessing"] ?? .null,
        ]).droppingNulls.objectValue ?? [:]
    }

    /// What a model's rows are fitted by, and whether training rows are held out in turn.
    public static func fitting(of model: Model, dataset: Dataset) -> (parameters: JSONValue, holdsOut: Bool) {
        let parameters = fittingParameters(model, dataset: dataset.json["spec"] ?? .null, table: table(of: dataset))
        let steps = TrainingSteps(model.json["spec"] ?? .null, data: .artefact(Digest.of([])), parameters: parameters)
        let held = steps.decide ?? steps.search.first
        return (held?.parameters ?? steps.fitted, held != nil)
    }

    /// The measures of its test rows that a task has. What a policy asks of another stays missing, which leaves the policy undecided.
    private static func measures(of task: String) -> Set<EvidenceSchema.Section> {
        switch task {
        case "multiclassClassification": [.multiclass, .comparison, .predictionDrift]
        case "regression", "count", "quantile": [.regression, .comparison, .predictionDrift]
        default: [.performance, .thresholds, .calibration, .fairness, .individualFairness, .comparison, .conceptDrift, .predictionDrift]
        }
    }

    /// What applicants are told, and which decisions it is told of.
    private static func reasons(of model: Model, _ spec: JSONValue) -> JSONValue? {
        guard var declared = spec["adverseReasons"]?.objectValue else { return nil }
        if model.task == "binaryClassification" { declared["threshold"] = spec["decision"]?["threshold"] ?? .double(0.5) }
        return .object(declared)
    }

    /// How a data set's bytes are read, as a parameter of steps. Only what decides the bytes is in it: a changed description repeats nothing.
    ///
    /// - Parameter format: in the place of the data set's own.
    public static func table(of dataset: Dataset, format: String? = nil) -> JSONValue {
        let spec = dataset.json["spec"] ?? .null
        let columns = (spec["columns"]?.arrayValue ?? []).map { column in
            JSONValue.object((column.objectValue ?? [:]).filter { ["name", "type", "role", "positive"].contains($0.key) })
        }
        return ["format": .string(format ?? dataset.format), "columns": .array(columns), "split": spec["split"] ?? .null]
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
