import Attestations
import Basics
import Specs

/// What judging a model runs, made section by section: each step of evidence in the place where its inputs are known.
struct ModelWork {
    let model: Model
    let dataset: Dataset
    /// The data as they are now.
    let data: StepInput
    let teacher: Model?
    private let spec: JSONValue
    private let columns: ModelColumns
    private let table: JSONValue

    /// - Parameter format: how the data are read, if not as the data set says.
    init(model: Model, dataset: Dataset, data: StepInput, format: String?, teacher: Model?) {
        self.model = model
        self.dataset = dataset
        self.data = data
        self.teacher = teacher
        spec = model.json["spec"] ?? .null
        columns = ModelColumns(dataset: dataset.json["spec"] ?? .null, model: spec)
        table = ModelPlanner.table(of: dataset, format: format)
    }

    /// Steps in the order in which they are listed, and what they give.
    struct Made {
        var steps: [Step]
        var evidence: [EvidenceSchema.Section: StepInput] = [:]
        var artefacts: [String: StepInput]

        /// The last step gives the section's evidence.
        mutating func add(_ section: EvidenceSchema.Section, _ added: [Step]) {
            // A comparison's steps may be those of another.
            steps += added.filter { step in !steps.contains { $0.key == step.key } }
            evidence[section] = added.last?.output("evidence")
        }
    }

    /// What decides whether data have drifted since a model was trained.
    var driftParameters: JSONValue { given(["table": table, "features": columns.features, "weights": columns.weights]) }

    /// The steps that train the model on some data, taught by its teacher on the same.
    func training(on data: StepInput) -> TrainingSteps { training(of: model, on: data, teacher: teacher.map { training(of: $0, on: data) }) }

    private func training(of model: Model, on data: StepInput, teacher: TrainingSteps? = nil) -> TrainingSteps {
        TrainingSteps(
            model.json["spec"] ?? .null, data: data,
            parameters: ModelPlanner.fittingParameters(model, dataset: dataset.json["spec"] ?? .null, table: table), teacher: teacher)
    }

    /// - Parameters:
    ///   - fitted: the training of the model under judgement.
    ///   - drift: what found out whether it had to be trained anew.
    func made(
        _ fitted: TrainingSteps, after drift: Step?, for sections: Set<EvidenceSchema.Section>, champion: Champion?, others: [String: OtherDataset]
    ) -> Made {
        let train = fitted.train
        var made = Made(steps: (drift.map { [$0] } ?? []) + fitted.steps, artefacts: ["model": train.output("model")])
        func add(_ section: EvidenceSchema.Section, _ steps: @autoclosure () -> [Step]) {
            if sections.contains(section) { made.add(section, steps()) }
        }
        if sections.contains(.model) { made.evidence[.model] = train.output("evidence") }
        if let search = fitted.search.last { made.evidence[.search] = search.output("evidence") }
        if let decide = fitted.decide {
            made.evidence[.validation] = decide.output("evidence")
            if decide.outputs.contains("outOfFold") { made.artefacts["outOfFold"] = decide.output("outOfFold") }
        }
        let decision = fitted.rule.map { ["decision": $0] } ?? [:]
        made.artefacts.merge(decision) { $1 }

        add(.footprint, [footprint(train)])
        if let taught = fitted.teacher { add(.distillation, distillation(fitted, taught: taught)) }
        add(.data, [profile])
        let measured = sections.intersection(Self.measures(of: model.task))
        if !measured.isEmpty || fitted.isMitigated { addScored(&made, fitted, decision, measured, champion) }
        add(.dataQuality, [quality(others)])
        add(.drift, [self.drift])
        add(.domainClassifier, [domainClassifier])
        if sections.contains(.explanation) {
            let explain = explanation(train, decision)
            made.add(.explanation, [explain])
            if explain.outputs.contains("reasons") { made.artefacts["reasons"] = explain.output("reasons") }
        }
        return made
    }

    /// What reads the scores of test rows.
    private func addScored(
        _ made: inout Made, _ fitted: TrainingSteps, _ decision: [String: StepInput], _ measured: Set<EvidenceSchema.Section>, _ champion: Champion?
    ) {
        let predict = prediction(fitted.train, decision)
        made.steps.append(predict)
        made.artefacts["scores"] = predict.output("scores")
        if fitted.isMitigated {
            let steps = fitted.tradeoff(predict, label: columns.label, protected: columns.protected, table: table, decision: decision)
            made.add(.tradeoff, steps)
        }
        let work = ScoredWork(
            spec: spec, table: table, threshold: threshold, columns: columns, data: data, predict: predict, training: fitted.train, decision: decision
        )
        for section in ScoredWork.order where measured.contains(section) { made.add(section, work.steps(of: section, champion: champion)) }
    }

