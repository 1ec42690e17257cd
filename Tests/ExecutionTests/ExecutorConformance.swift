import Basics
import Execution
import Foundation
import Planning
import Sandbox
import Storage
import Synchronization
import TestSupport
import TestWorker
import Testing

/// An executor under test, with what its attempts read and write.
struct ExecutorUnderTest: Sendable, CustomTestStringConvertible {
    let name: String
    /// A second one made on the same folder knows what the first one did.
    let survives: Bool
    let make: @Sendable (_ folder: String) -> any Executor

    var testDescription: String { name }

    static let all: [ExecutorUnderTest] = [
        ExecutorUnderTest(name: "in process", survives: false) { folder in
            InProcessExecutor(runners: TestGraph.runners, store: FileStore(at: folder + "/store"))
        },
        ExecutorUnderTest(name: "worker processes", survives: true) { local($0) },
        ExecutorUnderTest(name: "worker processes that deliver late and twice", survives: true) {
            UnsteadyExecutor(local($0), folder: $0, losing: [])
        },
    ]

    static func local(_ folder: String) -> LocalExecutor {
        let settings = TestGraph.settings(folder: folder, worker: TestProgram.worker)
        return LocalExecutor(
            root: folder + "/attempts", command: settings.workers?.command ?? [], seals: .init { secret(of: $0) }, cancel: 300)
    }

    static func secret(of attempt: AttemptID) -> [UInt8] { Digest.of("a test's secret \(attempt)").bytes }
}

/// What every executor must do.
@Suite struct ExecutorConformance {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func job(_ step: Step, _ number: Int = 1) -> Job {
        Job(
            attempt: AttemptID(step: step.key, number: number), step: step, inputs: [:], threads: 1, store: folder.path + "/store",
            sandbox: .required)
    }

    /// Polls until it has ended or is lost; fails the test after half an hour, which only what hangs takes: all tests share two threads, and on a busy machine
    /// each lasts as long as the suite.
    func end(_ executor: any Executor, _ attempt: AttemptID) async throws -> AttemptState {
        let deadline = ContinuousClock.now + .seconds(1800)
        while ContinuousClock.now < deadline {
            let state = try await executor.poll(attempt)
            switch state {
            case .ended, .lost: return state
            default: await executor.change(of: attempt)
            }
        }
        Issue.record("attempt \(attempt) did not end")
        return .unknown
    }

    func outputs(_ state: AttemptState) -> [String: Digest]? {
        if case .ended(let result) = state, case .outputs(let outputs) = result.value { outputs } else { nil }
    }

    func failure(_ state: AttemptState) -> StepFailure? {
        if case .ended(let result) = state, case .failure(let failure) = result.value { failure } else { nil }
    }

