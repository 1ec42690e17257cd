import Basics
import Foundation
import Signatures
import TestSupport
import TestWorld
import Testing

/// Ctrl-C, as a terminal sends it, and a kill that nothing can be done about.
@Suite struct InterruptionTests {
    private static func pipeline(_ seconds: String) -> String {
        World.pipeline(
            field: "parameters: {seconds: \(seconds)}",
            """
            - name: quick
              run: {command: [bash, -c, "echo 1 > a.txt"], outputs: {a: a.txt}}
            - name: slow
              run:
                command: [bash, -c, "sleep ${parameters.seconds}; cat a.txt > b.txt"]
                inputs: {a: {from: quick.a, as: a.txt}}
                outputs: {b: b.txt}
            """)
    }

    private static func write(_ text: String, to path: String, in folder: TemporaryFolder) throws {
        let file = folder.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private static func arguments(_ progress: String = "json", state: String = "state") -> [String] {
        ["pipeline", "run", "p", "--state", state, "--progress", progress]
    }

    /// The pipeline of two stages, whose second has started.
    private static func started(_ seconds: String, _ progress: String = "json", sign: String? = nil) throws -> (TemporaryFolder, WatchedRun) {
        let folder = try TemporaryFolder()
        try write(pipeline(seconds), to: "pipelines/p.yaml", in: folder)
        let run = try WatchedRun(arguments(progress), in: folder.path)
        run.wait { text in sign.map { text.contains($0) } ?? WatchedRun.steps("started", in: text).contains("slow") }
        return (folder, run)
    }

    @Test func `what a worker ends after its engine was killed counts`() throws {
        let (folder, run) = try Self.started("6")
        // Until the worker has taken the attempt.
        Thread.sleep(forTimeInterval: 2)
        // The worker holds the pipe, so that its end is not waited for.
        run.kill()
        let next = try Program.run(Self.arguments(), in: folder.path)
        #expect(next.status == 0 && next.text.contains("✓ slow"), "\(next.text)\(next.errors)")
        #expect(!next.errors.contains(#""event":"retrying""#), "\(next.errors)")
    }

    @Test func `the live view is taken away before the last words`() throws {
        let (_, run) = try Self.started("30", "live", sign: "\n  slow")
        let rest = run.end(SIGINT)
        #expect(run.status == 3)
        #expect(rest.contains("\u{1B}[Jproviso: stopped between two steps"), "\(rest.debugDescription)")
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `a run that is stopped keeps what is done, leaves no process, and is gone on with`(_ signal: Int32)
        throws
    {
        // A number that no other process on this machine sleeps for.
        let seconds = "3\(getpid()).\(signal)"
        let (folder, run) = try Self.started(seconds)
        #expect(WatchedRun.steps("finished", in: run.seen).contains("quick"), "\(run.seen)")
        let rest = run.end(signal)
        #expect(run.status == 3 && rest.contains("the next run goes on from there"), "\(rest)")
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(name) != nil {
            let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline").map { String(decoding: $0, as: UTF8.self) } ?? ""
            #expect(!words.contains("sleep\0\(seconds)"), "\(words)")
        }

        try Self.write(Self.pipeline("0"), to: "pipelines/p.yaml", in: folder)
        let next = try Program.run(Self.arguments("none"), in: folder.path)
        #expect(next.status == 0 && next.text.contains("= quick") && next.text.contains("✓ slow"), "\(next.text)\(next.errors)")
        #expect(next.errors.isEmpty)
    }

    /// A search of three batches, a training and a scoring: killed behind each, they come to the bytes of a run that nobody disturbed, and nothing that was
    /// finished is done again.
    @Test func `training, search and scoring that are killed go on from what was done, to the same bytes`() throws {
        let folder = try TemporaryFolder()
        var files = World.files
        files["models/m.yaml"] = files["models/m.yaml"]?.appending(
            """
              search:
                sampler: tpe
                trials: 12
                batch: 4
                seed: 3
                objectives: [{measure: logLoss}]
                space: {maxDepth: {low: 2, high: 5, integer: true}, learningRate: {low: 0.05, high: 0.5, logarithmic: true}}

            """)
        files["pipelines/p.yaml"] = World.pipeline(
            """
            - {name: fit, train: {model: m}}
            - {name: rows, load: {dataset: d}}
            - {name: scored, score: {model: fit, input: rows, keep: [x]}}
            """)
        for (path, text) in files { try Self.write(text, to: path, in: folder) }

        func outputs(_ state: String) throws -> (outputs: [JSONValue], ran: [String]) {
            let run = try Program.run(Self.arguments(state: state) + ["--format", "json"], in: folder.path)
            #expect(run.status == 0, "\(run.text)\(run.errors)")
            let stages = try JSONValue(parsing: Array(run.text.utf8))["stages"]?.arrayValue ?? []
            return (stages.map { $0["outputs"] ?? .null }, WatchedRun.steps("finished", reused: false, in: run.errors))
        }
        let whole = try outputs("undisturbed")
        let steps = whole.ran
        #expect(steps.filter { $0.contains("search") }.count == 3 && whole.outputs.count == 6 && steps.count == 6, "\(steps)")
        for place in steps.indices.dropLast() {
            // A run may be over before it is killed: then it shows nothing, and another one is.
            var isShown = false
            for attempt in 0..<20 where !isShown {
                let state = "killed-\(place)-\(attempt)"
                let run = try WatchedRun(Self.arguments(state: state), in: folder.path)
                run.wait { WatchedRun.steps("finished", in: $0).contains(steps[place]) }
                run.kill()
                let done = WatchedRun.steps("finished", in: run.seen)
                let next = try outputs(state)
                #expect(next.outputs == whole.outputs, "\(steps[place])")
                #expect(done.count > place && Set(next.ran).isDisjoint(with: done), "\(done), and again \(next.ran)")
                isShown = run.wasKilled && !next.ran.isEmpty
            }
            #expect(isShown, "\(steps[place])")
        }
    }

    @Test func `a scoring job that is killed keeps its shards, and the folder has the bytes of one that was not`() throws {
        let folder = try TemporaryFolder()
        for (path, text) in World.files { try Self.write(text, to: path, in: folder) }
        try Self.write(World.pipeline("- {name: fit, train: {model: m}}"), to: "pipelines/p.yaml", in: folder)
        let trained = try Program.run(Self.arguments() + ["--output", "made"], in: folder.path)
        let model = try #require(
            FileManager.default.enumerator(atPath: folder.path + "/made")?.compactMap { $0 as? String }.first { name in
                FileManager.default.contents(atPath: "\(folder.path)/made/\(name)")?.starts(with: Data("proviso-model".utf8)) == true
            }, "\(trained.text)\(trained.errors)")
        for part in 0..<60 { try Self.write(World.data, to: "parts/part-\(part).csv", in: folder) }
        func arguments(_ output: String) -> [String] {
            ["score", "--model", "made/\(model)", "--data", "parts", "--output", output, "--keep", "x", "--jobs", "1"]
        }
        func files(_ output: String) throws -> [String: Digest] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: "\(folder.path)/\(output)").filter {
                $0.hasSuffix(".parquet") || $0.hasSuffix("manifest.json")
            }
            return Dictionary(
                uniqueKeysWithValues: names.compactMap { name in
                    FileManager.default.contents(atPath: "\(folder.path)/\(output)/\(name)").map { (name, Digest.of(Array($0))) }
                })
        }
        let whole = try Program.run(arguments("whole"), in: folder.path)
        #expect(whole.status == 0, "\(whole.errors)")
        for shards in [1, 20] {
            let run = try WatchedRun(arguments("killed-\(shards)"), in: folder.path)
            run.wait { $0.components(separatedBy: "shard scored").count > shards }
            run.kill()
            #expect(run.wasKilled && !FileManager.default.fileExists(atPath: "\(folder.path)/killed-\(shards)/_proviso/manifest.json"))
            let next = try Program.run(arguments("killed-\(shards)"), in: folder.path)
            let kept = next.text.firstMatch(of: #/(\d+) of them scored before/#).flatMap { Int($0.1) } ?? 0
            #expect(next.status == 0 && kept >= shards && kept < 60, "\(next.text)\(next.errors)")
            #expect(try files("killed-\(shards)") == files("whole"))
        }
    }
}
