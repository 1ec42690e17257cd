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
        let subject = SubjectName(kind: Model.kind, name: model.name)
        let work = ModelWork(model: model, dataset: dataset, data: source, format: format, teacher: teacher)
        let retraining = retrain?.decide(data: source, drift: work.driftParameters, state: state, training: { work.training(on: $0).train })
        let fitted = work.training(on: retraining?.training ?? source)
        let made = work.made(fitted, after: retraining?.drift, for: sections(wanted, of: model), champion: champion, others: others)
        let before = PreviousSteps(subject, made.steps, state)
        let planned = made.steps.map { step in
            let cause = step.key == fitted.train.key && state.steps[step.key] == nil ? retraining?.cause : nil
            return PlannedStep(step: step, reason: cause ?? before.reason(of: step))
        }
        return SubjectPlan(
            subject: subject, path: model.path, specDigest: model.digest, steps: planned, evidence: made.evidence, artefacts: made.artefacts,
            notes: retraining?.note.map { [$0] } ?? [])
    }
}

extension ModelPlanner {
    /// The parameters of every fit of a model.
    static func fittingParameters(_ model: Model, dataset: JSONValue, table: JSONValue) -> [String: JSONValue] {
        let spec = model.json["spec"] ?? .null
        let columns = ModelColumns(dataset: dataset, model: spec)
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
        guard let held = steps.decide ?? steps.search.first else { return (steps.fitted, false) }
        // What compares groups in a search is held against the same rows.
        let searched = steps.search.first?.parameters.objectValue?.filter { ["search", "minimumGroupRows"].contains($0.key) } ?? [:]
        return (.object((held.parameters.objectValue ?? [:]).merging(searched) { $1 }), true)
    }

    /// What is asked for, with what that needs or the spec declares.
    private static func sections(_ wanted: Set<EvidenceSchema.Section>, of model: Model) -> Set<EvidenceSchema.Section> {
        // What corrects tests reads those who make them.
        var sections = wanted.contains(.significance) ? wanted.union([.fairness, .comparison]) : wanted
        // Reasons that are declared are worked out, whether or not a policy reads them.
        if model.json["spec"]?["adverseReasons"] != nil { sections.insert(.explanation) }
        return sections
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
