import Attestations
import Basics
import OrderedCollections
import Specs

/// One instance of a stage as steps.
struct StageWork {
    let instance: StageInstance
    let pipeline: Pipeline
    let made: MadeOutputs
    let instant: Instant

    // Of one object, since to copy them for each stage takes longer than most of its plan.
    var catalog: Catalog { made.catalog }
    var state: RecordedState { made.state }

    var instances: StageInstances? { made.instances(of: pipeline.name) }

    /// What a reference within the pipeline stands for.
    func input(_ text: String) -> StepInput? { made.input(text, in: pipeline.name) }

    /// An output of an instance of the pipeline.
    func output(_ id: String, _ name: String) -> StepInput? {
        made.outputs(of: PipelineGraph.Node(pipeline: pipeline.name, instance: id))?[name]
    }

    struct Planned {
        let steps: [Step]
        let outputs: [String: StepInput]
        let notes: [StageNote]
        /// Why steps run, where that is more than what changed.
        let reasons: [Digest: StepReason]

        init(_ step: Step) {
            steps = [step]
            notes = []
            reasons = [:]
            outputs = step.outputs.reduce(into: [:]) { $0[$1] = step.output($1) }
        }

        init(steps: [Step], outputs: [String: StepInput], notes: [StageNote] = [], reasons: [Digest: StepReason] = [:]) {
            self.steps = steps
            self.notes = notes
            self.reasons = reasons
            self.outputs = outputs
        }
    }

    private var body: JSONValue { instance.body }

    private var execution: StepExecution {
        let stage = instance.stage
        var execution = StepExecution()
        execution.resources = StepResources(
            cpus: stage.cpus.map { Int($0) } ?? 1, memoryBytes: stage.memoryBytes, processes: stage.processes.map { Int($0) },
            fileBytes: stage.diskBytes)
        execution.timeoutSeconds = stage.timeoutSeconds
        if let retry = stage.retry {
            execution.retry = RetryPolicy(
                attempts: Int(retry.attempts), backoffSeconds: Double(retry.backoffSeconds),
                causes: Set(retry.causes.compactMap(RetryPolicy.Cause.init(rawValue:))))
        }
        return execution
    }

    private func step(_ kind: StepKind, _ parameters: JSONValue, _ inputs: [String: StepInput], _ outputs: [String]) -> Planned {
        Planned(Step(name: instance.id, kind: kind, parameters: parameters, inputs: inputs, outputs: outputs, execution: execution))
    }

    func plan() -> Planned {
        switch instance.stage.work {
        case .load: return load()
        case .filter:
            return step(.filter, expression(["format": format("input"), "where": body["where"] ?? .null]), ["table": required("input")], ["table"])
        case .derive:
            return step(
                .derive, expression(["format": format("input"), "columns": body["columns"] ?? .array([]), "drop": body["drop"] ?? .array([])]),
                ["table": required("input")], ["table"])
        case .join:
            var parameters: [String: JSONValue] = ["leftFormat": format("left"), "rightFormat": format("right")]
            for name in ["on", "how", "expect", "suffix"] { parameters[name] = body[name] }
            return step(.join, .object(parameters), ["left": required("left"), "right": required("right")], ["table"])
        case .features: return features()
        case .split:
            var parameters: [String: JSONValue] = ["format": format("input")]
            for name in ["column", "train", "test", "random", "stratified", "grouped", "timeOrdered"] { parameters[name] = body[name] }
            return step(.split, .object(parameters), ["table": required("input")], ["train", "test"])
        case .train, .evaluate, .explain: return model()
        case .score: return score()
        case .run: return ProgramStage(work: self, execution: execution).plan()
        }
    }

    private func required(_ field: String) -> StepInput {
        guard let input = body[field]?.stringValue.flatMap(input) else { preconditionFailure("a planned stage's '\(field)' is made") }
        return input
    }

    private func source(ofDataset name: String) -> StepInput {
        guard let input = made.input(ofDataset: name) else { preconditionFailure("a planned stage's data set is there") }
        return input
    }

    /// Expressions see the values of the pipeline and of the matrix; only those that they mention are part of the key.
    private func expression(_ parameters: [String: JSONValue]) -> JSONValue {
        let all = JSONValue.object(parameters)
        var parameters = parameters
        if all.mentions("parameters") { parameters["parameters"] = .object(pipeline.parameters) }
        if all.mentions("matrix") { parameters["matrix"] = .object(instance.matrix) }
        return .object(parameters)
    }

    /// How the table that a field refers to is read.
    private func format(_ field: String, of instance: StageInstance? = nil) -> JSONValue {
        guard let text = (instance ?? self.instance).body[field]?.stringValue, case .output(let id, let name)? = instances?.resolve(text),
            let source = instances?.instances[id], source.stage.work == .run
        else { return "parquet" }
        return source.body["outputs"]?[name]?.stringValue?.hasSuffix(".csv") == true ? "csv" : "parquet"
    }

    private func load() -> Planned {
        let name = body["dataset"]?.stringValue ?? ""
        guard let dataset = catalog.datasets[name] else { preconditionFailure("a planned stage's data set is there") }
        return step(
            .load, ["table": ModelPlanner.table(of: dataset), "columns": body["columns"] ?? .null], ["data": source(ofDataset: name)], ["table"])
    }

