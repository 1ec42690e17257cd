import Basics
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

@Suite struct SandboxTests {
    @Test func `a program sees its inputs and parameters and makes its outputs`() async throws {
        let stage = try Stage()
        let input = try stage.put("1,2\n", at: "object")
        let ended = try await stage.run("cat data/in.csv > out/copy; cat $PROVISO_PARAMETERS > out/parameters; pwd") {
            $0.inputs = ["data/in.csv": input]
            $0.outputs = ["out/copy", "out/parameters"]
            $0.parameters = ["b": 1, "a": "x"]
        }
        #expect(ended.end == .exited(0))
        #expect(stage.log == "/work\n")
        #expect(try stage.output("out/copy") == "1,2\n")
        #expect(try stage.output("out/parameters") == #"{"a":"x","b":1}"#)
        #expect(ended.usage.peakMemoryBytes > 0)
    }

    @Test func `another user than ours can look into what the system has for all`() async throws {
        let stage = try Stage()
        let outcome = try await stage.run("cat /etc/passwd /etc/ld.so.cache >/dev/null && ls /etc/alternatives >/dev/null && stat -c %a /etc /run")
        #expect(outcome.end == .exited(0) && stage.log == "755\n755\n", "\(stage.log)")
    }

    @Test func `it is told how the program ended`() async throws {
        #expect(try await Stage().run("exit 7").end == .exited(7))
        #expect(try await Stage().run("kill -9 $$").end == .signalled(9))
        #expect(try await Stage().run("kill -SEGV $$").end == .signalled(11))
        let missing = try await Stage().run(["no-such-program"]).end
        #expect([.exited(127), .exited(1)].contains(missing))
    }

    @Test func `a request to stop ends it soon`() async throws {
        // Left alone it would outlast the whole suite.
        let asked = ContinuousClock.now + .milliseconds(300)
        #expect(try await Stage().run("sleep 3600", isCancelled: { ContinuousClock.now > asked }).end == .cancelled)
    }

    /// A log is part of what is recorded: a shell that sees its child killed first writes `Killed` to it.
    @Test(arguments: [false, true]) func `all of a stage end at once, and no shell remarks on it`(_ unconfined: Bool) async throws {
        for _ in 0..<10 {
            let stage = try Stage(policy: SandboxPolicy(allowsUnconfined: unconfined))
            let script = "for i in $(seq 20); do sh -c 'sleep 3600; true' & done; echo ready; wait"
            #expect(try await stage.run(script, isCancelled: { !stage.log.isEmpty }).end == .cancelled)
            #expect(stage.log == "ready\n")
        }
    }

    /// What bubblewrap started a moment before its end: it has not told of it yet, and no control group holds it.
    @Test func `what was started and not told of does not go on alone`() throws {
        let folder = try TemporaryFolder()
        let mark = "3600.\(Int.random(in: 100_000...999_999))"
        let child = try Child(
            arguments: ["/bin/sh", "-c", "sleep \(mark) & echo started; wait"], environment: [:], folder: nil, limits: .none, entrances: [],
            filter: [],
            isOfStage: false)
        let command = SandboxedCommand(arguments: ["sleep"], workFolder: folder.path)
        let watch = SandboxWatch(command: command, folder: WorkFolder(folder.path), group: nil, isConfined: true)
        var isStarted = false
        let outcome = try watch.run(child, enforcement: [:], isCancelled: { isStarted && Stage.isRunning(mark) }) { _ in isStarted = true }
        #expect(outcome.end == .cancelled)
        #expect(!Stage.isRunning("sleep \(mark)"))
    }

    @Test func `a program that writes without end is neither waited for nor lost`() async throws {
        let stage = try Stage()
        let outcome = try await stage.run("yes | head -c 20000000")
        #expect(outcome.end == .exited(0))
        #expect(stage.log.utf8.count == 20_000_000)
        #expect(try await Stage().run("yes") { $0.limits.wallSeconds = 1 }.end == .timedOut)
    }

