import Attestations
import Basics
import Diagnostics
import Execution
import Git
import Ledger
import Models
import OrderedCollections
import Planning
import Policies
import Specs
import Steps
import Storage

/// One subject with everything that was decided about it.
struct AssessedSubject {
    let plan: SubjectPlan
    let steps: [RecordedStep]
    let evidence: [String: Digest]
    let artefacts: [String: Digest]
    /// The bytes of the evidence documents.
    let documents: [[UInt8]]
    let verdict: Verdict
    /// Documents that a record has beside its decision.
    var attachments: [String: Digest] = [:]
    /// Whether this machine keeps other work of the subject from its end.
    var isPartial = false
}

/// Plan, execute, judge: the one path of gate and reconciler.
struct Assessment {
    /// Whose policies, parameters and waivers judge.
    let base: Snapshot
    /// What is judged.
    let merged: Snapshot
    var ledger: LedgerState
    let store: any ContentStore
    let results: any StepResults
    let threads: Int
    let instant: Instant
    /// What `change` is in policies.
    let change: JSONValue?
    var checkpoints = Checkpoints.none
    var execution = ExecutionSettings()
    /// DVC's cache; nil if there is none.
    var dvcCache: String?
    /// By which steps may wait; empty: none waits.
    var series: [CarbonWindow.Point] = []

    var judge: Judge {
        Judge(
            policies: base.policies, waivers: base.approvedWaivers(at: instant),
            maximumWaiverDays: base.catalog.repository?.maximumWaiverDays ?? 0)
    }

    func input(_ model: Model, evidence: JSONValue) throws -> JudgementInput {
        JudgementInput(
            subject: model.resource, baseSubject: base.catalog.models[model.name]?.resource, evidence: evidence,
            baseline: try baseline(of: model), change: change, instant: instant)
    }

    /// The evidence of what the baseline environment has live, as the base says.
    private func baseline(of model: Model) throws -> JSONValue? { try live(model).map { try ledger.evidence(of: $0) } }

    /// The record of what the baseline environment has live, as the base says.
    private func live(_ model: Model) -> Record? {
        guard let name = base.catalog.repository?.baselineEnvironment,
            let live = base.catalog.environments[name]?.live.first(where: { $0.model == model.name })
        else { return nil }
        return ledger.entries[live.record]?.record
    }

    /// What a model is compared with.
    func champion(of model: Model) -> Champion? {
        let threshold = (base.catalog.models[model.name] ?? model).spec["decision"]?["threshold"]?.doubleValue
        return live(model).flatMap { Champion(steps: $0.draft.steps, threshold: threshold ?? 0.5) }
    }

    var scheduler: Scheduler { Scheduler(runners: StandardSteps.all, store: store, results: results, threads: threads, settings: execution) }

    /// Steps that must run: those that nothing vouches for, and those whose vouched output one of them needs and the store has lost.
    ///
    /// - Parameter wanted: nil for all; else just these, with what they need.
    func stepsToRun(_ plan: Plan, only wanted: Set<Digest>? = nil) throws -> [Step] {
        let running = plan.stepsToRun
        // Nothing to run, nothing to look up.
        if running.isEmpty { return [] }
        let all = plan.steps
        var byKey: [Digest: Step] = [:]
        for planned in all { byKey[planned.step.key] = planned.step }
        var needed = Set(running.map(\.key))
        if let wanted { needed = Self.upstream(of: needed.intersection(wanted), in: byKey).intersection(needed) }
        var open = Array(needed)
        while let key = open.popLast() {
            for case .output(let upstream, let name) in (byKey[key]?.inputs ?? [:]).values where !needed.contains(upstream) {
                guard let digest = ledger.recorded.steps[upstream]?.outputs[name], try store.contains(digest) else {
                    needed.insert(upstream)
                    open.append(upstream)
                    continue
                }
            }
        }
        var seen: Set<Digest> = []
        return Plan.ordered(all.map(\.step).filter { needed.contains($0.key) && seen.insert($0.key).inserted })
    }

    private static func upstream(of keys: Set<Digest>, in byKey: [Digest: Step]) -> Set<Digest> {
        var found = keys
        var open = Array(keys)
        while let key = open.popLast() {
            for case .output(let upstream, _) in (byKey[key]?.inputs ?? [:]).values where found.insert(upstream).inserted { open.append(upstream) }
        }
        return found
    }