    private func features() -> Planned {
        var views: [JSONValue] = []
        var inputs = ["table": required("input")]
        for (index, use) in (body["views"]?.arrayValue ?? []).enumerated() {
            guard let view = use["view"]?.stringValue.flatMap({ catalog.featureViews[$0] }), let dataset = catalog.datasets[view.datasetName] else {
                preconditionFailure("a planned stage's feature view is there")
            }
            let entities = view.entities.map { entity in
                JSONValue.object(["view": .string(entity), "table": use["entities"]?[entity] ?? .string(entity)])
            }
            views.append(
                JSONValue.object([
                    "table": ModelPlanner.table(of: dataset), "entities": .array(entities), "eventTime": .string(view.eventTime),
                    "knownAt": view.knownAt.map { .string($0) } ?? .null, "timeToLiveSeconds": view.timeToLiveSeconds.map { .int($0) } ?? .null,
                    "features": .array(view.features.map { .string($0) }), "prefix": use["prefix"] ?? .string(""),
                ]))
            inputs["view\(index)"] = source(ofDataset: view.datasetName)
        }
        return step(.pointInTime, ["format": format("input"), "time": body["time"] ?? .null, "views": .array(views)], inputs, ["table"])
    }
}

// MARK: - Models

extension StageWork {
    /// The stage that trains the model that this one trains or speaks of.
    private var trainer: StageInstance {
        if instance.stage.work == .train { return instance }
        guard let text = body["model"]?.stringValue, case .output(let id, _)? = instances?.resolve(text), let trainer = instances?.instances[id]
        else {
            preconditionFailure("a planned stage's model is trained")
        }
        return trainer
    }

    /// All steps that the trainer's model can need, planned as the model's own judgement would plan them, so that both share their results.
    private func modelPlan() -> SubjectPlan {
        let trainer = trainer
        guard let model = trainer.body["model"]?.stringValue.flatMap({ catalog.models[$0] }), let dataset = catalog.datasets[model.datasetName] else {
            preconditionFailure("a planned stage's model has a spec")
        }
        let table = trainer.body["input"]?.stringValue
        let data = table.flatMap(input) ?? source(ofDataset: model.datasetName)
        return ModelPlanner.plan(
            model: model, dataset: dataset, data: data, format: table == nil ? nil : format("input", of: trainer).stringValue,
            sections: [.model, .performance, .calibration, .explanation], state: state,
            retrain: pipeline.retrain.map {
                Retrain(
                    $0, subject: SubjectName(kind: Pipeline.kind, name: pipeline.name), step: trainer.id, path: trainer.stage.path + ["name"],
                    instant: instant)
            }, teacher: model.teacherName.flatMap { catalog.models[$0] })
    }

    private func model() -> Planned {
        let plan = modelPlan()
        let wanted: [(name: String, input: StepInput?)] =
            switch instance.stage.work {
            case .train: [("model", plan.artefacts["model"])]
            case .explain: [("explanation", plan.evidence[.explanation])]
            default:
                [("performance", plan.evidence[.performance]), ("scores", plan.artefacts["scores"]), ("calibration", plan.evidence[.calibration])]
            }
        var outputs: [String: StepInput] = [:]
        for (name, input) in wanted { outputs[name] = input }
        var reasons: [Digest: StepReason] = [:]
        for planned in plan.steps { if case .retrained = planned.reason { reasons[planned.step.key] = planned.reason } }
        return Planned(
            steps: own(plan, for: Array(outputs.values)), outputs: outputs, notes: instance.stage.work == .train ? plan.notes : [], reasons: reasons)
    }

    /// The steps that make some of what the model's plan makes, without those that train it, which are the trainer's.
    private func own(_ plan: SubjectPlan, for outputs: [StepInput]) -> [Step] {
        let all = plan.steps.map(\.step)
        let model = instance.stage.work == .train ? [] : Self.upstream(of: [plan.artefacts["model"]].compactMap { $0 }, in: all)
        let needed = Self.upstream(of: outputs, in: all).subtracting(model)
        // What was measured to decide about training belongs to the training.
        return all.filter { needed.contains($0.key) || $0.kind == .dataDrift && instance.stage.work == .train }.map { step in
            Step(
                name: step.name == instance.stage.work.rawValue ? instance.id : "\(instance.id).\(step.name)", kind: step.kind,
                parameters: step.parameters,
                inputs: step.inputs, outputs: step.outputs, execution: execution)
        }
    }

    private static func upstream(of inputs: [StepInput], in steps: [Step]) -> Set<Digest> {
        let byKey = Dictionary(steps.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var found: Set<Digest> = []
        var open = inputs
        while let input = open.popLast() {
            guard case .output(let key, _) = input, let step = byKey[key], found.insert(key).inserted else { continue }
            open += step.inputs.values
        }
        return found
    }

    private func score() -> Planned {
        guard let model = body["model"]?.stringValue.flatMap(input) else { preconditionFailure("a planned stage's model is made") }
        let plan = modelPlan()
        let rule = plan.artefacts["decision"]
        let threshold = trainer.body["model"]?.stringValue.flatMap { catalog.models[$0]?.spec["decision"]?["threshold"] }
        let scored = step(
            .score,
            JSONValue.object([
                "format": format("input"), "keep": body["keep"] ?? .array([]), "threshold": rule == nil ? threshold ?? .null : .null,
            ]).droppingNulls,
            ["table": required("input"), "model": model].merging(rule.map { ["decision": $0] } ?? [:]) { $1 }, ["scores"])
        // What fits the rule that the model is judged by.
        return Planned(steps: own(plan, for: [rule].compactMap { $0 }) + scored.steps, outputs: scored.outputs)
    }
}