    @Test(arguments: ExecutorUnderTest.all) func `an attempt ends with its outputs in the store, and stays ended`(_ tested: ExecutorUnderTest)
        async throws
    {
        let executor = tested.make(folder.path)
        let step = TestGraph.step("s", ["say": "once", "milliseconds": 100])
        let job = job(step)
        #expect(try await executor.poll(job.attempt) == .unknown)
        try await executor.submit(job)
        let state = try await end(executor, job.attempt)
        let made = try #require(outputs(state)?["out"])
        #expect(
            String(decoding: try FileStore(at: folder.path + "/store").read(made), as: UTF8.self)
                == #"out\#n{"milliseconds":100,"name":"s","say":"once"}"#)
        #expect(try await executor.poll(job.attempt) == state)
        if case .ended(let result) = state { #expect(result.usage != nil) }
        // Submitting it again starts nothing anew.
        try await executor.submit(job)
        #expect(try await executor.poll(job.attempt) == state)
        // Whoever started workers for it, and however many: one of them did it.
        #expect(String(decoding: await executor.log(of: job.attempt, from: 0), as: UTF8.self) == "once")
        #expect(await executor.attempts(of: step.key) == [job.attempt])
    }

    @Test(arguments: ExecutorUnderTest.all) func `a step's own failure is told from a lost worker`(_ tested: ExecutorUnderTest) async throws {
        let executor = tested.make(folder.path)
        let job = job(TestGraph.step("s", ["fail": "exitCode", "say": "last words"]))
        try await executor.submit(job)
        #expect(failure(try await end(executor, job.attempt)) == StepFailure(.exitCode, "asked to"))
        #expect(String(decoding: await executor.log(of: job.attempt, from: 0), as: UTF8.self) == "last words")
        #expect(String(decoding: await executor.log(of: job.attempt, from: 5), as: UTF8.self) == "words")
        #expect(await executor.log(of: AttemptID(step: job.attempt.step, number: 9), from: 0) == [])
    }

    @Test(arguments: ExecutorUnderTest.all) func `it runs what it can and says what it cannot`(_ tested: ExecutorUnderTest) async throws {
        let executor = tested.make(folder.path)
        let job = job(Step(name: "s", kind: StepKind("unheard-of", version: 1), parameters: [:], inputs: [:], outputs: ["out"]))
        try await executor.submit(job)
        #expect(failure(try await end(executor, job.attempt))?.code == .input)
    }

    @Test(arguments: ExecutorUnderTest.all) func `a cancelled attempt ends soon`(_ tested: ExecutorUnderTest) async throws {
        let executor = tested.make(folder.path)
        let job = job(TestGraph.step("s", ["milliseconds": 3_600_000]))
        try await executor.submit(job)
        while case .queued = try await executor.poll(job.attempt) { await executor.change(of: job.attempt) }
        // Left alone it would take an hour.
        await executor.cancel(job.attempt)
        let state = try await end(executor, job.attempt)
        #expect(failure(state)?.code == .cancelled, "\(state)")
    }

    @Test(arguments: ExecutorUnderTest.all) func `attempts at one step are apart, and forgotten together`(_ tested: ExecutorUnderTest) async throws {
        let executor = tested.make(folder.path)
        let step = TestGraph.step("s")
        for number in [1, 2] { try await executor.submit(job(step, number)) }
        for number in [1, 2] { _ = try await end(executor, AttemptID(step: step.key, number: number)) }
        #expect(await executor.attempts(of: step.key).map(\.number) == [1, 2])
        await executor.forget(step.key)
        #expect(await executor.attempts(of: step.key) == [])
        #expect(try await executor.poll(AttemptID(step: step.key, number: 1)) == .unknown)
    }

    @Test(arguments: ExecutorUnderTest.all.filter(\.survives)) func `another executor finds what one began`(_ tested: ExecutorUnderTest) async throws
    {
        let job = job(TestGraph.step("s", ["milliseconds": 300]))
        let first = tested.make(folder.path)
        try await first.submit(job)
        // Until a worker has taken the attempt, who comes anew cannot tell it from a lost one.
        while case .queued = try await first.poll(job.attempt) { await first.change(of: job.attempt) }
        let second = tested.make(folder.path)
        #expect(await second.attempts(of: job.attempt.step) == [job.attempt])
        #expect(outputs(try await end(second, job.attempt)) != nil)
    }

    @Test(arguments: Worker.Point.allCases) func `a worker killed anywhere is lost or has ended, never half`(_ point: Worker.Point) async throws {
        let executor = LocalExecutor(
            root: folder.path + "/attempts", command: ["/usr/bin/env", "PROVISO_TEST_CRASH=\(point.rawValue)", TestProgram.worker, "worker"],
            seals: .init { Digest.of("\($0)").bytes })
        let job = job(TestGraph.step("s"))
        try await executor.submit(job)
        let state = try await end(executor, job.attempt)
        if point == .committed { #expect(outputs(state) != nil) } else { #expect(outputs(state) == nil && failure(state) == nil) }
    }

    @Test func `a result that no worker of ours sealed does not count`() async throws {
        let job = job(TestGraph.step("s"))
        let honest = ExecutorUnderTest.local(folder.path)
        try await honest.submit(job)
        _ = try await end(honest, job.attempt)
        let path = "\(folder.path)/attempts/\(job.attempt)/ended/result.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let forged = text.replacingOccurrences(of: "\"out\":\"sha256:", with: "\"out\":\"sha256:00").replacingOccurrences(
            of: "00", with: "00", options: [], range: nil)
        try forged.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(outputs(try await honest.poll(job.attempt)) == nil)
        let stranger = LocalExecutor(root: folder.path + "/attempts", command: [], seals: .init { _ in [1, 2, 3] })
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(outputs(try await stranger.poll(job.attempt)) == nil)
        #expect(outputs(try await honest.poll(job.attempt)) != nil)
    }

    @Test func `a job file is canonical and read back as what it was`() throws {
        let step = TestGraph.step(
            "s", after: [TestGraph.step("t")],
            execution: StepExecution(resources: StepResources(cpus: 2, memoryBytes: 1 << 20, processes: 3, fileBytes: 4), timeoutSeconds: 5))
        let job = Job(
            attempt: AttemptID(step: step.key, number: 2), step: step, inputs: ["t": Digest.of("x")], threads: 2, store: "/s",
            sandbox: SandboxPolicy(allowsUnconfined: true, readOnlyPaths: ["/opt/x"]))
        let read = try #require(Job(json: try JSONValue(parsing: job.json.canonicalBytes)))
        #expect(read.json.canonicalBytes == job.json.canonicalBytes)
        #expect(read.step.execution == step.execution)
        var members = job.json.objectValue ?? [:]
        members["inputs"] = [:]
        #expect(Job(json: .object(members)) == nil)
        var other = job.json["step"]?.objectValue ?? [:]
        other["parameters"] = ["name": "another"]
        members = job.json.objectValue ?? [:]
        members["step"] = .object(other)
        #expect(Job(json: .object(members)) == nil)
    }

    @Test func `a job file that was changed is told from one of another version, and from what is no job`() async throws {
        let folder = try TemporaryFolder()
        let step = TestGraph.step("s")
        let job = Job(attempt: AttemptID(step: step.key, number: 1), step: step, inputs: [:], threads: 1, store: "/s", sandbox: .required)
        let path = "\(folder.path)/\(job.attempt)/job.json"
        try FileManager.default.createDirectory(atPath: String(path.dropLast(9)), withIntermediateDirectories: true)
        func objection(_ bytes: [UInt8]) async throws -> String {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do {
                try await Worker(runners: []).run(jobAt: path, secret: []) { false }
                return ""
            } catch {
                return "\(error)"
            }
        }
        func changed(_ name: String, _ value: JSONValue) -> [UInt8] {
            JSONValue.object((job.json.objectValue ?? [:]).merging([name: value]) { $1 }).canonicalBytes
        }
        let other = JSONValue.object((job.json["step"]?.objectValue ?? [:]).merging(["parameters": ["name": "another"]]) { $1 })
        let told = try await objection(changed("step", other))
        #expect(told.contains("it names \(step.key): it was changed after it was written"), "\(told)")
        #expect(try await objection(changed("apiVersion", "proviso.dev/v9")).contains("not of kind Job and apiVersion proviso.dev/v1alpha1"))
        #expect(try await objection(changed("threads", 0)).contains("lacks fields"))
        #expect(try await objection(Array("hello".utf8)).contains("is no job: it is not JSON"))
    }
}

/// Loses the workers of some attempts, starts two workers on each, and tells of ends late.
final class UnsteadyExecutor: Executor {
    let inner: LocalExecutor
    /// Numbers of attempts that it says are lost while they go on.
    let losing: Set<Int>
    private let looks = Mutex<[AttemptID: Int]>([:])

