import Basics
import Execution
import Foundation
import Planning
import Sandbox
import Steps
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct CommandStepTests {
    let folder: TemporaryFolder
    let store: FileStore

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(at: folder.path + "/store")
    }

    func step(
        _ script: String, data: String = "1,2\n", outputs: [String: String] = ["made": "out/made"], more: [String: JSONValue] = [:],
        execution: StepExecution = StepExecution(timeoutSeconds: 20)
    ) throws -> Step {
        let parameters: [String: JSONValue] = [
            "command": ["sh", "-c", .string(script)], "files": ["data": "data/in.csv"], "outputs": .object(outputs.mapValues { .string($0) }),
            "parameters": ["rate": 0.5],
        ]
        return Step(
            name: "stage", kind: .command, parameters: .object(parameters.merging(more) { $1 }),
            inputs: ["data": .artefact(try store.put(Array(data.utf8)))], outputs: (outputs.keys + ["log"]).sorted(), execution: execution)
    }

    func run(_ step: Step) async throws -> (outputs: [String: Digest], failure: StepFailure?) {
        let result = try await Scheduler(runners: [CommandStep()], store: store, results: NoStepResults(), threads: 1).run([step], known: [:]) { _ in
        }
        return (result.outputs[step.key] ?? [:], result.failures[step.key])
    }

    func text(_ digest: Digest?) throws -> String { String(decoding: try store.read(try #require(digest)), as: UTF8.self) }

    @Test func `a program's files and words become outputs`() async throws {
        let step = try step("echo working; cat data/in.csv $PROVISO_PARAMETERS > out/made")
        let (outputs, failure) = try await run(step)
        #expect(failure == nil)
        #expect(try text(outputs["made"]) == "1,2\n{\"rate\":0.5}")
        #expect(try text(outputs["log"]) == "working\n")
        #expect(try await run(step).outputs == outputs)
    }

    @Test(arguments: ["echo", "printf '%s'"]) func `of a long log the last fifteen lines are told`(_ last: String) async throws {
        let failure = try await run(try step("seq 1 999; \(last) 1000; exit 4")).failure
        let told = try #require(failure?.lastWords).split(separator: "\n")
        #expect(told.map { Int($0) } == (986...1000).map { $0 })
    }

    @Test func `what a program says of a full disk is not believed where there is room, and a word that is too long is its author's fault`()
        async throws
    {
        let liar = try await run(try step("echo 'too bad: No space left on device'; exit 1")).failure
        #expect(liar?.code == .exitCode && liar?.message == "its program ended with code 1")
        let long = try await run(try step("true \(String(repeating: "b", count: 140_000))")).failure
        #expect(long?.code == .input && long?.message.contains("Argument list too long") == true, "\(String(describing: long))")
    }

    @Test func `another log is no other result, another output is`() async throws {
        let step = try step("date +%N; echo x > out/made")
        let first = try await run(step).outputs
        let scheduler = Scheduler(runners: [CommandStep()], store: store, results: NoStepResults(), threads: 1)
        let again = try await scheduler.run([step], known: [step.key: first]) { _ in }
        #expect(again.failures.isEmpty)
        #expect(again.outputs[step.key] == first)
        let loose = try self.step("date +%N > out/made")
        let other = try await scheduler.run([loose], known: [loose.key: try await run(loose).outputs]) { _ in }
        #expect(other.failures[loose.key]?.code == .notReproducible)
    }

    @Test(arguments: [
        ("echo oops; exit 3", StepFailure.Code.exitCode, "its program ended with code 3"),
        ("true", .exitCode, "it ended well without making its output 'out/made'"),
        ("echo x > out/made; echo x > stray", .exitCode, "it left 'stray', which is not declared as an output"),
        ("ln -s /etc/passwd out/made", .exitCode, "its output 'out/made' is a symbolic link; an output must be a file"),
        ("ln -s ../data/in.csv out/made", .exitCode, "its output 'out/made' is a symbolic link; an output must be a file"),
        ("kill -9 $$", .exitCode, "its program was ended by signal 9"),
    ]) func `what a program does wrong is said, and its log kept`(_ script: String, _ code: StepFailure.Code, _ message: String) async throws {
        let failure = try await run(try step(script)).failure
        #expect(failure?.code == code)
        #expect(failure?.message == message)
        #expect(try text(failure?.log) == (script.hasPrefix("echo oops") ? "oops\n" : ""))
    }

    @Test(arguments: [("q", "q/z"), ("q/z", "q"), ("out/made/x", "q"), ("out", "q")])
    func `files that lie in each other are the step's fault, not the machine's`(_ first: String, _ second: String) async throws {
        let data = StepInput.artefact(try store.put([1]))
        let plain = try step("true")
        let parameters = (plain.parameters.objectValue ?? [:]).merging(["files": ["a": .string(first), "b": .string(second)]]) { $1 }
        let failure = try await run(
            Step(name: "stage", kind: .command, parameters: .object(parameters), inputs: ["a": data, "b": data], outputs: plain.outputs)
        ).failure
        #expect(failure?.code == .input && failure?.message.contains("one lies in the other: '") == true, "\(String(describing: failure))")
    }

    @Test func `limits are told apart from other ends`() async throws {
        let late = try await run(try step("sleep 60", execution: StepExecution(timeoutSeconds: 3))).failure
        #expect(late?.code == .timeout && late?.message == "it did not end within 3 seconds")
        let log = try text(late?.log)
        #expect(log == "", "\(log)")
        let large = StepExecution(resources: StepResources(fileBytes: 1 << 20), timeoutSeconds: 20)
        let filling = try await run(try step("exec dd if=/dev/zero of=out/made bs=1M count=9 2>/dev/null", execution: large)).failure
        #expect(filling?.code == .exitCode)
        #expect(filling?.message.contains("1048576 bytes") == true)
    }

    @Test func `a file as long as one may be was cut off there, though its program ends as if all were well`() async throws {
        let step = Step(
            name: "stage", kind: .command,
            parameters: [
                "command": ["sh", "-c", "trap '' XFSZ; head -c 3000000 /dev/zero > made; true"], "files": [:], "outputs": ["made": "made"],
                "parameters": [:],
            ],
            inputs: [:], outputs: ["log", "made"], execution: StepExecution(resources: StepResources(fileBytes: 1 << 20), timeoutSeconds: 20))
        let failure = try await run(step).failure
        #expect(
            failure?.code == .exitCode && failure?.message == "it left a file of 1048576 bytes, and none may be longer",
            "\(String(describing: failure))")
    }

    @Test func `holes count in what outputs have together`() async throws {
        let execution = StepExecution(resources: StepResources(fileBytes: 8 << 20), timeoutSeconds: 20)
        let script = "truncate -s 6M out/a; truncate -s 6M out/b; echo made"
        let failure = try await run(try step(script, outputs: ["a": "out/a", "b": "out/b"], execution: execution)).failure
        #expect(failure?.code == .exitCode)
        #expect(failure?.message == "its outputs have 12582912 bytes in all, holes included: more than 8388608")
        #expect(try await run(try step("truncate -s 6M out/a", outputs: ["a": "out/a"], execution: execution)).failure == nil)
    }

    @Test func `who looks on sees no more of a log than is kept`() async throws {
        let seen = Mutex(0)
        var surroundings = StepSurroundings()
        surroundings.log = { bytes in seen.withLock { $0 += bytes.count } }
        let step = try step("yes | head -c 20000000; echo x > out/made")
        let data = try store.put(Array("1,2\n".utf8))
        let work = StepWork(step: step, inputs: ["data": data], store: store, threads: 1, surroundings: surroundings) { _ in }
        let outputs = try await CommandStep().run(work)
        #expect(seen.withLock { $0 } == 16 << 20)
        #expect(try text(outputs["log"]).hasSuffix("\n[\(20_000_000 - (16 << 20)) further bytes were not kept]\n"))
    }

    @Test func `the operator's ceilings count before what a stage claims`() async throws {
        func run(_ step: Step, _ change: (inout SandboxCeilings) -> Void) async throws -> StepFailure? {
            var settings = ExecutionSettings()
            change(&settings.sandbox.ceilings)
            return try await Scheduler(runners: [CommandStep()], store: store, results: NoStepResults(), threads: 1, settings: settings)
                .run([step], known: [:]) { _ in }.failures[step.key]
        }
        let resources = StepResources(memoryBytes: 900 << 40, fileBytes: 900 << 40)
        let sleeping = try step("sleep 3600", execution: StepExecution(timeoutSeconds: 1_000_000_000))
        // Elsewhere it may do well: no failure of the program's.
        #expect(try await run(sleeping) { $0.wallSeconds = 1 }?.code == .ceiling)
        let endless = try step("sleep 3600", execution: StepExecution())
        #expect(
            try await run(endless) { $0.wallSeconds = 1 }?.message.hasPrefix("it did not end within 1 seconds, which is what the operator") == true)
        let filling = try step(
            "head -c 3000000 /dev/zero > out/made", execution: StepExecution(resources: resources, timeoutSeconds: 20))
        #expect(try await run(filling) { $0.fileBytes = 1 << 20 } != nil)
        #expect(try await run(filling) { $0.fileBytes = 8 << 20 } == nil)
        // Python is refused the bytes, is not ended by the signal, and may tidy up.
        let refused = "python3 -c 'import os\ntry: open(\"out/made\", \"wb\").write(bytes(3000000))\nexcept OSError: os.remove(\"out/made\"); raise'"
        let python = try step(refused, execution: StepExecution(resources: resources, timeoutSeconds: 20))
        #expect(try await run(python) { $0.fileBytes = 1 << 20 }?.code == .ceiling)
        let own = StepResources(memoryBytes: 900 << 40, fileBytes: 1 << 20)
        #expect(
            try await run(try step(refused, execution: StepExecution(resources: own, timeoutSeconds: 20))) { $0.fileBytes = 8 << 20 }?.code
                == .exitCode)
        let greedy = try step(
            "python3 -c 'print(len(bytearray(300 << 20)))' && echo x > out/made", execution: StepExecution(resources: resources, timeoutSeconds: 20))
        #expect(try await run(greedy) { $0.memoryBytes = 100 << 20 }?.code == .ceiling)
    }

    /// No word is needed for it: where the kernel has cut a file off, it is just as long as one may be. What is removed again must be there when the watch
    /// looks, ten times as long apart as a look takes on a busy machine.
    @Test(arguments: ["sys.exit(3)", "time.sleep(5); os.remove('made'); sys.exit(3)", "pass"])
    func `a program that is silent about a file too large for the operator is not called a failure, nor what it wrote a result`(then: String)
        async throws
    {
        let script = "import os, sys, time\nfile = open('made', 'wb', 0)\ntry:\n  while True: file.write(bytes(300000))\nexcept OSError: \(then)"
        func run(declared: Int64, ceiling: Int64) async throws -> StepFailure? {
            let resources = StepResources(memoryBytes: 900 << 40, fileBytes: declared)
            let step = Step(
                name: "stage", kind: .command,
                parameters: ["command": ["python3", "-c", .string(script)], "files": [:], "outputs": ["made": "made"], "parameters": [:]],
                inputs: [:],
                outputs: ["log", "made"], execution: StepExecution(resources: resources, timeoutSeconds: 60))
            var settings = ExecutionSettings()
            settings.sandbox.ceilings.fileBytes = ceiling
            return try await Scheduler(runners: [CommandStep()], store: store, results: NoStepResults(), threads: 1, settings: settings)
                .run([step], known: [:]) { _ in }.failures[step.key]
        }
        #expect(try await run(declared: 900 << 40, ceiling: 1 << 20)?.code == .ceiling)
        // What it declares itself holds on every machine, and is no part of the key: once raised, nothing would make the rest of the file.
        #expect(try await run(declared: 1 << 20, ceiling: 8 << 20)?.code == .exitCode)
    }

    @Test func `a failure has the end of its log, and says which program is not there`() async throws {
        let failure = try await run(try step("printf 'one\\n\\033[31mtwo\\n'; exit 3")).failure
        #expect(failure?.lastWords == "one\n[31mtwo\n")
        #expect(try await run(try step("true")).failure?.lastWords == nil)
        let missing = try await run(try step("no-such-program")).failure
        #expect(missing?.message == "its program ended with code 127: 'sh', or a program that it calls, is not there")
        #expect(missing?.lastWords?.contains("no-such-program") == true)
    }

    @Test func `paths that leave the folder or meet are refused before anything runs`() async throws {
        for path in ["../x", "/etc/passwd", "a/../../x"] {
            #expect(try await run(try step("true", outputs: ["made": path])).failure?.code == .input)
            #expect(try await run(try step("true", more: ["files": ["data": .string(path)]])).failure?.code == .input)
        }
        #expect(try await run(try step("true", outputs: ["made": "data/in.csv"])).failure?.code == .input)
        #expect(try await run(try step("true", more: ["files": ["other": "x"]])).failure?.code == .input)
        #expect(try await run(try step("true", more: ["command": []])).failure?.code == .input)
    }

    @Test func `no sandbox, no program, unless the operator named it`() async throws {
        let step = try step("echo x > out/made")
        func run(_ policy: SandboxPolicy) async throws -> ExecutionResult {
            var settings = ExecutionSettings()
            settings.sandbox = policy
            return try await Scheduler(runners: [CommandStep()], store: store, results: NoStepResults(), threads: 1, settings: settings)
                .run([step], known: [:]) { _ in }
        }
        let refused = try await run(SandboxPolicy(bubblewrap: "/nonexistent/bwrap")).failures[step.key]
        #expect(refused?.code == .environment)
        #expect(refused?.message.contains("--without-sandbox") == true)
        let named = try await run(SandboxPolicy(allowsUnconfined: true, bubblewrap: "/nonexistent/bwrap"))
        #expect(try text(named.outputs[step.key]?["made"]) == "x\n")
        #expect(named.usage[step.key]?.enforcement["sandbox"] == "none")
    }
}
