public import Basics
public import Execution
import Foundation
public import Planning
import Sandbox
import Storage

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
        var command = try command(work, scratch: scratch, outputs: paths)
        let declared = command.limits
        command.limits.lower(to: work.surroundings.sandbox.ceilings)
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
        let end = CommandEnd(outcome: outcome, command: command, declared: declared, log: log, kept: kept)
        if let failure = end.failure { throw failure.saying(log.tail) }
        let folder = WorkFolder(command.workFolder)
        let problems = folder.problems(outputs: Set(paths.values), inputs: Set(command.inputs.keys))
        guard problems.isEmpty else { throw end.failed(problems.joined(separator: "; ")) }
        // A hole takes up nothing in the work folder, but the store keeps it byte by byte.
        let size = folder.contentBytes(of: paths.values)
        guard size <= command.limits.fileBytes else {
            throw end.exceeded("its outputs have \(size) bytes in all, holes included: more than \(command.limits.fileBytes)", \.fileBytes)
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

    /// The first path, by its letters, that lies below another one; nil if none does.
    private static func nested(_ paths: [String]) -> String? {
        let files = Set(paths)
        return paths.sorted().first { path in
            path.indices.contains { path[$0] == "/" && files.contains(String(path[..<$0])) }
        }
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
            } catch let error as StoreError {
                throw StepFailure(reading: name, error)
            } catch {
                throw StepFailure(.environment, "cannot copy input '\(name)': \(error)")
            }
        }
        if let inner = Self.nested(Array(command.inputs.keys) + Array(outputs.values)) {
            throw StepFailure(.input, "of two files of the step one lies in the other: '\(inner)' is below a path that is itself a file")
        }
        let execution = work.step.execution
        command.limits.cpus = execution.resources.cpus
        command.limits.wallSeconds = execution.timeoutSeconds
        if let bytes = execution.resources.memoryBytes { command.limits.memoryBytes = bytes }
        if let count = execution.resources.processes { command.limits.processes = count }
        if let bytes = execution.resources.fileBytes { command.limits.fileBytes = bytes }
        return command
    }
}
