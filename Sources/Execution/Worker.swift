internal import Basics
internal import Foundation
internal import Planning
internal import Sandbox
internal import Storage
internal import Synchronization

/// What the process that `proviso worker JOB` starts does: one attempt, from its job file to its committed result.
public struct Worker: Sendable {
    /// The places at which a worker may be killed without harm. Tests kill it at each.
    public enum Point: String, CaseIterable, Sendable { case taken, ran, committed }

    let runners: [StepKind: any StepRunner]
    let reach: @Sendable (Point) -> Void

    public init(runners: [any StepRunner], reach: @escaping @Sendable (Point) -> Void = { _ in }) {
        self.runners = Dictionary(runners.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        self.reach = reach
    }

    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The file is not a job, or does not lie where its attempt belongs.
        case noJob(String)
        case environment(String)

        public var description: String {
            switch self {
            case .noJob(let text), .environment(let text): text
            }
        }
    }

    /// - Parameters:
    ///   - path: of the job file.
    ///   - secret: what the result is sealed with, so that whoever submitted the job knows it for this worker's.
    /// - Returns: when the result is committed, or another worker has the attempt.
    public func run(jobAt path: String, secret: [UInt8], isCancelled: @escaping @Sendable () -> Bool) async throws(Failure) {
        guard let data = FileManager.default.contents(atPath: path) else { throw .noJob("cannot read the job \(path)") }
        guard let json = try? JSONValue(parsing: Array(data)) else { throw .noJob("\(path) is no job: it is not JSON") }
        guard let job = Job(json: json) else { throw .noJob("\(path) is no job: \(Job.objection(to: json))") }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = AttemptFolder(root: parts.dropLast(3).joined(separator: "/"), attempt: job.attempt)
        guard folder.job == path else { throw .noJob("the job \(path) does not lie in the folder of its attempt, …/\(job.attempt)/job.json") }
        guard let lock = folder.take() else { return }
        defer { close(lock) }
        if folder.hasEnded { return }
        reach(.taken)
        WorkFolder(folder.scratch).remove()
        let result = await result(job, folder, isCancelled)
        WorkFolder(folder.scratch).remove()
        reach(.ran)
        do {
            try folder.commit(result, seal: secret)
        } catch {
            throw .environment("\(error)")
        }
        reach(.committed)
    }

    private func result(_ job: Job, _ folder: AttemptFolder, _ isCancelled: @escaping @Sendable () -> Bool) async -> AttemptResult {
        guard let runner = runners[job.step.kind] else {
            return AttemptResult(.failure(StepFailure(.input, "this engine has no step of kind \(job.step.kind)")))
        }
        let log = AppendedFile(folder.log)
        let measured = Mutex<(usage: ProcessUsage?, enforcement: [String: String])>((nil, [:]))
        var surroundings = StepSurroundings()
        surroundings.scratch = folder.scratch
        surroundings.sandbox = job.sandbox
        surroundings.isCancelled = isCancelled
        surroundings.log = { log.append($0) }
        surroundings.measured = { usage, enforcement in measured.withLock { $0 = (usage, enforcement) } }
        let meter = ProcessMeter()
        let running = meter.begin()
        let noted = Mutex(0.0)
        let work = StepWork(
            step: job.step, inputs: job.inputs, store: FileStore(at: job.store), threads: job.threads, surroundings: surroundings
        ) { fraction in
            let isNews = noted.withLock { last in
                guard fraction - last >= 0.01 else { return false }
                last = fraction
                return true
            }
            if isNews { folder.note(fraction: fraction) }
        }
        let value: AttemptResult.Value
        do throws(StepFailure) {
            let outputs = try await runner.run(work)
            precondition(Set(outputs.keys) == Set(job.step.outputs), "step \(job.step.name) made \(outputs.keys.sorted()), not \(job.step.outputs)")
            value = .outputs(outputs)
        } catch {
            value = .failure(error)
        }
        let own = meter.end(running)
        let (usage, enforcement) = measured.withLock { $0 }
        return AttemptResult(value, usage: usage ?? own, enforcement: enforcement)
    }
}

/// A file that grows.
private final class AppendedFile: Sendable {
    private let descriptor: Int32

    init(_ path: String) { descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
    deinit { if descriptor >= 0 { close(descriptor) } }

    func append(_ bytes: [UInt8]) {
        guard descriptor >= 0 else { return }
        // The log that counts is an output of the step; this one is for whoever looks on.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}
