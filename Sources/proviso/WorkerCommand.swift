import ArgumentParser
import Basics
import Execution
import Foundation
import Reconciliation
import Sandbox
import Synchronization

/// What an operator says about running steps.
struct OperationOptions: ParsableArguments {
    @Option(help: "Cores that steps may keep busy together. Default: --threads.") var jobs: Int?
    @Option(help: "Memory that steps which run at the same time may claim together, such as 8GiB. Default: no budget.") var memory: String?
    @Option(
        name: .customLong("sandbox-path"), help: "A file or folder of this machine that every stage may read, such as /opt/venv; may be repeated.")
    var sandboxPath: [String] = []
    @Flag(name: .customLong("without-sandbox"), help: "Run users' programs unconfined. They can then do all that this user can.")
    var withoutSandbox = false
    @Option(
        name: .customLong("stage-timeout"),
        help: "The longest that a user's program may take, such as 90m, whatever it declares; none for no limit. Default: 1h.")
    var stageTimeout: String?
    @Option(name: .customLong("stage-memory"), help: "The most memory that a user's program may have. Default: --memory.") var stageMemory: String?
    @Option(name: .customLong("stage-disk"), help: "The most that a user's program may write. Default: what it declares.") var stageDisk: String?

    /// Absolute paths of what a sandboxed program may read.
    static func readOnlyPaths(_ paths: [String], of option: String) throws -> [String] {
        try paths.map { path in
            let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
            if let problem = SandboxPolicy.problem(withReadOnlyPath: absolute) { throw CommandFailure(.invalidInput, "\(option): \(problem)") }
            return absolute
        }
    }

    func operation() throws -> OperatorSettings {
        var operation = OperatorSettings()
        operation.tell = { StandardError.write("proviso: \($0)\n") }
        operation.memoryBytes = try ByteCount.parse(memory, of: "--memory")
        operation.sandbox = SandboxPolicy(allowsUnconfined: withoutSandbox, readOnlyPaths: try Self.readOnlyPaths(sandboxPath, of: "--sandbox-path"))
        operation.sandbox.ceilings.memoryBytes = try ByteCount.parse(stageMemory, of: "--stage-memory")
        operation.sandbox.ceilings.fileBytes = try ByteCount.parse(stageDisk, of: "--stage-disk")
        if let stageTimeout {
            let seconds = OperatorSettings.seconds(stageTimeout)
            guard stageTimeout == "none" || seconds != nil else {
                throw CommandFailure(.invalidInput, "--stage-timeout must be a time, not '\(stageTimeout)'", hint: "such as 90m, 1h30m or none")
            }
            operation.sandbox.ceilings.wallSeconds = seconds
        }
        if withoutSandbox { StandardError.write("proviso: users' programs run without a sandbox, as --without-sandbox says\n") }
        if let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { operation.worker = [program, "worker"] }
        return operation
    }

    func cores(threads: Int) throws -> Int {
        guard let jobs else { return threads }
        guard jobs > 0 else { throw CommandFailure(.invalidInput, "--jobs must be at least 1, not \(jobs)") }
        return jobs
    }
}

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Run one attempt at a step from its job file. Started by the scheduler, or by a cluster engine.",
        discussion: """
            The file must lie in its attempt's folder, …/STEP/NUMBER/job.json. The secret that seals the result, 32 bytes, is read from standard input.
            Exits with 0 when a result is committed, whatever it is, or when another worker has the attempt.

            Example: proviso worker /var/lib/proviso/attempts/4f0c…/1/job.json < secret
            """)

    @Argument(help: "The job file.") var job: String

    func run() async throws {
        let secret = Array(FileHandle.standardInput.readDataToEndOfFile())
        guard secret.count == 32 else { throw CommandFailure(.invalidInput, "the secret on standard input has \(secret.count) bytes, not 32") }
        let job = URL(fileURLWithPath: job).standardizedFileURL.path
        let stopped = Mutex(false)
        let signals = [SIGTERM, SIGINT].map { Interruption.source($0) { stopped.withLock { $0 = true } } }
        do throws(Worker.Failure) {
            try await WorkerRun.run(jobAt: job, secret: secret) { stopped.withLock { $0 } }
        } catch {
            switch error {
            case .noJob: throw CommandFailure(.invalidInput, "\(error)")
            case .environment: throw CommandFailure(.environmentFailed, "\(error)")
            }
        }
        withExtendedLifetime(signals) {}
    }
}
