public import Basics
public import Planning
internal import Sandbox
public import Storage

/// Runs the steps of a plan, independent ones at the same time as far as the budget of cores and memory allows. A failed step stops what depends on
/// it and lets the rest finish. What comes out does not depend on the budget.
public struct Scheduler: Sendable {
    let store: any ContentStore
    let results: any StepResults
    /// Cores in all.
    let threads: Int
    let settings: ExecutionSettings
    let executor: @Sendable (Step) -> any Executor

    /// Programs of users go to worker processes if the settings name any; all else runs in this process.
    public init(
        runners: [any StepRunner], store: any ContentStore, results: any StepResults, threads: Int, settings: ExecutionSettings = ExecutionSettings()
    ) {
        let inner = InProcessExecutor(runners: runners, store: store)
        let outer = settings.workers.map { LocalExecutor(root: $0.folder, command: $0.command, seals: $0.seals) }
        self.init(store: store, results: results, threads: threads, settings: settings) { step in
            if step.kind.name == StepKind.command.name, let outer { outer } else { inner }
        }
    }

    public init(
        store: any ContentStore, results: any StepResults, threads: Int, settings: ExecutionSettings = ExecutionSettings(),
        executor: @escaping @Sendable (Step) -> any Executor
    ) {
        precondition(threads > 0)
        self.store = store
        self.results = results
        self.threads = threads
        self.settings = settings
        self.executor = executor
    }

    private enum Message: Sendable {
        case ended(Int, Result<Made, StepFailure>)
        case woke
    }

    struct Made: Sendable {
        let outputs: [String: Digest]
        let reused: Bool
        let usage: StepUsage?
    }

