public import Basics
public import Execution
import Foundation
public import Planning
import Sandbox
import Storage
import Synchronization

/// Runs a program of the user's in the sandbox.
///
/// Parameters: `command` (the words), `environment` (name → text), `files` (input name → path in the work folder), `outputs` (output name →
/// path), `network` (boolean) and `parameters`, which the program finds as canonical JSON at `$PROVISO_PARAMETERS`. What the program writes to
/// standard output and error is its output `log`.
public struct CommandStep: StepRunner {
    public let kind = StepKind.command
    /// Bytes of a log that are kept; the rest is counted.
    static let longestLog = 16 << 20

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let scratch = work.surroundings.scratch ?? FileManager.default.temporaryDirectory.path + "/proviso-\(UUID().uuidString)"
        defer { if work.surroundings.scratch == nil { WorkFolder(scratch).remove() } }
        do {
            try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        } catch {
            throw StepFailure(.environment, "cannot make \(scratch): \(error)")
        }
        let paths = work.step.parameters["outputs"]?.objectValue?.compactMapValues(\.stringValue) ?? [:]
        guard Set(paths.keys).union(["log"]) == Set(work.step.outputs), Set(paths.values).count == paths.count else {
            throw StepFailure(.input, "each output of a command must have a path of its own")
        }
        let command = try command(work, scratch: scratch, outputs: paths)
        let log = KeptLog(limit: Self.longestLog)
        let outcome: SandboxOutcome
        do throws(SandboxError) {
            outcome = try await Sandbox(policy: work.surroundings.sandbox).run(
                command, scratch: scratch, name: "\(work.step.key.hex.prefix(16))-\(UUID().uuidString.prefix(8).lowercased())",
                isCancelled: work.surroundings.isCancelled
            ) { bytes in
                let kept = log.append(bytes)
                if !kept.isEmpty { work.surroundings.log(kept) }
            }
        } catch {
            let hint = error.code == .unavailable ? "; install bubblewrap, or run foreign code unconfined with --without-sandbox" : ""
            throw StepFailure(error.code == .invalid ? .input : .environment, "\(error)\(hint)")
        }
        work.surroundings.measured(outcome.usage, outcome.enforcement)
        let kept = try work.put(log.bytes)
        if let failure = failure(outcome, command, log: kept) { throw Self.blamed(failure, outcome, command, log).saying(log.tail) }
        let folder = WorkFolder(command.workFolder)
        let problems = folder.problems(outputs: Set(paths.values), inputs: Set(command.inputs.keys))
        guard problems.isEmpty else {
            throw Self.blamed(StepFailure(.exitCode, problems.joined(separator: "; "), log: kept), outcome, command, log)
        }
        // A hole takes up nothing in the work folder, but the store keeps it byte by byte.
        let size = folder.contentBytes(of: paths.values)
        guard size <= command.limits.fileBytes else {
            throw StepFailure(.exitCode, "its outputs have \(size) bytes in all, holes included: more than \(command.limits.fileBytes)", log: kept)
        }
        var outputs = ["log": kept]
        for (name, path) in paths.sorted(by: { $0.key < $1.key }) {
            folder.unlock(path)
            do {
                outputs[name] = try work.store.put(file: "\(command.workFolder)/\(path)")
            } catch {
                throw StepFailure(.environment, "cannot store output '\(name)': \(error)", log: kept)
            }
        }
        return outputs
    }

    private func command(_ work: StepWork, scratch: String, outputs: [String: String]) throws(StepFailure) -> SandboxedCommand {
        let parameters = work.step.parameters
        var command = SandboxedCommand(arguments: parameters.strings("command"), workFolder: scratch + "/work")
        command.environment = parameters["environment"]?.objectValue?.compactMapValues(\.stringValue) ?? [:]
        command.parameters = parameters["parameters"] ?? [:]
        command.network = parameters["network"]?.boolValue ?? false
        command.outputs = outputs.values.sorted()
        for (name, path) in parameters["files"]?.objectValue?.compactMapValues(\.stringValue) ?? [:] {
            guard let digest = work.inputs[name] else { throw StepFailure(.input, "there is no input '\(name)' to lie at '\(path)'") }
            guard command.inputs[path] == nil, !outputs.values.contains(path) else {
                throw StepFailure(.input, "two files of the step have the path '\(path)'")
            }
            do {
                if let file = try work.store.file(digest) {
                    command.inputs[path] = file
                } else {
                    let copy = "\(scratch)/input-\(digest.hex)"
                    try Data(work.store.read(digest)).write(to: URL(fileURLWithPath: copy))
                    command.inputs[path] = copy
                }
            } catch {
                throw StepFailure(.store, "cannot read input '\(name)': \(error)")
            }
        }
        let execution = work.step.execution
        command.limits.cpus = execution.resources.cpus
        command.limits.wallSeconds = execution.timeoutSeconds
        if let bytes = execution.resources.memoryBytes { command.limits.memoryBytes = bytes }
        if let count = execution.resources.processes { command.limits.processes = count }
        if let bytes = execution.resources.fileBytes { command.limits.fileBytes = bytes }
        command.limits.lower(to: work.surroundings.sandbox.ceilings)
        return command
    }

    /// A program that fails where there is no room has not shown that it fails.
    private static func blamed(_ failure: StepFailure, _ outcome: SandboxOutcome, _ command: SandboxedCommand, _ log: KeptLog) -> StepFailure {
        guard failure.code == .exitCode else { return failure }
        let words = "No space left on device"
        // Seen full; or the program says so, where it may write more than there was room for: who tidies up at once is not seen.
        let isFull = outcome.leastRoom < 1 << 16 || (outcome.leastRoom < UInt64(command.limits.fileBytes) && log.tail.contains(words))
        guard isFull else { return failure }
        return StepFailure(
            .environment, "\(failure.message); the disk of \(command.workFolder) had \(outcome.leastRoom) bytes left (\(words))", log: failure.log)
    }

    private func failure(_ outcome: SandboxOutcome, _ command: SandboxedCommand, log: Digest) -> StepFailure? {
        let limits = command.limits
        switch outcome.end {
        case .exited(0): return nil
        case .exited(127):
            let note = "'\(command.arguments[0])', or a program that it calls, is not there"
            return StepFailure(.exitCode, "its program ended with code 127: \(note)", log: log)
        case .exited(let code):
            let note = outcome.refusedProcesses ? "; it wanted more than \(limits.processes) processes" : ""
            return StepFailure(.exitCode, "its program ended with code \(code)\(note)", log: log)
        case .signalled(SIGXFSZ): return StepFailure(.exitCode, "it wanted a file of more than \(limits.fileBytes) bytes", log: log)
        case .signalled(let signal): return StepFailure(.exitCode, "its program was ended by signal \(signal)", log: log)
        case .timedOut: return StepFailure(.timeout, "it did not end within \(limits.wallSeconds ?? 0) seconds", log: log)
        case .cancelled: return StepFailure(.cancelled, "stopped", log: log)
        case .exceeded(.memory): return StepFailure(.exitCode, "it wanted more than \(limits.memoryBytes) bytes of memory", log: log)
        case .exceeded(.files):
            return StepFailure(
                .exitCode, "its work folder took more than \(limits.fileBytes) bytes, \(limits.entries) entries or 64 folders in each other", log: log
            )
        }
    }
}

/// The beginning of what a program writes.
private final class KeptLog: Sendable {
    private let state: Mutex<(bytes: [UInt8], left: Int)>
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
        state = Mutex(([], 0))
    }

    /// Gives back what there was room for.
    func append(_ bytes: [UInt8]) -> [UInt8] {
        state.withLock { state in
            let kept = Array(bytes.prefix(limit - state.bytes.count))
            state.bytes += kept
            state.left += bytes.count - kept.count
            return kept
        }
    }

    /// The last lines of what is kept, at most 2,000 bytes, without characters that steer a terminal.
    var tail: String {
        let last = state.withLock { Array($0.bytes.suffix(2000)) }
        let text = String(decoding: last, as: UTF8.self).unicodeScalars.filter { scalar in
            scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control
        }
        return String(String.UnicodeScalarView(text))
    }

    var bytes: [UInt8] {
        state.withLock { $0.left == 0 ? $0.bytes : $0.bytes + Array("\n[\($0.left) further bytes were not kept]\n".utf8) }
    }
}
