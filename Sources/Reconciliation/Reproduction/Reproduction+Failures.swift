import Attestations
import Basics
import Execution
import OrderedCollections
import Planning
import Specs

extension Reproduction {
    /// Steps that failed are in no record but as findings: each is run again on what the record's other steps made, and must fail with the same words.
    ///
    /// Of models' steps the judge's own comparison speaks.
    func failures(
        _ record: Record, planned: [Step], _ work: StepReplay, made: Set<Digest>, report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws -> [Comparison] {
        guard record.subject.kind == Pipeline.kind || record.subject.kind == BatchInference.kind else { return [] }
        let outputs = Dictionary(record.draft.steps.map { ($0.key, $0.outputs) }, uniquingKeysWith: { first, _ in first })
        var comparisons: [Comparison] = []
        for finding in record.verdict.findings where finding.kind == "stepFailed" {
            let step = planned.first { finding.message.hasPrefix(Self.words(of: $0, "")) }
            let inputs = step?.inputs.compactMapValues { input -> Digest? in
                switch input {
                case .artefact(let digest): digest
                case .output(let key, let name): outputs[key]?[name]
                }
            }
            guard let step, let inputs, inputs.count == step.inputs.count else {
                comparisons.append(
                    Comparison(
                        "a step's failure", recorded: finding.message, found: "not run",
                        note: "the repository and the record do not say what the step read, so that nothing vouches for its failure"))
                continue
            }
            let failure = try await work.failure(of: step, inputs, made: made, report: report)
            let found = failure.map { Self.words(of: step, $0) } ?? "it does not fail"
            comparisons.append(Comparison("failure of step \(step.name)", recorded: finding.message, found: found))
        }
        return comparisons
    }

    private static func words(of step: Step, _ message: String) -> String { "step '\(step.name)' failed: \(message)" }

    /// Of subjects without rules of their own: what was found decides, and nothing else.
    static func verdict(ofFindings recorded: Verdict) -> Verdict {
        Verdict(
            subject: recorded.subject, outcome: recorded.findings.map(\.outcome).reduce(.pass) { $0.combined(with: $1) }, rules: [],
            findings: recorded.findings, nextBoundary: recorded.nextBoundary)
    }
}

extension StepReplay {
    /// Why the step fails on these inputs, the same as a record would say it; nil if it does not fail.
    func failure(
        of step: Step, _ inputs: [String: Digest], made: Set<Digest>, report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws -> String? {
        let recorded = RecordedStep(
            name: step.name, key: step.key, implementation: step.kind.description, parameters: step.parameters, inputs: inputs, outputs: [:])
        if let problem = try await provide(recorded, made: made) { return problem }
        let again = Step(
            name: step.name, kind: step.kind, parameters: step.parameters, inputs: inputs.mapValues { .artefact($0) }, outputs: step.outputs,
            execution: step.execution)
        return try await scheduler.run([again], known: [:], report: report).failures[again.key]?.message
    }
}
