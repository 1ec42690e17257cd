import Attestations
import Basics
import Diagnostics
import Execution
import Foundation
import Git
import Planning
import Reconciliation
import Synchronization
import TestSupport
import TestWorld
import Testing

/// A pipeline with a program, a matrix, a join and scores, whose table a model is trained on: killed at every named point, and run again.
@Suite struct PipelineCrashTests {
    private static var files: [String: String] {
        var files = PipelineTests.files
        files["pipelines/p.yaml"] =
            PipelineTests.pipeline + """
                    - name: count
                      matrix: {word: [a, b]}
                      run:
                        command: [bash, -c, "(echo g,n; echo ${matrix.word},$(grep -c ',${matrix.word},' d.csv)) > n.csv"]
                        inputs: {table: {path: data/d.csv, as: d.csv}}
                        outputs: {n: n.csv}
                    - name: joined
                      matrix: {word: [a, b]}
                      join: {left: more, right: "count@${matrix.word}", on: [g], how: inner}
                    - {name: fit, train: {model: m}}
                    - {name: scored, score: {model: fit, input: joined@a, keep: [x]}}

                """
        return files
    }

    /// What an undisturbed reconcile by one worker leaves.
    private static let undisturbed = Task {
        let world = try World(files: files)
        let report = try await world.reconcile()
        #expect(report.outcome == .pass, "\(report.verdicts.flatMap(\.findings).map(\.message)) \(report.diagnostics.map(\.message))")
        #expect(report.plan.subjects.flatMap(\.steps).count { $0.step.name.hasPrefix("joined@") || $0.step.name == "scored" } == 3)
        return try world.ledgerTip
    }

    /// Runs again what was killed, and compares.
    private static func goOn(_ crashed: World, threads: Int) async throws {
        let expected = try await undisturbed.value
        try await crashed.reconcile(threads: threads)
        #expect(try expected != nil && crashed.ledgerTip == expected)
        let again = try await crashed.reconcile(threads: threads)
        #expect(again.added.isEmpty && again.plan.stepsToRun.isEmpty && again.notices.isEmpty)
    }

    @Test(arguments: Checkpoint.allCases, [1, 2, 4]) func `killed anywhere and run again, it leaves what an undisturbed one leaves`(
        _ checkpoint: Checkpoint, _ threads: Int
    ) async throws {
        let crashed = try World(files: Self.files)
        let (path, name) = (crashed.folder.path, checkpoint.rawValue)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, name = name as String, threads = threads as Int] in
            let checkpoints = Checkpoints { reached in if reached.rawValue == name { kill(getpid(), SIGKILL) } }
            try await World.reconcile(folder: path, threads: threads, checkpoints: checkpoints)
        }
        try await Self.goOn(crashed, threads: threads)
    }

    @Test(arguments: ExecutionSettings.Point.allCases, [1, 2, 4]) func `so does one that is killed while it dispatches to workers`(
        _ point: ExecutionSettings.Point, _ threads: Int
    ) async throws {
        let crashed = try World(files: Self.files)
        let (path, name, program) = (crashed.folder.path, point.rawValue, TestProgram.worker)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, name = name as String, program = program as String, threads = threads as Int] in
            try await World.reconcile(folder: path, threads: threads) { options in
                options.operation.worker = [program, "engine"]
                options.operation.reach = { reached in if reached.rawValue == name { kill(getpid(), SIGKILL) } }
            }
        }
        try await Self.goOn(crashed, threads: threads)
    }

    @Test(arguments: Worker.Point.allCases, [1, 2, 4]) func `so does one whose workers are killed`(_ point: Worker.Point, _ threads: Int) async throws
    {
        let world = try World(files: Self.files)
        var options = world.reconcilerOptions(threads: threads)
        options.operation.worker = ["/usr/bin/env", "PROVISO_TEST_CRASH=\(point.rawValue)", TestProgram.worker, "engine"]
        let lost = Mutex(0)
        let report = try await Reconciler(options: options, clock: world.clock).run { event in
            if case .retrying(_, let failure, _, _) = event, failure.code == .workerLost { lost.withLock { $0 += 1 } }
        }
        #expect(report.outcome == .pass, "\(report.verdicts.flatMap(\.findings).map(\.message))")
        // A worker that has committed its result is not missed.
        #expect(lost.withLock { $0 } == (point == .committed ? 0 : 2))
        try await Self.goOn(world, threads: threads)
    }

    @Test(arguments: [2, 4]) func `several steps at a time leave the same`(_ threads: Int) async throws {
        let world = try World(files: Self.files)
        try await world.reconcile(threads: threads)
        #expect(try await world.ledgerTip == Self.undisturbed.value)
    }
}