    /// Workers that were started beside those of `inner`.
    private let extra = Mutex<[Process]>([])
    private let root: String

    init(_ inner: LocalExecutor, folder: String, losing: Set<Int>) {
        self.inner = inner
        root = folder + "/attempts"
        self.losing = losing
    }

    func submit(_ job: Job) async throws(ExecutorError) {
        let isNew = try await inner.poll(job.attempt) == .unknown
        try await inner.submit(job)
        guard isNew else { return }
        // A second worker on the same attempt, with the same secret: it finds it taken, or ended, or does it before the first one.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: TestProgram.worker)
        process.arguments = ["worker", "\(root)/\(job.attempt)/job.json"]
        let input = Pipe()
        process.standardInput = input
        do {
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data(ExecutorUnderTest.secret(of: job.attempt)))
            try input.fileHandleForWriting.close()
        } catch {
            throw ExecutorError("\(error)")
        }
        extra.withLock { $0.append(process) }
    }

    /// How the second workers ended, once they have.
    func extraStatuses() -> [Int32] {
        extra.withLock { $0 }.map { process in
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    func poll(_ attempt: AttemptID) async throws(ExecutorError) -> AttemptState {
        let state = try await inner.poll(attempt)
        if state == .unknown { return state }
        if losing.contains(attempt.number) { return .lost("the test loses it") }
        let count = looks.withLock { looks in
            looks[attempt, default: 0] += 1
            return looks[attempt, default: 0]
        }
        if case .ended = state, count < 3 { return .running(fraction: 0.9) }
        return state
    }

    /// A lost worker cannot be reached.
    func cancel(_ attempt: AttemptID) async { if !losing.contains(attempt.number) { await inner.cancel(attempt) } }
    func log(of attempt: AttemptID, from offset: Int) async -> [UInt8] { await inner.log(of: attempt, from: offset) }
    func change(of attempt: AttemptID) async {
        if looks.withLock({ $0[attempt] ?? 0 }) < 3 { try? await Task.sleep(for: .milliseconds(5)) } else { await inner.change(of: attempt) }
    }
    func attempts(of step: Digest) async -> [AttemptID] { await inner.attempts(of: step) }
    func forget(_ step: Digest) async { await inner.forget(step) }
}
