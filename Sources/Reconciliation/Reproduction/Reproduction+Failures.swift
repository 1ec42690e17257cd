import Attestations
import Basics
import Execution
import OrderedCollections
import Planning
import Specs
import Steps

extension Reproduction {
    /// Steps that failed, or halted at a limit, are in no record but as findings: each is run again on what the record's other steps made, and must fail
    /// with the same words.
    ///
    /// Of models' steps the judge's own comparison speaks.
    func failures(
        _ record: Record, planned: [Step], _ work: StepReplay, report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws -> [Comparison] {
        guard record.subject.kind == Pipeline.kind || record.subject.kind == BatchInference.kind else { return [] }
        let outputs = Dictionary(record.draft.steps.map { ($0.key, $0.outputs) }, uniquingKeysWith: { first, _ in first })
        func inputs(of step: Step) -> [String: Digest]? {
            let found = step.inputs.compactMapValues { input -> Digest? in
                switch input {
                case .artefact(let digest): digest
                case .output(let key, let name): outputs[key]?[name]
                }
            }
            return found.count == step.inputs.count ? found : nil
        }
        var comparisons: [Comparison] = []
        // A limit's words name a shard and no step: what halted is what can run, and is not recorded.
        var halted: [String: String] = [:]
        if record.verdict.findings.contains(where: Self.isHalt) {
            for step in planned where outputs[step.key] == nil {
                guard let inputs = inputs(of: step), let failure = try await work.failure(of: step, inputs, report: report),
                    failure.code == .halted
                else { continue }
                halted[failure.message] = step.name
            }
        }
        for finding in record.verdict.findings where Self.isHalt(finding) {
            let name = halted[finding.message]
            comparisons.append(
                Comparison(
                    "the limit that halted \(name.map { "step \($0)" } ?? "a step")", recorded: finding.message,
                    found: name == nil ? halted.keys.min() ?? "no limit is passed" : finding.message))
        }
        for finding in record.verdict.findings where finding.kind == "stepFailed" {
            let step = planned.first { finding.message.hasPrefix(Self.words(of: $0, "")) }
            guard let step, let inputs = inputs(of: step) else {
                comparisons.append(
                    Comparison(
                        "a step's failure", recorded: finding.message, found: "not run",
                        note: "the repository and the record do not say what the step read, so that nothing vouches for its failure"))
                continue
            }
            let failure = try await work.failure(of: step, inputs, report: report)
            if let failure, failure.code.isOfMachine {
                comparisons.append(
                    Comparison("failure of step \(step.name)", recorded: finding.message, found: "not run", note: failure.message))
                continue
            }
            let found = failure.map { Self.words(of: step, $0.message) } ?? "it does not fail"
            comparisons.append(Comparison("failure of step \(step.name)", recorded: finding.message, found: found))
        }
        return comparisons
    }

    private static func isHalt(_ finding: Finding) -> Bool { finding.kind == "limitPassed" && finding.outcome == .deny }

    private static func words(of step: Step, _ message: String) -> String { "step '\(step.name)' failed: \(message)" }

    /// Of subjects without rules of their own: what was found decides, and nothing else.
    static func verdict(ofFindings recorded: Verdict) -> Verdict {
        Verdict(
            subject: recorded.subject, outcome: recorded.findings.map(\.outcome).reduce(.pass) { $0.combined(with: $1) }, rules: [],
            findings: recorded.findings, nextBoundary: recorded.nextBoundary)
    }
}

extension StepReplay {
    /// Why the step fails on these inputs; nil if it does not fail.
    func failure(
        of step: Step, _ inputs: [String: Digest], report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws -> StepFailure? {
        let recorded = RecordedStep(
            name: step.name, key: step.key, implementation: step.kind.description, parameters: step.parameters, inputs: inputs, outputs: [:])
        if let problem = try provide(recorded) { return StepFailure(.input, problem) }
        let again = Step(
            name: step.name, kind: step.kind, parameters: step.parameters, inputs: inputs.mapValues { .artefact($0) }, outputs: step.outputs,
            execution: step.execution)
        return try await scheduler.run([again], known: [:], report: report).failures[again.key]
    }
}
