import Basics
import Diagnostics
import Execution
import Foundation
import Git
import Planning
import Reconciliation
import Storage
import Synchronization
import TestSupport
import TestWorld
import Testing

/// `proviso pipeline run`: the template's pipeline and the guide's, as they stand.
@Suite struct PipelineRunTests {
    private static func run(
        _ name: String, in folder: String, state: String, threads: Int = 2, _ change: (inout PipelineRun.Options) -> Void = { _ in }
    ) async throws -> PipelineRun.Report {
        var options = PipelineRun.Options(folder: folder, pipeline: name, state: state)
        options.threads = threads
        change(&options)
        return try await PipelineRun(options: options, clock: FixedClock()).run()
    }

    private static func essential(_ report: PipelineRun.Report) -> [String: [String: Digest]] {
        Dictionary(uniqueKeysWithValues: report.stages.map { ($0.name, $0.outputs.filter { $0.key != "log" }) })
    }

    @Test func `the template's pipeline, a Python stage with a matrix and a join, gives the same bytes for any number of workers`() async throws {
        let template = TestFiles.root.appendingPathComponent("repo-template").path
        let scratch = try TemporaryFolder()
        var seen: Set<[String: [String: Digest]]> = []
        for threads in [1, 2, 4] {
            let report = try await Self.run("regions", in: template, state: "\(scratch.path)/\(threads)", threads: threads)
            #expect(report.isWhole && report.diagnostics.isEmpty, "\(report.stages.compactMap(\.explanation)) \(report.diagnostics.map(\.message))")
            #expect(report.stages.count == 9 && report.stages.allSatisfy { $0.outcome == .ran })
            seen.insert(Self.essential(report))
            guard threads == 2 else { continue }
            let again = try await Self.run("regions", in: template, state: "\(scratch.path)/2", threads: threads)
            #expect(again.stages.allSatisfy { $0.outcome == .reused })
            #expect(Self.essential(again) == Self.essential(report))
        }
        #expect(seen.count == 1)
        let counts = Digest.of(#"{"americas": 17, "asia": 11, "europe": 12}"# + "\n")
        #expect(seen.first?["counts"]?["counts"] == counts)
    }

    @Test func `the guide's pipeline runs as it is written`() async throws {
        let guide = try String(contentsOf: TestFiles.root.appendingPathComponent("Docs/Users.md"), encoding: .utf8)
        let chapter = try #require(guide.components(separatedBy: "\n## Pipelines\n").dropFirst().first)
        let text = try #require(chapter.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first)
        let flights = "carrier,distance,air_time\nAA,200.0,60.0\nUA,50.0,20.0\nAA,300.0,\nXX,600.0,120.0\n"
        let carriers = "carrier,title\nAA,American\nUA,United\n"
        func dataset(_ name: String, _ bytes: String, _ columns: String) -> String {
            World.head
                + "kind: Dataset\nmetadata: {name: \(name)}\nspec:\n  source: {path: data/\(name).csv}\n  digest: \(Digest.of(bytes))\n  columns:\n\(columns)  split: {random: {seed: 1, testShare: 0.5}}\n"
        }
        let world = try World(files: [
            "proviso.yaml": World.head + "kind: Repository\nmetadata: {name: r}\nspec: {}\n", "pipelines/flights.yaml": text,
            "data/flights.csv": flights, "data/carriers.csv": carriers,
            "datasets/flights.yaml": dataset(
                "flights", flights,
                "    - {name: carrier, type: category}\n    - {name: distance, type: float}\n    - {name: air_time, type: float}\n"),
            "datasets/carriers.yaml": dataset(
                "carriers", carriers, "    - {name: carrier, type: category}\n    - {name: title, type: category}\n"),
        ])
        let report = try await Self.run("flights", in: world.serverPath, state: world.folder.path + "/runs") { options in
            options.revision = "main"
            options.output = world.folder.path + "/out"
        }
        #expect(report.isWhole && !report.diagnostics.hasErrors, "\(report.stages.compactMap(\.explanation)) \(report.diagnostics.map(\.message))")
        #expect(report.stages.map(\.name) == ["all", "long", "speed", "carriers", "joined"])
        #expect(FileManager.default.fileExists(atPath: world.folder.path + "/out/joined/table"))
    }

    @Test(arguments: [false, true]) func `what vanishes from the store in the middle of a run is there again in its next try`(isMade: Bool)
        async throws
    {
        let scratch = try TemporaryFolder()
        for (path, text) in VanishingFile.files {
            let url = URL(fileURLWithPath: scratch.path + "/work/" + path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let options = PipelineRun.Options(folder: scratch.path + "/work", pipeline: "p", state: scratch.path + "/state")
        let vanishing = VanishingFile(made: isMade, from: FileStore(at: scratch.path + "/state/store"))
        let report = try await PipelineRun(options: options, clock: FixedClock()).run(report: vanishing.see)
        #expect(vanishing.count == 2)
        #expect(report.isWhole && !report.machineFailed, "\(report.stages.compactMap(\.explanation))")
    }

    @Test func `a commit and its work tree give the same, one stage can be asked for, and a failure has its place and log`() async throws {
        let pipeline = World.pipeline(
            """
            - {name: rows, load: {dataset: d}}
            - name: count
              run:
                command: [bash, -c, "wc -l < data.csv > n.txt; echo counted"]
                inputs: {table: {path: data/d.csv, as: data.csv}}
                outputs: {n: n.txt}
            - name: bad
              run:
                command: [bash, -c, "echo it is broken >&2; exit 3"]
                inputs: {n: {from: count.n, as: count.txt}}
                outputs: {n: n.txt}
            - name: after
              run:
                command: [cp, n.txt, m.txt]
                inputs: {n: {from: bad.n, as: n.txt}}
                outputs: {m: m.txt}
            """)
        var files = World.files
        files["pipelines/p.yaml"] = pipeline
        let world = try World(files: files)
        let tree = world.folder.path + "/tree"
        for (path, text) in files {
            let url = URL(fileURLWithPath: "\(tree)/\(path)")
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let here = try await Self.run("p", in: tree, state: world.folder.path + "/a")
        let there = try await Self.run("p", in: world.serverPath, state: world.folder.path + "/b") { $0.revision = "main" }
        #expect(!here.isWhole && Self.essential(here) == Self.essential(there))
        #expect(here.stages.map(\.outcome) == [.ran, .ran, .failed, .skipped])
        let bad = try #require(here.stages.first { $0.name == "bad" })
        #expect(bad.explanation == "its program ended with code 3" && bad.log == "it is broken\n")
        let whole = try #require(bad.wholeLog)
        #expect(try String(contentsOfFile: whole.file, encoding: .utf8) == "it is broken\n")
        #expect(bad.json["logDigest"]?.stringValue == Digest.of("it is broken\n").description)
        #expect(bad.location?.start.line == 12 && bad.location?.file.path == "pipelines/p.yaml")
        let only = try await Self.run("p", in: tree, state: world.folder.path + "/c") { $0.stages = ["count"] }
        #expect(only.stages.map(\.name) == ["count"] && only.isWhole)
        // The reconciler never reads what such a run made.
        #expect(try await world.reconcile().plan.stepsToRun.map(\.name).contains("count"))
        await #expect(throws: ReconciliationError.self) {
            try await Self.run("p", in: tree, state: world.folder.path + "/c") { $0.stages = ["cuont"] }
        }
        await #expect(throws: ReconciliationError.self) { try await Self.run("q", in: tree, state: world.folder.path + "/c") }
        // Other bytes than the pinned ones: what reads them does not run, and says so.
        try Data("x,z,g,label\n".utf8).write(to: URL(fileURLWithPath: tree + "/data/d.csv"))
        let changed = try await Self.run("p", in: tree, state: world.folder.path + "/a") { $0.stages = ["rows"] }
        #expect(changed.diagnostics.map(\.code) == [.dataDigestMismatch] && changed.stages.map(\.outcome) == [.failed])
    }

    @Test func `stages that are the same work run once, and each has its line and its outputs`() async throws {
        let folder = try TemporaryFolder()
        let text = World.pipeline(
            """
            - {name: a, run: {command: [bash, -c, "echo 1 > a.txt"], outputs: {o: a.txt}}}
            - {name: b, run: {command: [bash, -c, "echo 1 > a.txt"], outputs: {o: a.txt}}}
            - {name: m, matrix: {v: [x, "../../../y", "/", "%2F"]}, run: {command: [bash, -c, "echo 2 > a.txt"], outputs: {o: a.txt}}}
            - {name: o, matrix: {v: [x, "../../../y"]}, run: {command: [cp, b.txt, a.txt], inputs: {b: {from: "m@${matrix.v}.o", as: b.txt}}, outputs: {o: a.txt}}}
            - {name: c, run: {command: [bash, -c, "exit 3"], outputs: {o: a.txt}}}
            - {name: d, run: {command: [bash, -c, "exit 3"], outputs: {o: a.txt}}}
            """)
        let url = folder.url.appendingPathComponent("work/pipelines/p.yaml")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        let (work, out) = (folder.path + "/work", folder.path + "/deep/out")
        let report = try await Self.run("p", in: work, state: folder.path + "/state") { $0.output = out }
        // A value with a slash names no other folder.
        let names = ["a", "b", "c", "d", "m@%2F", "m@../../../y", "m@/", "m@x", "o@../../../y", "o@x"]
        #expect(report.stages.map(\.name).sorted() == names)
        #expect(report.stages.count { $0.outcome == .ran } == 3 && report.stages.count { $0.outcome == .reused } == 5)
        #expect(report.stages.filter { $0.outcome == .failed }.map(\.name).sorted() == ["c", "d"])
        for (name, text) in [("a", "1\n"), ("b", "1\n"), ("m@x", "2\n"), ("m@..%2F..%2F..%2Fy", "2\n"), ("m@%2F", "2\n"), ("m@%252F", "2\n")] {
            #expect(try String(contentsOfFile: "\(out)/\(name)/a.txt", encoding: .utf8) == text)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["deep", "state", "work"])
        let second = try await Self.run("p", in: work, state: folder.path + "/state") { $0.stages = ["b"] }
        #expect(second.stages.map(\.name) == ["b"] && second.stages.map(\.outcome) == [.reused])
        let third = try await Self.run("p", in: work, state: folder.path + "/state") { $0.stages = ["m@../../../y"] }
        #expect(third.stages.map(\.name) == ["m@../../../y"])
        // The reconciler records and indexes them too.
        let world = try World(files: World.files.merging(["pipelines/p.yaml": text.replacing("exit 3", with: "echo 3 > a.txt")]) { $1 })
        let first = try await world.reconcile()
        #expect(first.diagnostics.isEmpty, "\(first.diagnostics.map(\.text))")
        #expect(try await world.reconcile().plan.stepsToRun.isEmpty)
    }

    /// Changes a file when it is asked for the time: after the files were hashed, before they are read again.
    private struct MeddlingClock: Clock {
        let path: String

        func now() -> Instant {
            _ = FileManager.default.createFile(atPath: path, contents: Data("2\n".utf8))
            return FixedClock().now()
        }
    }

    @Test func `what is damaged in its own store is made again in the same run`() async throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("pipelines/p.yaml")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        func write(_ last: String) throws {
            let stages = [
                "{name: a, run: {command: [sh, -c, 'echo 1 > o.txt'], outputs: {o: o.txt}}}",
                "{name: b, run: {command: [sh, -c, '\(last) i.txt > o.txt'], inputs: {i: {from: a.o, as: i.txt}}, outputs: {o: o.txt}}}",
            ]
            let text = World.pipeline(stages.map { "- \($0)" }.joined(separator: "\n"))
            try Data(text.utf8).write(to: url)
        }
        func damage() throws {
            let store = FileStore(at: folder.path + "/state/store")
            for digest in try store.digests() {
                let file = try #require(try store.file(digest))
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
                try Data("damaged".utf8).write(to: URL(fileURLWithPath: file))
            }
        }
        func run(_ output: String?) async throws -> PipelineRun.Report {
            try await Self.run("p", in: folder.path, state: folder.path + "/state") { $0.output = output }
        }
        try write("cat")
        #expect(try await run(nil).isWhole)
        // What another stage reads.
        try damage()
        try write("tac")
        #expect(try await run(nil).isWhole)
        // What is copied out.
        try damage()
        #expect(try await run(folder.path + "/out").isWhole)
        #expect(FileManager.default.contents(atPath: folder.path + "/out/b/o.txt") == Data("1\n".utf8))
    }

    @Test func `what a worker is doing whose run was killed counts for the next run`() async throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("pipelines/p.yaml")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        let stage = "{name: a, run: {command: [sh, -c, 'sleep 2; head -c 8 /dev/urandom > m.bin'], outputs: {m: m.bin}}}"
        try Data(World.pipeline("- \(stage)").utf8).write(to: url)
        let (path, program) = (folder.path, TestProgram.worker)
        @Sendable func options(_ path: String, _ program: String) -> PipelineRun.Options {
            var options = PipelineRun.Options(folder: path, pipeline: "p", state: path + "/state")
            options.operation.worker = [program, "engine"]
            return options
        }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, program = program as String] in
            var options = PipelineRun.Options(folder: path, pipeline: "p", state: path + "/state")
            options.operation.worker = [program, "engine"]
            options.operation.reach = { reached in if reached == .afterSubmit { kill(getpid(), SIGKILL) } }
            _ = try await PipelineRun(options: options, clock: FixedClock()).run()
        }
        let retries = Mutex(0)
        let report = try await PipelineRun(options: options(path, program), clock: FixedClock()).run { event in
            if case .retrying = event { retries.withLock { $0 += 1 } }
        }
        #expect(report.isWhole && retries.withLock { $0 } == 0)
        #expect(report.stages.first?.usage?.attempts == 1)
    }

    @Test func `a file of the work tree that changes after it was hashed is not used`() async throws {
        let folder = try TemporaryFolder()
        let files = [
            "data/n.txt": "1\n",
            "pipelines/p.yaml": World.pipeline(
                "- {name: a, run: {command: [cp, n.txt, m.txt], inputs: {n: {path: data/n.txt, as: n.txt}}, outputs: {m: m.txt}}}"),
        ]
        for (path, text) in files {
            let url = folder.url.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let options = PipelineRun.Options(folder: folder.path, pipeline: "p", state: folder.path + "/state")
        let meddled = PipelineRun(options: options, clock: MeddlingClock(path: folder.path + "/data/n.txt"))
        let failure = await #expect(throws: ReconciliationError.self) { try await meddled.run() }
        #expect(failure?.message.hasSuffix("data/n.txt was changed while the pipeline was being planned") == true)
        // What is there now is what the next run takes.
        let next = try await PipelineRun(options: options, clock: FixedClock()).run()
        #expect(next.stages.first?.outputs["m"] == Digest.of("2\n"))
    }
}
