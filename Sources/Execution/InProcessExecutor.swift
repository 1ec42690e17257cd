public import Basics
internal import Planning
internal import Sandbox
public import Storage
internal import Synchronization

/// Runs attempts inside of this process: for the engine's own steps, whose work is often smaller than a process is.
public final class InProcessExecutor: Executor {
    private struct Entry {
        var state: AttemptState
        var log: [UInt8] = []
        var task: Task<Void, Never>?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let runners: [StepKind: any StepRunner]
    private let store: any ContentStore
    private let meter = ProcessMeter()
    private let entries = Mutex<[AttemptID: Entry]>([:])

    public init(runners: [any StepRunner], store: any ContentStore) {
        self.runners = Dictionary(runners.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        self.store = store
    }

    public func submit(_ job: Job) async throws(ExecutorError) {
        let id = job.attempt
        let isNew = entries.withLock { entries in
            guard entries[id] == nil else { return false }
            entries[id] = Entry(state: .running(fraction: 0))
            return true
        }
        guard isNew else { return }
        let task = Task.detached { await self.run(job) }
        entries.withLock { entries in
            if case .running = entries[id]?.state { entries[id]?.task = task }
        }
    }

    private func run(_ job: Job) async {
        let id = job.attempt
        let running = meter.begin()
        let measured = Mutex<(usage: ProcessUsage?, enforcement: [String: String])>((nil, [:]))
        var surroundings = StepSurroundings()
        surroundings.sandbox = job.sandbox
        surroundings.log = { bytes in self.entries.withLock { $0[id]?.log += bytes } }
        surroundings.measured = { usage, enforcement in measured.withLock { $0 = (usage, enforcement) } }
        let work = StepWork(step: job.step, inputs: job.inputs, store: store, threads: job.threads, surroundings: surroundings) { fraction in
            self.entries.withLock { entries in
                if case .running = entries[id]?.state { entries[id]?.state = .running(fraction: fraction) }
            }
            self.wake(id)
        }
        let value: AttemptResult.Value
        do throws(StepFailure) {
            value = .outputs(try await limited(work, job.step))
        } catch {
            value = .failure(error)
        }
        let own = meter.end(running)
        let (usage, enforcement) = measured.withLock { $0 }
        entries.withLock { entries in
            entries[id]?.state = .ended(AttemptResult(value, usage: usage ?? own, enforcement: enforcement))
            entries[id]?.task = nil
        }
        wake(id)
    }

    /// A program watches its own time; our own steps are asked to stop when theirs is over.
    private func limited(_ work: StepWork, _ step: Step) async throws(StepFailure) -> [String: Digest] {
        guard let runner = runners[step.kind] else { throw StepFailure(.input, "this engine has no step of kind \(step.kind)") }
        guard let seconds = step.execution.timeoutSeconds, step.kind != .command else { return try await runner.run(work) }
        let result = await withTaskGroup(of: Result<[String: Digest], StepFailure>?.self) { group in
            group.addTask {
                do throws(StepFailure) { return .success(try await runner.run(work)) } catch { return .failure(error) }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))  // Woken early when it is no longer needed.
                return Task.isCancelled ? nil : .failure(StepFailure(.timeout, "it did not end within \(seconds) seconds"))
            }
            var first: Result<[String: Digest], StepFailure>?
            while first == nil, let next = await group.next() { first = next }
            group.cancelAll()
            return first ?? .failure(StepFailure(.cancelled, "stopped"))
        }
        return try result.get()
    }

    public func poll(_ attempt: AttemptID) async throws(ExecutorError) -> AttemptState {
        entries.withLock { $0[attempt]?.state ?? .unknown }
    }

    public func cancel(_ attempt: AttemptID) async { entries.withLock { $0[attempt]?.task }?.cancel() }

    public func log(of attempt: AttemptID, from offset: Int) async -> [UInt8] {
        entries.withLock { Array(($0[attempt]?.log ?? []).dropFirst(max(0, offset))) }
    }

    public func change(of attempt: AttemptID) async {
        await withCheckedContinuation { continuation in
            let waits = entries.withLock { entries in
                guard case .running = entries[attempt]?.state else { return false }
                entries[attempt]?.waiting.append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    private func wake(_ attempt: AttemptID) {
        let waiting = entries.withLock { entries in
            defer { entries[attempt]?.waiting = [] }
            return entries[attempt]?.waiting ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    public func attempts(of step: Digest) async -> [AttemptID] {
        entries.withLock { $0.keys.filter { $0.step == step } }.sorted { $0.number < $1.number }
    }

    public func forget(_ step: Digest) async {
        for attempt in await attempts(of: step) {
            await cancel(attempt)
            entries.withLock { entries in
                if case .ended = entries[attempt]?.state { entries[attempt] = nil }
            }
        }
    }
}