    /// The measures of its test rows that a task has. What a policy asks of another stays missing, which leaves the policy undecided.
    private static func measures(of task: String) -> Set<EvidenceSchema.Section> {
        switch task {
        case "multiclassClassification": [.multiclass, .comparison, .predictionDrift]
        case "regression", "count", "quantile": [.regression, .comparison, .predictionDrift]
        default: [.performance, .thresholds, .calibration, .fairness, .individualFairness, .comparison, .conceptDrift, .predictionDrift]
        }
    }

    private var threshold: JSONValue { spec["decision"]?["threshold"] ?? .double(0.5) }

    /// Parameters without those that are not declared.
    private func given(_ parameters: JSONValue) -> JSONValue { parameters.droppingNulls }
}

extension ModelWork {
    private func prediction(_ train: Step, _ decision: [String: StepInput]) -> Step {
        Step(
            name: "predict", kind: .predict,
            parameters: given([
                "table": table, "label": columns.label, "groups": columns.protected, "weights": columns.weights,
                // A mixture decides by draws, unless a threshold is declared.
                "threshold": spec["mitigation"]?["method"] == "exponentiatedGradient" ? spec["decision"]?["threshold"] ?? .null : .null,
            ]),
            inputs: ["data": data, "model": train.output("model")].merging(decision) { $1 }, outputs: ["scores"])
    }

    private func footprint(_ train: Step) -> Step {
        Step(name: "footprint", kind: .footprint, parameters: [:], inputs: ["model": train.output("model")], outputs: ["evidence"])
    }

    /// A student beside the model that taught it.
    private func distillation(_ fitted: TrainingSteps, taught: StepInput) -> [Step] {
        var parameters: [String: JSONValue] = ["table": table, "label": columns.label, "threshold": threshold]
        if columns.weights != .null { parameters["weights"] = columns.weights }
        var inputs = ["data": data, "model": fitted.train.output("model"), "teacher": taught]
        var steps: [Step] = []
        // The teacher is judged as it decides, not as its student does.
        if let teacher {
            parameters["teacherThreshold"] = teacher.json["spec"]?["decision"]?["threshold"]
            let own = training(of: teacher, on: fitted.data)
            if let decide = own.decide, let rule = own.rule {
                steps.append(
                    Step(name: "teacher-decide", kind: decide.kind, parameters: decide.parameters, inputs: decide.inputs, outputs: decide.outputs))
                inputs["teacherDecision"] = rule
            }
        }
        return steps + [Step(name: "distill", kind: .distill, parameters: .object(parameters), inputs: inputs, outputs: ["evidence"])]
    }

    private var profile: Step {
        Step(
            name: "profile", kind: .profile, parameters: ["table": table, "pinned": .bool(dataset.json["spec"]?["digest"] != nil)],
            inputs: ["data": data], outputs: ["evidence"])
    }

    private func quality(_ others: [String: OtherDataset]) -> Step {
        OtherDataset.quality(
            of: dataset, table: table,
            columns: given([
                "label": columns.label, "features": columns.features, "protected": columns.protected,
                "task": model.task == "binaryClassification" ? .null : .string(model.task),
            ]).objectValue ?? [:],
            data: data, others: others)
    }

    private var drift: Step {
        Step(
            name: "drift", kind: .drift,
            parameters: given([
                "table": table, "label": columns.label, "features": columns.features, "weights": columns.weights,
                "preset": spec["evaluation"]?["drift"]?["preset"] ?? .null,
                "maximumMissingDifference": spec["evaluation"]?["drift"]?["maximumMissingDifference"] ?? .null,
            ]),
            inputs: ["data": data], outputs: ["evidence"])
    }

    private var domainClassifier: Step {
        Step(name: "domain-classifier", kind: .domainClassifier, parameters: driftParameters, inputs: ["data": data], outputs: ["evidence"])
    }

    private func explanation(_ train: Step, _ decision: [String: StepInput]) -> Step {
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
        parameters["reasons"] = reasons
        return Step(
            name: "explain", kind: .explain, parameters: .object(parameters),
            inputs: ["data": data, "model": train.output("model")].merging(reasons == nil ? [:] : decision) { $1 },
            outputs: reasons == nil ? ["evidence"] : ["evidence", "reasons"])
    }

    /// What applicants are told, and which decisions it is told of.
    private var reasons: JSONValue? {
        guard var declared = spec["adverseReasons"]?.objectValue else { return nil }
        if model.task == "binaryClassification" { declared["threshold"] = threshold }
        return .object(declared)
    }
}
