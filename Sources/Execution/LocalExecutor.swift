public import Basics
internal import Foundation
internal import Planning
internal import Sandbox
internal import Synchronization

/// Runs each attempt in a worker process of this machine. What it knows lies in the attempts' folders, so that another one finds it after a crash.
public final class LocalExecutor: Executor {
    /// What results are sealed with: only a worker that was told the secret can end an attempt, whoever else can write to its folder.
    public struct Seals: Sendable {
        /// 32 bytes for an attempt. After a crash the same ones, if results from before it are to count.
        public let secret: @Sendable (AttemptID) -> [UInt8]
        public init(secret: @escaping @Sendable (AttemptID) -> [UInt8]) { self.secret = secret }
    }

    private struct Child {
        let process: Int32
        var isRunning = true
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let root: String
    private let command: [String]
    private let seals: Seals
    private let children = Mutex<[AttemptID: Child]>([:])
    /// Attempts that this executor was asked to end.
    private let cancelled = Mutex<Set<AttemptID>>([])
    /// Seconds after which an attempt of another executor's is looked at again, and a cancelled one is killed.
    private let patience: (look: Double, cancel: Double)

    /// - Parameters:
    ///   - root: the folder of all attempts.
    ///   - command: starts a worker when a job file's path is put behind it; the first word is an absolute path.
    public init(root: String, command: [String], seals: Seals, look: Double = 0.1, cancel: Double = 10) {
        self.root = root
        self.command = command
        self.seals = seals
        patience = (look, cancel)
    }

    public func submit(_ job: Job) async throws(ExecutorError) {
        let folder = AttemptFolder(root: root, attempt: job.attempt)
        if folder.exists { return }
        do {
            try folder.write(job)
        } catch {
            throw ExecutorError("cannot write the job of step '\(job.step.name)': \(error)")
        }
        let id = job.attempt
        do throws(SandboxError) {
            // Entered before its end can be told.
            try children.withLock { (children) throws(SandboxError) in
                let process = try WorkerProcess(
                    arguments: command + [folder.job], environment: ProcessInfo.processInfo.environment, input: seals.secret(id),
                    errors: folder.path + "/errors"
                ) { self.ended(id) }
                children[id] = Child(process: process.identifier)
            }
        } catch {
            throw ExecutorError("\(error)")
        }
    }

    private func ended(_ attempt: AttemptID) {
        let waiting = children.withLock { children in
            children[attempt]?.isRunning = false
            defer { children[attempt]?.waiting = [] }
            return children[attempt]?.waiting ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    public func poll(_ attempt: AttemptID) async throws(ExecutorError) -> AttemptState {
        let folder = AttemptFolder(root: root, attempt: attempt)
        // Asked before the folder is looked at: a worker that has ended by now has said all it will.
        let isOurs = children.withLock { $0[attempt]?.isRunning ?? false }
        let isHeld = folder.holder != nil
        if let result = folder.result(seal: seals.secret(attempt)) {
            // Stopped, and not by us: that says as little of the step as a worker that is killed.
            if case .failure(let failure) = result.value, failure.code == .cancelled, !cancelled.withLock({ $0.contains(attempt) }) {
                return .lost("its worker was stopped by somebody else")
            }
            return .ended(result)
        }
        guard folder.exists else { return .unknown }
        if isHeld { return .running(fraction: folder.fraction) }
        if isOurs { return .queued }
        let words = FileManager.default.contents(atPath: folder.path + "/errors").map { String(decoding: $0.suffix(400), as: UTF8.self) } ?? ""
        return .lost("the worker process is gone\(words.isEmpty ? "" : ": \(words.trimmingCharacters(in: .whitespacesAndNewlines))")")
    }

    public func cancel(_ attempt: AttemptID) async {
        let folder = AttemptFolder(root: root, attempt: attempt)
        _ = cancelled.withLock { $0.insert(attempt) }
        let deadline = ContinuousClock.now + .seconds(patience.cancel)
        // A process each: one may die of the signal before it has taken the attempt, and another then takes it.
        var asked: Set<Int32> = []
        while let process = folder.holder ?? children.withLock({ $0[attempt].flatMap { $0.isRunning ? $0.process : nil } }) {
            let isLate = ContinuousClock.now > deadline
            if asked.insert(process).inserted || isLate { WorkerProcess.end(process, force: isLate) }
            // Must go on though the task that asks for it is itself being cancelled.
            await withCheckedContinuation { continuation in
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(20)) { continuation.resume() }
            }
        }
    }

    public func log(of attempt: AttemptID, from offset: Int) async -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: AttemptFolder(root: root, attempt: attempt).log) else { return [] }
        defer { try? file.close() }
        do {
            try file.seek(toOffset: UInt64(max(0, offset)))
            return Array(try file.readToEnd() ?? Data())
        } catch {
            return []
        }
    }

    public func change(of attempt: AttemptID) async {
        let isOurs = children.withLock { $0[attempt]?.isRunning ?? false }
        guard isOurs else {
            try? await Task.sleep(for: .seconds(patience.look))  // A cancelled wait is a short one.
            return
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withTaskCancellationHandler {
                    await withCheckedContinuation { continuation in
                        let waits = self.children.withLock { children in
                            guard children[attempt]?.isRunning == true, !Task.isCancelled else { return false }
                            children[attempt]?.waiting.append(continuation)
                            return true
                        }
                        if !waits { continuation.resume() }
                    }
                } onCancel: {
                    self.wake(attempt)
                }
            }
            group.addTask { try? await Task.sleep(for: .seconds(1)) }  // Progress is looked at now and then.
            await group.next()
            group.cancelAll()
        }
    }

    private func wake(_ attempt: AttemptID) {
        let waiting = children.withLock { children in
            defer { children[attempt]?.waiting = [] }
            return children[attempt]?.waiting ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    public func attempts(of step: Digest) async -> [AttemptID] {
        AttemptFolder.numbers(root: root, step: step).map { AttemptID(step: step, number: $0) }
    }

    public func forget(_ step: Digest) async {
        for attempt in await attempts(of: step) { await cancel(attempt) }
        WorkFolder("\(root)/\(step.hex)").remove()
    }
}
