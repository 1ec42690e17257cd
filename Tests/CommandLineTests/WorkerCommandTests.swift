import Foundation
import TestSupport
import TestWorld
import Testing

/// `proviso worker` as somebody runs it by hand.
@Suite struct WorkerCommandTests {
    @Test func `a job may be named from the folder that it lies in`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/pipelines", withIntermediateDirectories: true)
        let pipeline = World.pipeline("- {name: slow, run: {command: [bash, -c, \"sleep 4; echo 1 > a.txt\"], outputs: {a: a.txt}}}")
        try Data(pipeline.utf8).write(to: URL(fileURLWithPath: folder.path + "/pipelines/p.yaml"))
        // The run's own worker has the attempt, which is a good end for another one.
        let script = """
            '\(Program.path)' pipeline run p --state "$PWD/state" --progress none &
            until [ -e state/attempts/*/1/lock ]; do sleep 0.02; done
            (cd state/attempts/*/1 && head -c 32 /dev/zero | '\(Program.path)' worker job.json; echo "worker $?")
            wait
            """
        let result = try StockTool.run("bash", ["-c", script], in: folder.path)
        #expect(result.text.contains("worker 0") && result.text.contains("✓ slow"), "\(result.text)\(result.errors)")
    }

    @Test func `a worker that somebody else stops is lost, and its step is tried again`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/pipelines", withIntermediateDirectories: true)
        let pipeline = World.pipeline("- {name: slow, run: {command: [bash, -c, \"sleep 2; echo 1 > a.txt\"], outputs: {a: a.txt}}}")
        try Data(pipeline.utf8).write(to: URL(fileURLWithPath: folder.path + "/pipelines/p.yaml"))
        let script = """
            '\(Program.path)' pipeline run p --state "$PWD/state" --progress plain &
            until [ -s state/attempts/*/1/lock ] && [ -e state/attempts/*/1/scratch/work ]; do sleep 0.02; done
            kill -TERM $(head -1 state/attempts/*/1/lock)
            wait $!; echo "run $?"
            """
        let result = try StockTool.run("bash", ["-c", script], in: folder.path)
        #expect(result.text.contains("✓ slow") && result.text.contains("run 0"), "\(result.text)\(result.errors)")
        #expect(result.errors.contains("reason=its worker was stopped by somebody else"), "\(result.errors)")
    }
}
