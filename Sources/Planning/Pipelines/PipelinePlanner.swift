import Attestations
public import Basics
import CEL
import OrderedCollections
public import Specs

/// What a repository's files hold, as far as stages read them. Whoever plans has checked the data sets' pins.
public struct PipelineSources: Sendable {
    /// Data sets whose bytes are the pinned ones.
    public let datasets: [String: Digest]
    /// Files by path.
    public let files: [String: Digest]

    public init(datasets: [String: Digest], files: [String: Digest]) {
        self.datasets = datasets
        self.files = files
    }
}

/// A stage that does not run, and why.
public struct StageNote: Hashable, Sendable {
    public let stage: String
    public let explanation: String
    /// Whether that is a fault: data or a file that are not there. A condition that is false is none.
    public let isProblem: Bool
    /// Its place in the spec.
    public let path: [String]

    public init(stage: String, explanation: String, isProblem: Bool, path: [String]) {
        self.stage = stage
        self.explanation = explanation
        self.isProblem = isProblem
        self.path = path
    }

    public var json: JSONValue {
        ["stage": .string(stage), "explanation": .string(explanation), "isProblem": .bool(isProblem)]
    }
}

/// The work of all pipelines of a catalogue, as steps with keys: pure, and the same for the same files, ledger and decision instant.
public struct PipelinePlanner {
    private let catalog: Catalog
    private let sources: PipelineSources
    private let state: RecordedState
    private let instant: Instant

    private let made: MadeOutputs
    private var steps: [String: [Step]] = [:]
    private var notes: [String: [StageNote]] = [:]
    /// Of steps that run for another reason than that something changed.
    private var reasons: [Digest: StepReason] = [:]
    private var conditions: [String: CheckedExpression] = [:]

    private init(_ catalog: Catalog, _ sources: PipelineSources, _ state: RecordedState, _ instant: Instant) {
        self.catalog = catalog
        self.sources = sources
        self.state = state
        self.instant = instant
        made = MadeOutputs(catalog, sources, state)
    }

    /// The plans of all pipelines, and what data sets are: bytes that files hold, or what stages make.
    public struct Result: Sendable {
        /// In the order of their files.
        public let pipelines: [SubjectPlan]
        public let data: [String: StepInput]
    }

    public static func plan(_ catalog: Catalog, sources: PipelineSources, state: RecordedState, instant: Instant) -> Result {
        let groups = catalog.graph.groups.concurrentMap { group in
            var planner = PipelinePlanner(catalog, sources, state, instant)
            for node in group.order { planner.plan(node) }
            return planner.result(group.pipelines)
        }
        let plans = groups.flatMap(\.pipelines).reduce(into: [:]) { $0[$1.subject.name] = $1 }
        var data = groups.reduce(into: [:]) { $0.merge($1.data) { $1 } }
        for dataset in catalog.datasets.values {
            if case .pipeline = dataset.source { continue }
            data[dataset.name] = sources.datasets[dataset.name].map { .artefact($0) }
        }
        return Result(pipelines: catalog.pipelines.keys.compactMap { plans[$0] }, data: data)
    }

    /// - Parameter pipelines: a group's, which have been planned.
    private func result(_ pipelines: [String]) -> Result {
        let plans = pipelines.compactMap { catalog.pipelines[$0] }.map { pipeline in
            let subject = SubjectName(kind: Pipeline.kind, name: pipeline.name)
            let steps = steps[pipeline.name] ?? []
            let before = PreviousSteps(subject, steps, state)
            var artefacts: [String: StepInput] = [:]
            for id in catalog.graph.instances[pipeline.name]?.instances.keys ?? [] {
                for (name, input) in made.outputs(of: PipelineGraph.Node(pipeline: pipeline.name, instance: id)) ?? [:] {
                    artefacts[id + "." + name] = input
                }
            }
            return SubjectPlan(
                subject: subject, path: pipeline.path, specDigest: pipeline.digest,
                steps: steps.map { PlannedStep(step: $0, reason: reasons[$0.key] ?? before.reason(of: $0)) }, evidence: [:], artefacts: artefacts,
                notes: notes[pipeline.name] ?? [], nextBoundary: nextBoundary(pipeline, steps))
        }
        var data: [String: StepInput] = [:]
        for dataset in catalog.datasets.values {
            guard case .pipeline(let name, _) = dataset.source, pipelines.contains(name) else { continue }
            data[dataset.name] = made.input(ofDataset: dataset.name)
        }
        return Result(pipelines: plans, data: data)
    }

    /// A schedule that no program heeds changes nothing.
    private func nextBoundary(_ pipeline: Pipeline, _ steps: [Step]) -> Instant? {
        guard steps.contains(where: { $0.parameters["environment"]?[ProgramStage.tick] != nil }) else { return nil }
        return pipeline.schedule?.next(after: instant)
    }

    private mutating func plan(_ node: PipelineGraph.Node) {
        guard let instance = catalog.graph.instances[node.pipeline]?.instances[node.instance], let pipeline = catalog.pipelines[node.pipeline] else {
            return
        }
        func note(_ explanation: String, isProblem: Bool) -> StageNote {
            StageNote(stage: instance.id, explanation: explanation, isProblem: isProblem, path: instance.stage.path + ["name"])
        }
        if let missing = catalog.graph.needs(of: node).first(where: { made.outputs(of: $0) == nil }) {
            let name = missing.pipeline == node.pipeline ? missing.instance : "\(missing.pipeline)/\(missing.instance)"
            notes[node.pipeline, default: []].append(note("it needs '\(name)', which is left out", isProblem: false))
            return
        }
        if let dataset = catalog.graph.datasets(of: instance).first(where: { made.input(ofDataset: $0) == nil }) {
            notes[node.pipeline, default: []].append(note("the data set '\(dataset)' is not what it must be", isProblem: true))
            return
        }
        if let file = instance.files.first(where: { sources.files[$0.path] == nil }) {
            notes[node.pipeline, default: []].append(note("there is no file '\(file.path)'", isProblem: true))
            return
        }
        if let condition = instance.stage.condition, let objection = objection(condition, instance, pipeline) {
            notes[node.pipeline, default: []].append(note(objection.text, isProblem: objection.isProblem))
            return
        }
        let planned = StageWork(instance: instance, pipeline: pipeline, made: made, instant: instant).plan()
        steps[node.pipeline, default: []] += planned.steps
        notes[node.pipeline, default: []] += planned.notes
        reasons.merge(planned.reasons) { $1 }
        made.note(planned.outputs, of: node)
    }

    /// Why a stage's condition leaves it out; nil if it holds.
    private mutating func objection(
        _ text: String, _ instance: StageInstance, _ pipeline: Pipeline
    ) -> (text: String, isProblem: Bool)? {
        let compiled: CheckedExpression
        if let known = conditions[text] {
            compiled = known
        } else {
            switch StageExpressions.condition.compile(text) {
            case .success(let expression): compiled = expression
            case .failure(let failure): return ("its condition is no expression: \(failure.issues.map(\.message).joined(separator: "; "))", true)
            }
            conditions[text] = compiled
        }
        let bindings: [String: Value] = [
            "parameters": StageExpressions.value(.object(pipeline.parameters)), "matrix": StageExpressions.value(.object(instance.matrix)),
        ]
        do throws(CELEvaluationError) {
            if case .bool(let holds) = try compiled.evaluate(bindings) { return holds ? nil : ("its condition '\(text)' is false", false) }
            return ("its condition '\(text)' is neither true nor false", true)
        } catch {
            return ("its condition '\(text)' has no value: \(error.message)", true)
        }
    }
}
