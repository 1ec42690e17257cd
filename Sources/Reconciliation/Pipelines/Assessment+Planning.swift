import Attestations
import Basics
import Execution
import OrderedCollections
import Planning
import Policies
import Specs
import Steps
import Storage

extension Assessment {
    /// Pure planning: what would run, and why.
    func plan(_ list: WorkList) throws -> Plan {
        let judge = judge
        let made = PipelinePlanner.plan(merged.catalog, sources: list.sources, state: ledger.recorded, instant: instant)
        var plans = made.pipelines.filter { list.pipelines.contains($0.subject.name) }
        var needed: [StepInput] = []
        var asking: Set<SubjectName> = []
        let others = OtherDataset.all(merged.catalog, data: made.data)
        for model in list.models {
            guard let dataset = merged.catalog.datasets[model.datasetName] else { continue }
            guard let data = made.data[dataset.name] else {
                // Of bytes that are not the pinned ones the data set's own diagnostic speaks.
                guard case .pipeline(let name, let output) = dataset.source else { continue }
                plans.append(unmade(model, "the pipeline '\(name)' does not make '\(output)', which is the data set '\(dataset.name)'"))
                continue
            }
            let sections = judge.demand(try input(model, evidence: [:]))
            var plan = ModelPlanner.plan(
                model: model, dataset: dataset, data: data, sections: sections.union([.model]), state: ledger.recorded, instant: instant,
                teacher: model.teacherName.flatMap { merged.catalog.models[$0] }, champion: champion(of: model), others: others)
            if sections.contains(.significance) { asking.insert(plan.subject) }
            if sections.contains(.resources) { plan = try measuringCosts(plan) }
            plans.append(plan)
            needed += plan.steps.flatMap { $0.step.inputs.values }
        }
        for inference in list.inferences {
            let plan = plan(inference, made: made.data)
            plans.append(plan)
            needed += plan.steps.flatMap { $0.step.inputs.values }
        }
        plans = TestFamily.joined(plans, asking: asking, state: ledger.recorded)
        return Plan(subjects: plans, support: Self.upstream(of: needed, in: made.pipelines, besides: list.pipelines))
            .waiting(by: series, merged.catalog)
    }

    /// The plan as it would go, for who asks: a step whose result the engine has signed and still has is not run again, recorded or not.
    func knowingResults(_ plan: Plan) throws -> Plan {
        if plan.isSettled { return plan }
        func known(_ planned: PlannedStep) throws -> PlannedStep {
            guard planned.reason.runs, let outputs = results.outputs(of: planned.step.key), Set(outputs.keys) == Set(planned.step.outputs),
                try outputs.values.allSatisfy({ try store.contains($0) })
            else { return planned }
            return PlannedStep(step: planned.step, reason: .made)
        }
        let subjects = try plan.subjects.map { subject in
            SubjectPlan(
                subject: subject.subject, path: subject.path, specDigest: subject.specDigest, steps: try subject.steps.map(known),
                evidence: subject.evidence, artefacts: subject.artefacts, notes: subject.notes, nextBoundary: subject.nextBoundary)
        }
        return Plan(subjects: subjects, support: try plan.support.map(known))
    }

    private func unmade(_ model: Model, _ why: String) -> SubjectPlan {
        SubjectPlan(
            subject: SubjectName(kind: Model.kind, name: model.name), path: model.path, specDigest: model.digest, steps: [], evidence: [:],
            artefacts: [:],
            notes: [StageNote(stage: "train", explanation: why, isProblem: true, path: ["spec", "dataset"])])
    }

    /// The steps of pipelines that are not decided about which make what others read.
    private static func upstream(of inputs: [StepInput], in plans: [SubjectPlan], besides decided: Set<String>) -> [PlannedStep] {
        guard plans.contains(where: { !decided.contains($0.subject.name) }) else { return [] }
        var byKey: [Digest: PlannedStep] = [:]
        for planned in plans.flatMap(\.steps) { byKey[planned.step.key] = planned }
        var found: Set<Digest> = []
        var open = inputs
        while let input = open.popLast() {
            guard case .output(let key, _) = input, let planned = byKey[key], found.insert(key).inserted else { continue }
            open += planned.step.inputs.values
        }
        return plans.filter { !decided.contains($0.subject.name) }.flatMap(\.steps).filter { found.contains($0.step.key) }
    }

    /// The plan once what planning itself decides by is measured: whether changed data have drifted. The rest stays as it was.
    func settled(_ list: WorkList, report: @escaping @Sendable (ExecutionEvent) -> Void) async throws -> (assessment: Assessment, plan: Plan) {
        var settled = self
        var tried: Set<Digest> = []
        // One decision may lead to data whose drift is the next one's question.
        while true {
            let plan = try settled.plan(list)
            let open = plan.subjects.flatMap(\.steps).map(\.step).filter {
                $0.kind == .dataDrift && settled.ledger.recorded.documents[$0.key] == nil && tried.insert($0.key).inserted
            }
            guard !open.isEmpty else { return (settled, plan) }
            let found = try await settled.documents(of: open, in: plan, report: report)
            settled.ledger = settled.ledger.with(documents: settled.ledger.recorded.documents.merging(found) { $1 })
        }
    }

    /// Runs steps with what they need. What cannot be had leaves a step without a document, and its subject unjudged.
    private func documents(
        of open: [Step], in plan: Plan, report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws -> [Digest: JSONValue] {
        let steps = try stepsToRun(plan, only: Set(open.map(\.key)))
        var supplied: Set<Digest> = []
        func measure() async throws -> ExecutionResult {
            try importData(for: steps)
            _ = try await remakeLost(for: steps, report: report)
            supplied = try store.supplied(steps)
            return try await scheduler.run(steps, known: ledger.recorded.steps.mapValues(\.outputs), report: report)
        }
        var result = try await measure()
        for _ in 0..<Self.repairs {
            // As in judging: what is damaged, and what vanished while it ran, is made again.
            let isDamaged = store.dropDamagedInputs(of: steps, result)
            guard isDamaged || supplied.contains(where: { result.failures[$0]?.code == .store }) else { break }
            result = try await measure()
        }
        var found: [Digest: JSONValue] = [:]
        for step in open {
            guard let digest = result.outputs[step.key]?["evidence"] else { continue }
            do {
                found[step.key] = try JSONValue(parsing: try document(digest))
            } catch is LostDocument {
                continue
            }
        }
        return found
    }
}

extension Plan {
    /// The steps in an order in which they can run: as they are listed, but each behind those whose outputs it reads.
    static func ordered(_ steps: [Step]) -> [Step] {
        let byKey = Dictionary(steps.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var placed: Set<Digest> = []
        var order: [Step] = []
        for start in steps where !placed.contains(start.key) {
            var stack = [start]
            while let step = stack.last {
                let waiting = step.inputs.sorted { $0.key < $1.key }.compactMap { _, input -> Step? in
                    guard case .output(let key, _) = input, !placed.contains(key) else { return nil }
                    return byKey[key]
                }
                if waiting.isEmpty {
                    stack.removeLast()
                    if placed.insert(step.key).inserted { order.append(step) }
                } else {
                    stack += waiting
                }
            }
        }
        return order
    }
}
