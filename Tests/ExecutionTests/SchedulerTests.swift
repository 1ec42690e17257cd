import Basics
import Execution
import Planning
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct SchedulerTests {
    let folder: TemporaryFolder
    let store: FileStore

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(at: folder.path)
    }

    static let kind = StepKind("echo", version: 1)

    /// Writes its parameters and the digests of its inputs; fails if its parameters say so.
    struct Echo: StepRunner {
        let kind = SchedulerTests.kind
        let log = Log()

        func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
            log.note(work.step.name)
            if work.step.parameters["fail"] != nil { throw StepFailure(.input, "asked to") }
            if work.step.parameters["cancel"] != nil { throw StepFailure(.cancelled, "asked to") }
            let text = work.step.parameters.canonicalText + work.inputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined()
            return ["out": try work.put(Array(text.utf8))]
        }
    }

    final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        func note(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    final class Remembered: StepResults {
        private let known: Mutex<[Digest: [String: Digest]]>
        init(_ known: [Digest: [String: Digest]] = [:]) { self.known = Mutex(known) }
        func outputs(of key: Digest) -> [String: Digest]? { known.withLock { $0[key] } }
        func save(_ outputs: [String: Digest], of key: Digest) { known.withLock { $0[key] = outputs } }
    }

    static func step(_ name: String, _ parameters: [String: JSONValue] = [:], after upstream: [Step] = []) -> Step {
        Step(
            name: name, kind: kind, parameters: .object(parameters.merging(["name": .string(name)]) { first, _ in first }),
            inputs: Dictionary(uniqueKeysWithValues: upstream.map { ($0.name, $0.output("out")) }), outputs: ["out"])
    }

    func run(
        _ steps: [Step], _ echo: Echo = Echo(), results: any StepResults = NoStepResults(), known: [Digest: [String: Digest]] = [:]
    ) async throws -> (result: ExecutionResult, ran: [String]) {
        let result = try await Scheduler(runners: [echo], store: store, results: results, threads: 1).run(steps, known: known) { _ in }
        return (result, echo.log.all)
    }

    @Test func `outputs of one step are the inputs of the next`() async throws {
        let first = Self.step("first")
        let second = Self.step("second", after: [first])
        let (result, ran) = try await run([first, second])
        #expect(ran == ["first", "second"])
        let digest = try #require(result.outputs[first.key]?["out"])
        let text = String(decoding: try store.read(try #require(result.outputs[second.key]?["out"])), as: UTF8.self)
        #expect(text == #"{"name":"second"}first=\#(digest)"#)
    }

    @Test func `a failure stops what depends on it and nothing else`() async throws {
        let broken = Self.step("broken", ["fail": true])
        let after = Self.step("after", after: [broken])
        let later = Self.step("later", after: [after])
        let other = Self.step("other")
        let (result, ran) = try await run([broken, after, later, other])
        #expect(ran == ["broken", "other"])
        #expect(Set(result.failures.keys) == [broken.key, after.key, later.key])
        #expect(Set(result.outputs.keys) == [other.key])
        #expect(result.failures[broken.key]?.code == .input)
        #expect(result.failures[later.key] == StepFailure(.upstream, "a step that it needs failed: asked to"))
    }

    @Test func `a remembered result counts while its bytes are there`() async throws {
        let step = Self.step("step")
        let results = Remembered()
        #expect(try await run([step], results: results).ran == ["step"])
        #expect(try await run([step], results: results).ran == [])
        let gone = Remembered([step.key: ["out": Digest.of("never stored")]])
        #expect(try await run([step], results: gone).ran == ["step"])
        let other = Remembered([step.key: ["else": try store.put(Array("x".utf8))]])
        #expect(try await run([step], results: other).ran == ["step"])
    }

    @Test func `what the ledger vouches for must come out again`() async throws {
        let step = Self.step("step")
        let (first, _) = try await run([step])
        let recorded = try #require(first.outputs[step.key])
        #expect(try await run([step], known: [step.key: recorded]).result.failures.isEmpty)
        let (second, _) = try await run([step], known: [step.key: ["out": Digest.of("something else")]])
        #expect(second.failures[step.key]?.code == .notReproducible)
        #expect(second.outputs[step.key] == nil)
    }

    @Test func `a step that nobody knows how to run fails`() async throws {
        let step = Step(name: "s", kind: StepKind("unknown", version: 1), parameters: [:], inputs: [:], outputs: ["out"])
        #expect(try await run([step]).result.failures[step.key]?.code == .input)
        let newer = Step(name: "s", kind: StepKind("echo", version: 2), parameters: [:], inputs: [:], outputs: ["out"])
        #expect(try await run([newer]).result.failures[newer.key]?.code == .input)
    }

    @Test func `a request to stop ends the run between steps and keeps what is done`() async throws {
        let results = Remembered()
        let first = Self.step("first")
        let second = Self.step("second", ["cancel": true])
        await #expect(throws: CancellationError.self) { _ = try await run([first, second, Self.step("third")], results: results) }
        #expect(results.outputs(of: first.key) != nil)
        let scheduler = Scheduler(runners: [Echo()], store: store, results: results, threads: 1)
        let task = Task {
            unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
            return try await scheduler.run([Self.step("other")], known: [:]) { _ in }
        }
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }

    @Test func `who looks again and again lets a step rest that failed by itself, longer each time`() async throws {
        var settings = ExecutionSettings()
        settings.resting = RestingFailures()
        let seconds = Mutex<Int64>(0)
        settings.now = { Instant(secondsSinceEpoch: seconds.withLock { $0 }) }
        let echo = Echo()
        let steps = [Self.step("bad", ["fail": 1]), Self.step("good")]
        func runs(at time: Int64, _ steps: [Step]) async throws -> Int {
            seconds.withLock { $0 = time }
            let before = echo.log.all.count { $0 == steps[0].name }
            let result = try await Scheduler(runners: [echo], store: store, results: NoStepResults(), threads: 1, settings: settings)
                .run(steps, known: [:]) { _ in }
            #expect(result.failures[steps[0].key]?.message == "asked to" && result.outputs[steps[1].key] != nil)
            return echo.log.all.count { $0 == steps[0].name } - before
        }
        var found: [Int] = []
        for time: Int64 in [0, 59, 60, 179, 180, 419, 420, 899, 900, 100_000, 200_000, 203_599, 203_600] {
            found.append(try await runs(at: time, steps))
        }
        #expect(found == [1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1])
        // Other parameters are another step.
        #expect(try await runs(at: 203_601, [Self.step("bad", ["fail": 2]), steps[1]]) == 1)
        // So is one that may use more, which no key tells apart.
        for execution in [
            StepExecution(timeoutSeconds: 60), StepExecution(timeoutSeconds: 120), StepExecution(resources: StepResources(memoryBytes: 1 << 20)),
            StepExecution(retry: RetryPolicy(attempts: 5)),
        ] {
            let bad = Step(
                name: "bad", kind: Self.kind, parameters: steps[0].parameters, inputs: [:], outputs: steps[0].outputs, execution: execution)
            try #require(bad.key == steps[0].key)
            #expect(try await runs(at: 203_602, [bad, steps[1]]) == 1)
            #expect(try await runs(at: 203_603, [bad, steps[1]]) == 0)
        }
    }
}