    /// - Parameters:
    ///   - steps: in an order in which they can run.
    ///   - known: outputs that the ledger vouches for, by step key. A step among `steps` that has an entry must make these very bytes again.
    ///   - checkpoint: called after each step; tests crash there.
    /// - Throws: `CancellationError` when the task is cancelled, after what was running has been ended; what is done by then stays done.
    public func run(
        _ steps: [Step], known: [Digest: [String: Digest]], checkpoint: @Sendable () async -> Void = {},
        report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws(CancellationError) -> ExecutionResult {
        var result = ExecutionResult()
        result.outputs = known
        var queue = StepQueue(steps, cores: threads, memoryBytes: settings.memoryBytes, startTime: startTime)
        var isCancelled = false
        if !steps.isEmpty { report(.planned(steps)) }
        await withTaskGroup(of: Message.self) { group in
            while true {
                while !isCancelled, !Task.isCancelled, let next = queue.next(now: settings.now()) {
                    switch next {
                    case .skip(let index, let failed):
                        let cause = result.failures[failed] ?? StepFailure(.upstream, "a step that it needs failed")
                        result.failures[steps[index].key] =
                            cause.code == .upstream ? cause : StepFailure(.upstream, "a step that it needs failed: \(cause.message)")
                        result.outputs[steps[index].key] = nil
                        report(.skipped(steps[index], because: failed))
                    case .wait(let index, let until): report(.waiting(steps[index], until: until))
                    case .start(let index, let cores):
                        let step = steps[index]
                        report(.started(step, index: index, count: steps.count))
                        let given = Self.inputs(of: step, given: result.outputs)
                        group.addTask { .ended(index, await self.made(step, given, threads: cores, report: report)) }
                    }
                }
                if Task.isCancelled { isCancelled = true }
                // What can only wait is left to a later run: whoever asked has other things to see to meanwhile.
                guard queue.runs else { break }
                if let until = queue.wakes, !isCancelled {
                    let seconds = until.secondsSinceEpoch - settings.now().secondsSinceEpoch
                    // Looked at again at least every minute, since clocks are set and machines sleep.
                    group.addTask {
                        await settings.sleep(Double(min(60, max(0, seconds))))
                        return .woke
                    }
                }
                guard case .ended(let index, let outcome) = await group.next() else { continue }
                let step = steps[index]
                var failure: StepFailure?
                switch outcome {
                case .success(let made):
                    if let recorded = known[step.key], recorded.essential(of: step.kind) != made.outputs.essential(of: step.kind) {
                        failure = StepFailure(
                            .notReproducible,
                            "step '\(step.name)' made other bytes than the ledger records for the same key \(step.key.short), and those are lost: bring them back into the "
                                + "store, or change a parameter of the step to have it recorded anew")
                    } else {
                        // What the ledger has of incidental outputs stands.
                        result.outputs[step.key] = known[step.key].map { made.outputs.merging($0) { $1 } } ?? made.outputs
                        result.usage[step.key] = made.usage
                        if let usage = made.usage { report(.measured(step, usage)) }
                        report(.finished(step, outputs: made.outputs, reused: made.reused))
                    }
                case .failure(let problem): failure = problem
                }
                queue.end(index, failed: failure != nil, halts: failure?.code == .halted)
                if let failure {
                    if failure.code == .cancelled {
                        isCancelled = true
                        group.cancelAll()
                        continue
                    }
                    result.failures[step.key] = failure
                    result.outputs[step.key] = nil
                    report(.failed(step, failure))
                }
                await checkpoint()
            }
            group.cancelAll()
        }
        if isCancelled { throw CancellationError() }
        leaveWaiting(steps, queue.starts, &result)
        return result
    }

    /// When to start a step that could start at `now`: at once, unless it may wait and has not been done.
    private func startTime(_ step: Step, now: Instant) -> Instant {
        guard let window = step.execution.carbonWindow else { return now }
        if let known = results.outputs(of: step.key), isComplete(known, for: step) { return now }
        guard let firstReady = settings.firstReady else { return window.start(from: now) }
        if let ready = firstReady.instant(of: step.key, now: now) { return window.start(from: now, ready: ready) }
        // No step waits for a disk's sake: a deadline that cannot be noted would begin anew with each look.
        return firstReady.note(step.key, at: now) ? window.start(from: now) : now
    }

    /// Says of steps whose time has not come, and of all that needs them, that they did not run.
    private func leaveWaiting(_ steps: [Step], _ starts: [Int: Instant], _ result: inout ExecutionResult) {
        var left: Set<Digest> = []
        for (index, step) in steps.enumerated() {
            if let start = starts[index] {
                result.waiting[step.key] = start
                result.failures[step.key] = StepFailure(.waiting, "it waits for cleaner electricity until \(start)")
            } else if step.inputs.values.contains(where: { if case .output(let key, _) = $0 { left.contains(key) } else { false } }) {
                result.failures[step.key] = StepFailure(.upstream, "a step that it needs waits")
            } else {
                continue
            }
            left.insert(step.key)
            // What the ledger vouches for, and is to be made again, is not there before it is.
            result.outputs[step.key] = nil
        }
    }

    private static func inputs(of step: Step, given: [Digest: [String: Digest]]) -> Result<[String: Digest], StepFailure> {
        var inputs: [String: Digest] = [:]
        for (name, input) in step.inputs {
            switch input {
            case .artefact(let digest): inputs[name] = digest
            case .output(let key, let output):
                guard let digest = given[key]?[output] else {
                    return .failure(StepFailure(.input, "input '\(name)' of step '\(step.name)' was not made"))
                }
                inputs[name] = digest
            }
        }
        return .success(inputs)
    }

    private func made(
        _ step: Step, _ given: Result<[String: Digest], StepFailure>, threads: Int, report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async -> Result<Made, StepFailure> {
        let executor = executor(step)
        if let known = results.outputs(of: step.key), isComplete(known, for: step) {
            // A run that was killed after it had saved the result.
            if await !executor.attempts(of: step.key).isEmpty { await executor.forget(step.key) }
            return .success(Made(outputs: known, reused: true, usage: results.usage(of: step.key)))
        }
        if let failure = settings.resting?.failure(of: step, now: settings.now()) { return .failure(failure) }
        do throws(StepFailure) {
            let (outputs, usage) = try await StepAttempts(
                executor: executor, settings: settings, step: step, inputs: try given.get(), threads: threads, report: report
            ).run()
            guard isComplete(outputs, for: step) else {
                throw StepFailure(.store, "step '\(step.name)' named outputs that are not in the store")
            }
            do {
                try results.save(outputs, usage: usage, of: step.key)
            } catch {
                throw StepFailure(.environment, "cannot save the result of step '\(step.name)': \(error)")
            }
            settings.reach(.afterSave)
            await executor.forget(step.key)
            if step.execution.carbonWindow != nil { settings.firstReady?.forget(step.key) }
            settings.resting?.forget(step)
            return .success(Made(outputs: outputs, reused: false, usage: usage))
        } catch {
            settings.resting?.note(error, of: step, at: settings.now())
            return .failure(error)
        }
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
