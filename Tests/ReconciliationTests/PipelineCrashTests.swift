import Attestations
import Basics
import Foundation
import Git
import Planning
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// A pipeline of built-in stages and a program, whose table a model is trained on: killed at every named point, and run again.
@Suite struct PipelineCrashTests {
    private static var files: [String: String] {
        var files = PipelineTests.files
        files["pipelines/p.yaml"] =
            PipelineTests.pipeline + """
                    - name: count
                      matrix: {word: [a, b]}
                      run:
                        command: [bash, -c, "grep -c ',${matrix.word},' d.csv > n.txt"]
                        inputs: {table: {path: data/d.csv, as: d.csv}}
                        outputs: {n: n.txt}

                """
        return files
    }

    /// What an undisturbed reconcile leaves.
    private static let undisturbed = Task {
        let world = try World(files: files)
        let report = try await world.reconcile()
        #expect(report.outcome == .pass, "\(report.verdicts.flatMap(\.findings).map(\.message)) \(report.diagnostics.count)")
        return try world.ledgerTip
    }

    @Test(arguments: Checkpoint.allCases) func `killed anywhere and run again, it leaves what an undisturbed one leaves`(_ checkpoint: Checkpoint)
        async throws
    {
        let expected = try await Self.undisturbed.value
        let crashed = try World(files: Self.files)
        let (path, name) = (crashed.folder.path, checkpoint.rawValue)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, name = name as String] in
            let checkpoints = Checkpoints { reached in if reached.rawValue == name { kill(getpid(), SIGKILL) } }
            try await World.reconcile(folder: path, checkpoints: checkpoints)
        }
        try await crashed.reconcile()
        #expect(try expected != nil && crashed.ledgerTip == expected)
        let again = try await crashed.reconcile()
        #expect(again.added.isEmpty && again.plan.stepsToRun.isEmpty && again.notices.isEmpty)
    }

    @Test(arguments: [2, 4]) func `several steps at a time leave the same`(_ threads: Int) async throws {
        let world = try World(files: Self.files)
        try await world.reconcile(threads: threads)
        #expect(try await world.ledgerTip == Self.undisturbed.value)
    }
}
