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

@Suite struct ParallelTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func run(
        _ steps: [Step] = TestGraph.steps, in name: String, jobs: Int, settings change: (inout ExecutionSettings) -> Void = { _ in },
        report: @escaping @Sendable (ExecutionEvent) -> Void = { _ in }
    ) async throws -> ExecutionResult {
        var settings = TestGraph.settings(folder: "\(folder.path)/\(name)", worker: TestProgram.worker)
        change(&settings)
        return try await TestGraph.scheduler(folder: "\(folder.path)/\(name)", jobs: jobs, settings: settings).run(steps, known: [:], report: report)
    }

    @Test func `one, two and four workers make the same, twice`() async throws {
        var made: [[Digest: [String: Digest]]] = []
        for jobs in [1, 2, 4] {
            let name = "jobs-\(jobs)"
            made.append(try await run(in: name, jobs: jobs).outputs)
            made.append(try await run(in: name, jobs: jobs).outputs)
        }
        #expect(Set(made).count == 1)
        #expect(made[0].count == TestGraph.steps.count)
    }

    @Test(arguments: ExecutionSettings.Point.allCases, [1, 2]) func `a scheduler killed anywhere leaves what the next one needs`(
        _ point: ExecutionSettings.Point, _ jobs: Int
    ) async throws {
        let straight = try await run(in: "straight", jobs: 1).outputs
        let path = folder.path + "/crashed"
        // Each run gets one point further; the attempts' folders and results carry what was done.
        var crashes = 0
        while true {
            let process = try StockTool.run(TestProgram.worker, ["schedule", path, point.rawValue, "\(jobs)"], in: folder.path)
            if process.status == 0 { break }
            crashes += 1
            if crashes > 2 { break }
        }
        #expect(crashes > 0)
        #expect(try await run(in: "crashed", jobs: jobs).outputs == straight)
        #expect(((try? FileManager.default.contentsOfDirectory(atPath: path + "/attempts")) ?? []).isEmpty)
    }

    @Test func `independent steps run at the same time, within the budget`() async throws {
        let steps = (0..<4).map { TestGraph.step("s\($0)", ["milliseconds": 200, "number": .int(Int64($0))], kind: TestGraph.kind) }
        let state = Mutex((now: 0, most: 0))
        let watch: @Sendable (ExecutionEvent) -> Void = { event in
            state.withLock { state in
                if case .started = event { state.now += 1 }
                if case .finished = event { state.now -= 1 }
                state.most = max(state.most, state.now)
            }
        }
        _ = try await run(steps, in: "cores", jobs: 2, report: watch)
        #expect(state.withLock { $0.most } == 2)
        state.withLock { $0 = (0, 0) }
        let large = (0..<3).map {
            TestGraph.step(
                "l\($0)", ["milliseconds": 50, "number": .int(Int64($0))], kind: TestGraph.kind,
                execution: StepExecution(resources: StepResources(memoryBytes: 3 << 30)))
        }
        _ = try await run(large, in: "memory", jobs: 4, settings: { $0.memoryBytes = 4 << 30 }, report: watch)
        #expect(state.withLock { $0.most } == 1)
    }

    @Test func `what can be tried again is, with pauses that double, and what cannot is not`() async throws {
        let pauses = Mutex<[Double]>([])
        let attempts = Mutex<[String: Int]>([:])
        let policy = RetryPolicy(attempts: 3, backoffSeconds: 0.01, causes: [.exitCode, .timeout])
        let execution = StepExecution(retry: policy)
        let steps = [
            TestGraph.step("once", ["failOnce": .string(folder.path + "/marker")], execution: execution),
            TestGraph.step("always", ["fail": "exitCode"], execution: execution), TestGraph.step("wrong", ["fail": "input"], execution: execution),
            TestGraph.step("never", ["fail": "exitCode"]),
        ]
        let result = try await run(
            steps, in: "retries", jobs: 1,
            report: { event in
                if case .retrying(_, _, _, let pause) = event { pauses.withLock { $0.append(pause) } }
                if case .measured(let step, let usage) = event { attempts.withLock { $0[step.name] = usage.attempts } }
            })
        // What failed used time and memory too.
        #expect(attempts.withLock { $0 } == ["once": 2, "always": 3, "wrong": 1, "never": 1])
        #expect(pauses.withLock { $0 } == [0.01, 0.01, 0.02])
        #expect(result.outputs.keys.map { $0 } == [steps[0].key])
        #expect(result.usage[steps[0].key]?.attempts == 2)
        #expect(result.failures[steps[2].key]?.code == .input)
    }

    @Test func `what failed attempts used counts, whether or not one succeeds in the end`() async throws {
        let execution = StepExecution(retry: RetryPolicy(attempts: 2, backoffSeconds: 0, causes: [.exitCode]))
        let slow: JSONValue = 150
        let steps = [
            TestGraph.step("once", ["failOnce": .string(folder.path + "/again"), "milliseconds": slow], execution: execution),
            TestGraph.step("always", ["fail": "exitCode", "milliseconds": slow], execution: execution),
        ]
        let failed = Mutex<StepUsage?>(nil)
        let result = try await run(
            steps, in: "used", jobs: 1,
            report: { event in if case .measured(let step, let usage) = event, step.name == "always" { failed.withLock { $0 = usage } } })
        let all = [try #require(result.usage[steps[0].key]), try #require(failed.withLock { $0 })]
        #expect(all.map(\.attempts) == [2, 2])
        // One attempt alone takes 150 ms.
        #expect(all.allSatisfy { $0.process.wallSeconds >= 0.3 && $0.process.cpuSeconds > 0 && $0.joules > 0 }, "\(all.map(\.process))")
    }

    @Test func `a lost worker is replaced, and what the lost one still brings is not taken`() async throws {
        let step = TestGraph.step("s", ["dieOnce": .string(folder.path + "/marker")])
        let result = try await run([step], in: "died", jobs: 1)
        #expect(result.outputs[step.key] != nil)
        #expect(result.usage[step.key]?.attempts == 2)

        let late = TestGraph.step("late", ["milliseconds": 200])
        let path = folder.path + "/late"
        let executor = UnsteadyExecutor(ExecutorUnderTest.local(path), folder: path, losing: [1])
        let numbers = Mutex<[Int]>([])
        let scheduler = Scheduler(
            store: FileStore(at: path + "/store"), results: NoStepResults(), threads: 1, settings: TestGraph.settings(folder: path, worker: "")
        ) { _ in executor }
        let again = try await scheduler.run([late], known: [:]) { event in
            if case .retrying(_, let failure, let attempt, _) = event, failure.code == .workerLost { numbers.withLock { $0.append(attempt) } }
        }
        #expect(numbers.withLock { $0 } == [2])
        #expect(again.outputs[late.key] != nil)
        // Those that found their attempt taken, or its folder gone, ended by themselves.
        #expect(executor.extraStatuses().count == 2)
    }

    @Test func `a request to stop ends what runs and keeps what is done`() async throws {
        let steps = [TestGraph.step("quick"), TestGraph.step("slow", ["milliseconds": 60_000])]
        let started = Mutex(false)
        let scheduler = TestGraph.scheduler(
            folder: folder.path + "/stop", jobs: 1, settings: TestGraph.settings(folder: folder.path + "/stop", worker: TestProgram.worker))
        let task = Task {
            try await scheduler.run(steps, known: [:]) { event in
                if case .progressed(let step, _) = event, step.name == "slow" { started.withLock { $0 = true } }
            }
        }
        while !started.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(KeptResults(store: StepResultStore(at: folder.path + "/stop/results")).outputs(of: steps[0].key) != nil)
    }

    @Test func `a step waits for the cleanest hour before its deadline`() async throws {
        func point(_ hour: Int64, _ grams: Double) -> CarbonWindow.Point {
            .init(instant: Instant(secondsSinceEpoch: hour * 3600), gramsPerKilowattHour: grams)
        }
        let series = [point(0, 400), point(2, 100), point(3, 50), point(4, 300)]
        func start(_ from: Int64, _ deadline: Int64) -> Int64 {
            CarbonWindow(deadlineSeconds: deadline, series: series).start(from: Instant(secondsSinceEpoch: from)).secondsSinceEpoch
        }
        #expect(start(0, 3600) == 0)
        #expect(start(0, 2 * 3600) == 2 * 3600)
        #expect(start(0, 9 * 3600) == 3 * 3600)
        #expect(start(3 * 3600 + 100, 9 * 3600) == 3 * 3600 + 100)
        #expect(start(5 * 3600, 9 * 3600) == 5 * 3600)
        #expect(CarbonWindow(deadlineSeconds: 10, series: []).start(from: Instant(secondsSinceEpoch: 7)).secondsSinceEpoch == 7)

        let clock = Mutex<Int64>(0)
        let waits = Mutex<[Int64]>([])
        let step = TestGraph.step(
            "s", kind: TestGraph.kind, execution: StepExecution(carbonWindow: CarbonWindow(deadlineSeconds: 9 * 3600, series: series)))
        let next = TestGraph.step("t", after: [step], kind: TestGraph.kind)
        let other = TestGraph.step("u", kind: TestGraph.kind)
        func look() async throws -> ExecutionResult {
            try await run(
                [step, next, other], in: "carbon", jobs: 1, settings: { $0.now = { Instant(secondsSinceEpoch: clock.withLock { $0 }) } },
                report: { if case .waiting(_, let until) = $0 { waits.withLock { $0.append(until.secondsSinceEpoch) } } })
        }
        let early = try await look()
        #expect(waits.withLock { $0 } == [3 * 3600])
        #expect(early.failures[step.key]?.code == .waiting && early.waiting == [step.key: Instant(secondsSinceEpoch: 3 * 3600)])
        #expect(early.failures[next.key]?.code == .upstream && early.outputs[other.key] != nil)
        clock.withLock { $0 = 3 * 3600 }
        let late = try await look()
        #expect(late.failures.isEmpty && late.outputs[next.key] != nil)
    }

    @Test func `a deadline counts from when a step could first start, over all runs`() async throws {
        @Sendable func at(_ seconds: Int64) -> Instant { Instant(secondsSinceEpoch: seconds) }
        // Ever cleaner: whoever counted anew would wait for ever.
        let series = (0..<100).map { CarbonWindow.Point(instant: at(Int64($0) * 100), gramsPerKilowattHour: Double(100 - $0)) }
        func step(_ name: String) -> Step {
            TestGraph.step(
                name, kind: TestGraph.kind, execution: StepExecution(carbonWindow: CarbonWindow(deadlineSeconds: 250, series: series)))
        }
        /// Until when the step waits; nil if it ran.
        func wait(_ name: String, _ now: Int64) async throws -> Int64? {
            let result = try await run(
                [step(name)], in: "ready", jobs: 1,
                settings: {
                    $0.now = { at(now) }
                    $0.firstReady = NotedInstants(at: folder.path + "/waiting")
                })
            return result.waiting[step(name).key]?.secondsSinceEpoch
        }
        #expect(try await wait("s", 50) == 300)
        #expect(try await wait("s", 199) == 300)
        #expect(try await wait("s", 300) == nil)
        #expect(try await wait("t", 50) == 300)
        #expect(try await wait("t", 1000) == nil)
        // Nothing is left of what ran, and a clock that went back is no deadline.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/waiting").isEmpty)
        #expect(try await wait("u", 5000) == 5200)
        #expect(try await wait("u", 1000) == 1200)
    }
}
