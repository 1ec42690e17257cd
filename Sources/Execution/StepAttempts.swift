internal import Basics
internal import Planning
internal import Sandbox

/// Brings one step to its end: takes up what another run left, submits attempts, waits, tries again.
struct StepAttempts: Sendable {
    let executor: any Executor
    let settings: ExecutionSettings
    let step: Step
    let inputs: [String: Digest]
    let threads: Int
    let report: @Sendable (ExecutionEvent) -> Void

    func run() async throws(StepFailure) -> (outputs: [String: Digest], usage: StepUsage?) {
        let known = await executor.attempts(of: step.key)
        var number = (known.last?.number ?? 0) + 1
        // Only the last one counts: those before it were given up when it was submitted.
        for late in known.dropLast() { await executor.cancel(late) }
        if let last = known.last, case .some(let state) = try? await executor.poll(last) {
            switch state {
            case .ended(let result): if case .outputs = result.value { return try await accept(result, tries: 1, counted: nil) }
            case .running, .queued: number = last.number
            case .unknown, .lost: break
            }
        }
        var tries = 0
        var spent: ProcessUsage?
        var energy: (joules: Double, busySeconds: Double)?
        while true {
            tries += 1
            let attempt = AttemptID(step: step.key, number: number)
            let counter = EnergyCounter()
            let before = counter.sample()
            let result = try await end(of: attempt)
            if let counted = EnergyCounter.difference(before, counter.sample()) {
                energy = ((energy?.joules ?? 0) + counted.joules, (energy?.busySeconds ?? 0) + counted.busySeconds)
            }
            // What failed attempts used was used all the same.
            if let usage = result.usage { spent = spent.map { $0.adding(usage) } ?? usage }
            switch result.value {
            case .outputs:
                return try await accept(AttemptResult(result.value, usage: spent, enforcement: result.enforcement), tries: tries, counted: energy)
            case .failure(let failure):
                let policy = step.execution.retry
                guard let cause = failure.code.retryCause, policy.causes.contains(cause), tries < policy.attempts else {
                    await executor.forget(step.key)
                    if let spent {
                        let usage = settings.energy.usage(
                            spent, attempts: tries, counted: energy, enforcement: result.enforcement, at: settings.now())
                        report(.measured(step, usage))
                    }
                    throw failure
                }
                if failure.code == .workerLost { await executor.cancel(attempt) }
                let pause = policy.pause(afterFailed: tries)
                report(.retrying(step, failure, attempt: tries + 1, pause: pause))
                await settings.sleep(pause)
                if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
                number += 1
            }
        }
    }

    private func accept(
        _ result: AttemptResult, tries: Int, counted: (joules: Double, busySeconds: Double)?
    ) async throws(StepFailure) -> (outputs: [String: Digest], usage: StepUsage?) {
        guard case .outputs(let outputs) = result.value, Set(outputs.keys) == Set(step.outputs) else {
            throw StepFailure(.environment, "the worker of step '\(step.name)' told of other outputs than the step has")
        }
        let usage = result.usage.map {
            settings.energy.usage($0, attempts: tries, counted: counted, enforcement: result.enforcement, at: settings.now())
        }
        return (outputs, usage)
    }

    /// Submits an attempt, or takes it up, and waits for its end.
    private func end(of attempt: AttemptID) async throws(StepFailure) -> AttemptResult {
        if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
        let job = Job(attempt: attempt, step: step, inputs: inputs, threads: threads, store: settings.workers?.store ?? "", sandbox: settings.sandbox)
        settings.reach(.beforeSubmit)
        try await asking { () async throws(ExecutorError) in try await executor.submit(job) }
        settings.reach(.afterSubmit)
        var isCancelled = false
        while true {
            switch try await asking({ () async throws(ExecutorError) in try await executor.poll(attempt) }) {
            case .ended(let result):
                settings.reach(.afterEnd)
                if isCancelled, case .failure = result.value { throw StepFailure(.cancelled, "stopped") }
                return result
            case .lost(let reason):
                if isCancelled { throw StepFailure(.cancelled, "stopped") }
                return AttemptResult(.failure(StepFailure(.workerLost, reason)))
            case .unknown: return AttemptResult(.failure(StepFailure(.workerLost, "the executor forgot the attempt")))
            case .running(let fraction): report(.progressed(step, fraction: fraction))
            case .queued: break
            }
            if Task.isCancelled, !isCancelled {
                isCancelled = true
                await executor.cancel(attempt)
                continue
            }
            await executor.change(of: attempt)
        }
    }

    private func asking<Answer>(_ question: () async throws(ExecutorError) -> Answer) async throws(StepFailure) -> Answer {
        do throws(ExecutorError) {
            return try await question()
        } catch {
            throw StepFailure(.environment, "cannot run step '\(step.name)': \(error)")
        }
    }
}

extension ProcessUsage {
    /// One after the other: times add up, and the larger peak is the peak of both.
    func adding(_ other: ProcessUsage) -> ProcessUsage {
        var sum = self
        sum.cpuSeconds += other.cpuSeconds
        sum.wallSeconds += other.wallSeconds
        if other.peakMemoryBytes > peakMemoryBytes { (sum.peakMemoryBytes, sum.memoryBasis) = (other.peakMemoryBytes, other.memoryBasis) }
        return sum
    }
}