    /// An author mends a program of the stage's; what makes the sandbox is the machine's.
    @Test(arguments: ["/dev/null", "/nowhere/at/all"]) func `a program that cannot be run is whose it is`(_ program: String) {
        for (isOfStage, code) in [(true, SandboxError.Code.invalid), (false, .environment)] {
            do throws(SandboxError) {
                _ = try Child(
                    arguments: [program], environment: [:], folder: nil, limits: .none, entrances: [], filter: nil, isOfStage: isOfStage)
                Issue.record("passed")
            } catch { #expect(error.code == code) }
        }
    }

    @Test func `without a sandbox nothing runs, unless it is named`() async throws {
        var policy = SandboxPolicy(bubblewrap: "/nonexistent/bwrap")
        let error = await #expect(throws: SandboxError.self) { try await Stage(policy: policy).run("true") }
        #expect(error?.code == .unavailable)
        policy.allowsUnconfined = true
        let stage = try Stage(policy: policy)
        let input = try stage.put("precious", at: "object")
        let mark = "3600.\(Int.random(in: 100_000...999_999))"
        let outcome = try await stage.run("(setsid sleep \(mark) &); sleep \(mark) & cat in; echo x >> in; echo made > out; env | sort") {
            $0.inputs = ["in": input]
        }
        #expect(outcome.end == .exited(0))
        #expect(outcome.enforcement["sandbox"] == "none")
        #expect(stage.log.hasPrefix("precious"))
        #expect(try stage.output("out") == "made\n")
        #expect(try String(contentsOfFile: input, encoding: .utf8) == "precious")
        #expect(!stage.log.contains("LOGNAME"))
        #expect(!Stage.isRunning(mark))
    }

    @Test(arguments: ["../x", "/etc/shadow", "a/../../b", "", "a//b", "./a"]) func `a path out of the work folder is refused`(_ path: String)
        async throws
    {
        let stage = try Stage()
        let input = try stage.put("x", at: "object")
        let error = await #expect(throws: SandboxError.self) { try await stage.run("true") { $0.inputs = [path: input] } }
        #expect(error?.code == .invalid)
    }

    @Test func `a folder deep in the machine that the operator shows can be read`() async throws {
        let folder = "/var/lib/dpkg"
        try #require(FileManager.default.fileExists(atPath: folder + "/status"))
        let stage = try Stage(policy: SandboxPolicy(readOnlyPaths: [folder]))
        try await stage.run("head -c 1 \(folder)/status > out; wc -c < out") { $0.outputs = ["out"] }
        #expect(try stage.output("out").count == 1)
    }

    @Test func `a folder in the machine's /tmp can be shown within the program's own`() async throws {
        let folder = "/tmp/proviso-shown-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("shown".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        let stage = try Stage(policy: SandboxPolicy(readOnlyPaths: [folder]))
        try await stage.run("cat \(folder)/file > out; ls -A /tmp | wc -l >> out; echo > /tmp/own && echo made >> out") { $0.outputs = ["out"] }
        #expect(try stage.output("out") == "shown1\nmade\n")
    }

    @Test func `the whole machine cannot be shown, nor what the engine's folder lies in`() async throws {
        for path in ["/", "relative", "/tmp", "/proc", "/work/some", "/no-such-folder-of-\(UUID().uuidString)"] {
            let error = await #expect(throws: SandboxError.self) { try await Stage(policy: SandboxPolicy(readOnlyPaths: [path])).run("true") }
            #expect(error?.code == .invalid)
        }
        // Stages lie beside each other.
        let above = URL(fileURLWithPath: try Stage().work).deletingLastPathComponent().deletingLastPathComponent().path
        let stage = try Stage(policy: SandboxPolicy(readOnlyPaths: [above]))
        let error = await #expect(throws: SandboxError.self) { try await stage.run("true") }
        #expect(error?.code == .invalid)
    }

    @Test func `what it left is compared with what it declared`() async throws {
        let stage = try Stage()
        let input = try stage.put("x", at: "object")
        try await stage.run(
            "mkdir -p out/deep extra/in; echo 1 > out/a; ln -s /etc/passwd out/link; mkfifo out/pipe; mkdir out/deep/folder; echo > out/stray; echo > extra/in/x"
        ) { $0.inputs = ["data/in": input] }
        let problems = WorkFolder(stage.work).problems(
            outputs: ["out/a", "out/link", "out/pipe", "out/deep/folder", "out/missing"], inputs: ["data/in"])
        #expect(
            problems == [
                "it left 'extra', which is not declared as an output", "its output 'out/deep/folder' is a folder; declare each file in it",
                "its output 'out/link' is a symbolic link; an output must be a file", "its output 'out/pipe' is no regular file",
                "it left 'out/stray', which is not declared as an output", "it ended well without making its output 'out/missing'",
            ])
    }

    @Test func `a trial says what this machine can enforce`() async throws {
        let folder = try TemporaryFolder()
        let held = try await Sandbox(policy: .required).trial(scratch: folder.path + "/trial").get()
        #expect(held["sandbox"] == "bubblewrap")
        #expect(Set(held.keys) == ["sandbox", "user", "network", "systemCalls", "memory", "processes", "cpu", "files", "time"])
    }
}