    /// Runs what has to run and judges every subject of the plan but those that this machine could not do.
    func assess(
        _ plan: Plan, inferences: [ResolvedInference] = [], report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws -> (judged: [AssessedSubject], unjudged: [UnjudgedSubject]) {
        let problems = Dictionary(inferences.map { ($0.inference.name, $0.problems) }, uniquingKeysWith: { first, _ in first })
        let known = ledger.recorded.steps.mapValues(\.outputs)
        let checkpoints = checkpoints
        func work(isLast: Bool) async throws -> (judged: [AssessedSubject], unjudged: [UnjudgedSubject])? {
            let steps = try stepsToRun(plan)
            // What this machine lacks says nothing of the commit either.
            if !steps.isEmpty, let missing = NativeLibraries.names.first(where: { NativeLibraries.versions[$0] == nil }) {
                throw ReconciliationError(.environment, "\(missing) cannot be loaded", hint: "'proviso doctor' says what this machine lacks")
            }
            try importData(for: steps)
            try importData(inferences, for: steps)
            let lost = try await remakeLost(for: steps, report: report)
            let supplied = try store.supplied(steps)
            await checkpoints.reach(.afterImport)
            let result = try await scheduler.run(
                steps, known: known, checkpoint: { await checkpoints.reach(.afterStep) }, report: report)
            // What failed for the machine's sake has no new deadline either.
            execution.firstReady?.keep(only: steps.map(\.key).filter { result.outputs[$0] == nil })
            // What was there is made or imported again, as is what is damaged.
            let vanished = supplied.filter { result.failures[$0]?.code == .store }
            let isDamaged = store.dropDamagedInputs(of: steps, result)
            if isDamaged || !vanished.isEmpty, !isLast { return nil }
            return try judge(plan, result, result.machineFailures(steps, lost: lost, vanished: vanished), problems, isLast: isLast)
        }
        // What was damaged and is taken out of the store is made again, and must come to the recorded bytes. What that reads may be damaged too.
        for _ in 0..<Self.repairs { if let done = try await work(isLast: false) { return done } }
        guard let done = try await work(isLast: true) else { preconditionFailure("the last try ends with what there is") }
        return done
    }

    /// How many damaged artefacts may lie behind each other in the store for one run to make all of them again.
    static let repairs = 16

    /// Judges every subject that nothing stands in the way of, and what fails in any case.
    ///
    /// - Returns: nil if evidence that was made and not recorded yet turned out to be damaged, and another try is to make it again.
    private func judge(
        _ plan: Plan, _ result: ExecutionResult, _ failures: [Digest: MachineFailure], _ problems: [String: [Finding]], isLast: Bool
    ) throws -> (judged: [AssessedSubject], unjudged: [UnjudgedSubject])? {
        var judged: [AssessedSubject] = []
        var unjudged: [UnjudgedSubject] = []
        for subject in plan.subjects {
            let left = UnjudgedSubject(subject, result, machineFailures: failures) ?? late(subject, result)
            if let left { unjudged.append(left) }
            guard left == nil || (late(subject, result) == nil && subject.failsInAnyCase(result, machineFailures: failures)) else { continue }
            do {
                var found = try assessed(subject, result, problems)
                found.isPartial = left != nil
                judged.append(found)
            } catch let lost as LostDocument {
                guard isLast else {
                    // Of all, so that one more run makes again what is not recorded.
                    _ = store.dropDamagedOutputs(of: plan.steps.map(\.step), result)
                    return nil
                }
                if left == nil { unjudged.append(UnjudgedSubject(subject.subject, reason: lost.reason)) }
            }
        }
        return (judged, unjudged)
    }

    /// What was planned before it was known how far the data had drifted, which only another try could measure: the next run plans by it.
    private func late(_ subject: SubjectPlan, _ result: ExecutionResult) -> UnjudgedSubject? {
        subject.steps.map(\.step).first {
            $0.kind == .dataDrift && result.outputs[$0.key] != nil && ledger.recorded.documents[$0.key] == nil
        }.map { UnjudgedSubject(subject.subject, reason: "step '\($0.name)' ended after it was planned what to train") }
    }

    /// Puts the data that some step reads into the store.
    func importData(for steps: [Step]) throws {
        var wanted: Set<Digest> = []
        for step in steps { for case .artefact(let digest) in step.inputs.values { wanted.insert(digest) } }
        guard !wanted.isEmpty else { return }
        let files = DataFiles(merged, dvcCache: dvcCache)
        func keep(_ digest: Digest, _ bytes: () throws -> [UInt8]?) throws {
            guard wanted.remove(digest) != nil, try !store.contains(digest), let bytes = try bytes() else { return }
            let stored = try store.put(bytes)
            precondition(stored == digest, "data are checked before they are planned with")
        }
        for dataset in merged.catalog.datasets.values {
            if let pinned = dataset.pinned { try keep(pinned) { try files.bytes(of: dataset) } }
        }
        for file in merged.catalog.models.values.flatMap(\.pinnedFiles) {
            // Other bytes than the pinned ones are told of; a step that wants them fails.
            if let bytes = try merged.file(file.path), Digest.of(bytes) == file.digest { try keep(file.digest) { bytes } }
        }
        guard !wanted.isEmpty, !merged.catalog.pipelines.isEmpty else { return }
        for use in PipelineFiles(merged.catalog.graph).uses {
            guard case .success(let digest)? = try files.digest(ofFile: use.path, isPointer: use.isPointer) else { continue }
            try keep(digest) { try use.isPointer ? files.bytes(ofPointer: use.path) : merged.file(use.path) }
        }
    }

    /// - Parameter problems: of batch inferences that cannot run, by name.
    private func assessed(_ plan: SubjectPlan, _ result: ExecutionResult, _ problems: [String: [Finding]]) throws -> AssessedSubject {
        var findings = findings(on: plan.notes, of: plan.subject)
        var recorded: [RecordedStep] = []
        func digest(_ input: StepInput) -> Digest? {
            switch input {
            case .artefact(let digest): digest
            case .output(let key, let name): result.outputs[key]?[name]
            }
        }
        for planned in plan.steps {
            let step = planned.step
            if let failure = result.failures[step.key] {
                // What the operator does not allow is no finding: elsewhere it may do well.
                if failure.code == .ceiling { continue }
                // What failed for another step's sake is not said again; that step is among these.
                if failure.code == .upstream {
                    if plan.steps.allSatisfy({ result.failures[$0.step.key]?.code ?? .upstream == .upstream }), findings.isEmpty {
                        findings.append(
                            Finding(kind: "stepFailed", outcome: .undecided, message: "step '\(step.name)' did not run: \(failure.message)"))
                    }
                    continue
                }
                if failure.code == .input, let dataset = dataset(of: plan) {
                    let problems = try DataFiles(merged, dvcCache: dvcCache).inspect(
                        dataset, for: merged.catalog, model: plan.subject.name)
                    if !problems.isEmpty {
                        findings += problems.map { Finding(dataProblem: $0) }.filter { !findings.contains($0) }
                        continue
                    }
                }
                findings.append(
                    Finding(
                        kind: "stepFailed", outcome: .undecided, message: "step '\(step.name)' failed: \(failure.message)",
                        location: location(of: step, in: plan.subject)
                    ).remarking(failure.log.map { "its log is \($0)\n" + (failure.lastWords ?? "") }))
                continue
            }
            recorded.append(
                RecordedStep(
                    name: step.name, key: step.key, implementation: step.kind.description, parameters: step.parameters,
                    inputs: step.inputs.compactMapValues(digest), outputs: result.outputs[step.key] ?? [:]))
        }
        if plan.subject.kind == BatchInference.kind {
            let own = (problems[plan.subject.name] ?? []) + self.findings(on: plan.notes, of: plan.subject)
            return try assessed(inference: plan, result, problems: own, recorded, plan.artefacts.compactMapValues(digest))
        }
        if plan.subject.kind == Pipeline.kind {
            return try assessed(pipeline: plan, recorded, findings, plan.artefacts.compactMapValues(digest))
        }
        var evidence: [String: Digest] = [:]
        var sections: [String: JSONValue] = [:]
        var documents = try driftDocuments(recorded)
        for (section, input) in plan.evidence {
            guard let name = digest(input) else { continue }
            let bytes = try document(name)
            evidence[section.rawValue] = name
            sections[section.rawValue] = try JSONValue(parsing: bytes)
            documents.append(bytes)
        }
        guard let model = merged.catalog.models[plan.subject.name] else { preconditionFailure("plans are made of the merged models") }
        let demand = judge.demand(try input(model, evidence: [:]))
        var attachments: [String: Digest] = [:]
        if demand.contains(.resources) {
            let told = try resources(of: plan, result)
            attachments[ResourcesEvidence.name] = Digest.of(told.canonicalBytes)
            sections[ResourcesEvidence.name] = told
            documents.append(told.canonicalBytes)
        }
        if demand.contains(.documents) {
            let written = try SignedDocuments.evidence(of: model, signers: base.allowedSigners, at: instant) { try merged.file($0) }
            let bytes = written.canonicalBytes
            evidence[EvidenceSchema.Section.documents.rawValue] = Digest.of(bytes)
            sections[EvidenceSchema.Section.documents.rawValue] = written
            documents.append(bytes)
        }
        let judged = judge.judge(try input(model, evidence: .object(sections)))
        let outcome = findings.map(\.outcome).reduce(judged.outcome) { $0.combined(with: $1) }
        return AssessedSubject(
            plan: plan, steps: recorded, evidence: evidence, artefacts: plan.artefacts.compactMapValues(digest), documents: documents,
            verdict: Verdict(
                subject: judged.subject, outcome: outcome, rules: judged.rules, findings: findings + judged.findings,
                nextBoundary: judged.nextBoundary), attachments: attachments)
    }

    private func dataset(of plan: SubjectPlan) -> Dataset? {
        guard plan.subject.kind == Model.kind else { return nil }
        return merged.catalog.models[plan.subject.name].flatMap { merged.catalog.datasets[$0.datasetName] }
    }

}
