public import Basics
public import Planning
public import Storage

/// What the scheduler tells while it works.
public enum ExecutionEvent: Sendable {
    case started(Step, index: Int, count: Int)
    case progressed(Step, fraction: Double)
    case finished(Step, outputs: [String: Digest], reused: Bool)
    case failed(Step, StepFailure)
    /// Not tried, since a step that it needs failed.
    case skipped(Step, because: Digest)
}

/// What came of a plan's steps. A step is in exactly one of the two.
public struct ExecutionResult: Sendable {
    public internal(set) var outputs: [Digest: [String: Digest]] = [:]
    public internal(set) var failures: [Digest: StepFailure] = [:]

    public init() {}
}

/// Runs steps in the order of a plan. A failed step stops what depends on it and lets the rest finish.
public struct Scheduler: Sendable {
    let runners: [StepKind: any StepRunner]
    let store: any ContentStore
    let results: any StepResults
    let threads: Int

    public init(runners: [any StepRunner], store: any ContentStore, results: any StepResults, threads: Int) {
        self.runners = Dictionary(runners.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        self.store = store
        self.results = results
        self.threads = threads
    }

    /// - Parameters:
    ///   - steps: in an order in which they can run.
    ///   - known: outputs that the ledger vouches for, by step key. A step among `steps` that has an entry must make these very bytes again.
    ///   - checkpoint: called after each step; tests crash there.
    /// - Throws: `CancellationError` between two steps when the task is cancelled; what is done by then stays done.
    public func run(
        _ steps: [Step], known: [Digest: [String: Digest]], checkpoint: @Sendable () async -> Void = {},
        report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws(CancellationError) -> ExecutionResult {
        var result = ExecutionResult()
        result.outputs = known
        for (index, step) in steps.enumerated() {
            if Task.isCancelled { throw CancellationError() }
            let needed = step.inputs.values.compactMap { if case .output(let key, _) = $0 { key } else { nil } }
            if let failed = needed.sorted().first(where: { result.failures[$0] != nil }), let cause = result.failures[failed] {
                result.failures[step.key] =
                    cause.code == .upstream ? cause : StepFailure(.upstream, "a step that it needs failed: \(cause.message)")
                report(.skipped(step, because: failed))
                continue
            }
            report(.started(step, index: index, count: steps.count))
            do throws(StepFailure) {
                let (outputs, reused) = try await outputs(of: step, given: result.outputs, report: report)
                if let recorded = known[step.key], recorded != outputs {
                    throw StepFailure(
                        .notReproducible, "step '\(step.name)' made other bytes than the ledger records for the same key \(step.key.short)")
                }
                result.outputs[step.key] = outputs
                report(.finished(step, outputs: outputs, reused: reused))
            } catch {
                if error.code == .cancelled { throw CancellationError() }
                result.failures[step.key] = error
                result.outputs[step.key] = nil
                report(.failed(step, error))
            }
            await checkpoint()
        }
        return result
    }

    private func outputs(
        of step: Step, given: [Digest: [String: Digest]], report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws(StepFailure) -> (outputs: [String: Digest], reused: Bool) {
        if let known = results.outputs(of: step.key), isComplete(known, for: step) { return (known, true) }
        guard let runner = runners[step.kind] else {
            throw StepFailure(.input, "this engine has no step of kind \(step.kind)")
        }
        var inputs: [String: Digest] = [:]
        for (name, input) in step.inputs {
            switch input {
            case .artefact(let digest): inputs[name] = digest
            case .output(let key, let output):
                guard let digest = given[key]?[output] else {
                    throw StepFailure(.input, "input '\(name)' of step '\(step.name)' was not made")
                }
                inputs[name] = digest
            }
        }
        let outputs = try await runner.run(
            StepWork(step: step, inputs: inputs, store: store, threads: threads) { report(.progressed(step, fraction: $0)) })
        precondition(Set(outputs.keys) == Set(step.outputs), "step \(step.name) made \(outputs.keys.sorted()), not \(step.outputs)")
        do {
            try results.save(outputs, of: step.key)
        } catch {
            throw StepFailure(.store, "cannot save the result of step '\(step.name)': \(error)")
        }
        return (outputs, false)
    }

    /// A remembered result counts only while all of its bytes are still in the store.
    private func isComplete(_ outputs: [String: Digest], for step: Step) -> Bool {
        guard Set(outputs.keys) == Set(step.outputs) else { return false }
        do throws(StoreError) {
            for digest in outputs.values where try !store.contains(digest) { return false }
            return true
        } catch {
            // A store that cannot say is one that the step itself will fail on, with a better message.
            return false
        }
    }
}
