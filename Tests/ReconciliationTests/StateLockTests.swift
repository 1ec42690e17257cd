import Basics
import Foundation
import Synchronization
import TestSupport
import TestWorld
import Testing

@testable import Reconciliation

/// Of two runs in one state folder the second would take up, and end, what the first one's workers do.
@Suite struct StateLockTests {
    private final class Told: Sendable {
        private let lines = Mutex<[String]>([])
        var count: Int { lines.withLock { $0.count } }
        var first: String? { lines.withLock { $0.first } }
        func note(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// Runs while somebody has the folder, says that it waits, and goes on when the folder is free.
    private func waits(for folder: String, _ run: @escaping @Sendable (Told) async throws -> Void) async throws {
        var lock: StateLock? = try await StateLock.take(folder) { _ in }
        let told = Told()
        let ended = Mutex(false)
        let task = Task {
            try await run(told)
            ended.withLock { $0 = true }
        }
        while told.count == 0, !ended.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
        #expect(told.first == "waits for another run in \(folder)")
        try await Task.sleep(for: .milliseconds(300))
        #expect(told.count == 1 && !ended.withLock { $0 })
        withExtendedLifetime(lock) {}
        lock = nil
        try await task.value
    }

    @Test func `pipeline run waits for another one in its folder`() async throws {
        let template = TestFiles.root.appendingPathComponent("repo-template").path
        let scratch = try TemporaryFolder()
        try await waits(for: scratch.path + "/state") { told in
            var options = PipelineRun.Options(folder: template, pipeline: "regions", state: scratch.path + "/state")
            options.operation.tell = told.note
            let report = try await PipelineRun(options: options, clock: FixedClock()).run()
            #expect(report.isWhole)
        }
    }

    @Test func `what pipeline run does is of the files as they are when its turn comes`() async throws {
        let scratch = try TemporaryFolder()
        let folder = URL(fileURLWithPath: scratch.path + "/tree")
        for name in ["pipelines", "data"] {
            try FileManager.default.createDirectory(at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        @Sendable func write(_ word: String) throws {
            let text = World.pipeline(
                """
                - name: made
                  run: {command: [sh, -c, "cat f.txt > o.txt; echo \(word) >> o.txt"], inputs: {f: {path: data/f.txt, as: f.txt}}, outputs: {o: o.txt}}
                """)
            try Data(text.utf8).write(to: folder.appendingPathComponent("pipelines/p.yaml"))
            try Data("\(word) in a file\n".utf8).write(to: folder.appendingPathComponent("data/f.txt"))
        }
        try write("one")
        try await waits(for: scratch.path + "/state") { told in
            var options = PipelineRun.Options(folder: folder.path, pipeline: "p", state: scratch.path + "/state")
            options.operation.tell = { line in
                told.note(line)
                try? write("three")
            }
            options.output = scratch.path + "/out"
            let report = try await PipelineRun(options: options, clock: FixedClock()).run()
            #expect(report.isWhole, "\(report.stages)")
        }
        let made = FileManager.default.contents(atPath: scratch.path + "/out/made/o.txt").map { String(decoding: $0, as: UTF8.self) }
        #expect(made == "three in a file\nthree\n")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/sys/kernel/uevent_seqnum"))) func `a folder that cannot be written can be locked`()
        async throws
    {
        _ = try await StateLock.take("/sys/kernel", named: "uevent_seqnum") { _ in }
    }

    @Test func `a plan waits for who moves the mirror, and for nobody's work`() async throws {
        let world = try World()
        let options = world.reconcilerOptions()
        let clock = world.clock
        let work = try await StateLock.take(options.stateFolder) { _ in }
        _ = try await Reconciler(options: options, clock: clock).plan()
        withExtendedLifetime(work) {}
        try world.commit(["data/other.csv": "a\n"], by: World.alice)
        var mirror: StateLock? = try await StateLock.ofMirror(in: options.stateFolder)
        let ended = Mutex(false)
        let task = Task {
            _ = try await Reconciler(options: options, clock: clock).plan()
            ended.withLock { $0 = true }
        }
        try await Task.sleep(for: .seconds(2))
        #expect(!ended.withLock { $0 })
        withExtendedLifetime(mirror) {}
        mirror = nil
        try await task.value
    }

    @Test func `a reconciler waits for another one in its folder, and stops waiting when it is told to`() async throws {
        let world = try World()
        var options = world.reconcilerOptions()
        let clock = world.clock
        try await waits(for: options.stateFolder) { [options] told in
            var options = options
            options.operation.tell = told.note
            let report = try await Reconciler(options: options, clock: clock).run()
            #expect(report.added.count == 1)
        }
        let lock = try await StateLock.take(options.stateFolder) { _ in }
        let told = Told()
        options.operation.tell = told.note
        let task = Task { [options] in try await Reconciler(options: options, clock: clock).run() }
        while told.count == 0 { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        withExtendedLifetime(lock) {}
    }
}
