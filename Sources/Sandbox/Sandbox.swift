internal import Basics
internal import CProcess
internal import Foundation
internal import Synchronization

/// Runs programs that nobody here wrote, so that they see and change nothing but what they were given.
public struct Sandbox: Sendable {
    /// The environment variable by which a program without a sandbox is found again.
    static let mark = "PROVISO_WORK_FOLDER"

    let policy: SandboxPolicy
    let tree: ControlGroupTree

    public init(policy: SandboxPolicy) {
        self.policy = policy
        tree = ControlGroupTree.ofThisProcess()
    }

    /// - Parameters:
    ///   - scratch: a folder of this run's own, beside the work folder.
    ///   - name: names the control group: letters, digits and hyphens, unique on this machine.
    ///   - isCancelled: asked every few hundredths of a second.
    ///   - log: is handed what the program writes, as it comes.
    public func run(
        _ command: SandboxedCommand, scratch: String, name: String, isCancelled: @escaping @Sendable () -> Bool,
        log: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(SandboxError) -> SandboxOutcome {
        // A thread of its own, that lives as long as the program: the kernel kills a bubblewrap whose starting thread ends.
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<SandboxOutcome, SandboxError>, Never>) in
            let thread = Thread {
                do throws(SandboxError) {
                    continuation.resume(returning: .success(try block(command, scratch: scratch, name: name, isCancelled: isCancelled, log: log)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.name = "sandbox"
            thread.start()
        }
        return try result.get()
    }

    private func block(
        _ command: SandboxedCommand, scratch: String, name: String, isCancelled: () -> Bool, log: ([UInt8]) -> Void
    ) throws(SandboxError) -> SandboxOutcome {
        try check(command, scratch: scratch)
        let folder = WorkFolder(command.workFolder)
        let isConfined = SystemFiles.exists(policy.bubblewrap)
        guard isConfined || policy.allowsUnconfined else {
            throw SandboxError(.unavailable, "there is no sandbox on this machine: \(policy.bubblewrap) does not exist")
        }
        let mapping = Bubblewrap.mapping(isRoot: geteuid() == 0, status: SystemFiles.text("/proc/self/status") ?? "")
        ControlGroup.sweep(tree)
        let group = ControlGroup(name: ControlGroup.prefix + name, limits: command.limits, tree: tree)
        defer { group?.remove() }
        let limits = ProcessLimits(command.limits, group: group, mapping: isConfined && !policy.allowsUnconfined ? mapping : nil)
        let child: Child
        var enforcement = limits.enforcement
        if policy.allowsUnconfined {
            enforcement.merge(["sandbox": "none", "user": "own", "network": "shared", "systemCalls": "none"]) { $1 }
            child = try unconfined(command, folder, scratch: scratch, limits: limits, group: group)
        } else {
            try folder.prepare(Array(command.inputs.keys) + command.outputs, owner: mapping == .real ? Bubblewrap.nobody : nil)
            try writeSettings(command, scratch: scratch)
            var filter = [UInt8](repeating: 0, count: 4096)
            filter.removeLast(filter.count - Int(unsafe cprocess_seccomp_program(&filter, Int32(filter.count))))
            let bubblewrap = Bubblewrap(policy: policy, command: command, mapping: mapping, scratch: scratch, hasFilter: !filter.isEmpty)
            enforcement.merge(bubblewrap.enforcement) { $1 }
            child = try Child(
                arguments: bubblewrap.arguments, environment: [:], folder: nil, limits: limits, entrances: group?.entrances ?? [], filter: filter,
                isOfStage: false)
        }
        let watch = SandboxWatch(command: command, folder: folder, group: group, isConfined: !policy.allowsUnconfined)
        return try watch.run(child, enforcement: enforcement, isCancelled: isCancelled, log: log)
    }

    private func check(_ command: SandboxedCommand, scratch: String) throws(SandboxError) {
        guard let program = command.arguments.first, !program.isEmpty else { throw SandboxError(.invalid, "the command is empty") }
        if program.contains("=") { throw SandboxError(.invalid, "the program '\(program)' has an equals sign in its name") }
        if command.arguments.contains(where: { $0.utf8.contains(0) }) { throw SandboxError(.invalid, "an argument has a zero byte") }
        for (name, value) in command.environment where name.isEmpty || (name + value).utf8.contains(0) || name.contains("=") {
            throw SandboxError(.invalid, "'\(name)' cannot be the name of an environment variable with that value")
        }
        for path in command.inputs.keys.sorted() + command.outputs {
            if let problem = SandboxedCommand.problem(withPath: path) { throw SandboxError(.invalid, problem) }
        }
        for path in policy.readOnlyPaths {
            if let problem = SandboxPolicy.problem(withReadOnlyPath: path) { throw SandboxError(.invalid, problem) }
        }
        // What lies in a folder that every stage sees would be readable by all of them.
        for path in ["/usr"] + policy.readOnlyPaths where (scratch + "/").hasPrefix(path + "/") {
            throw SandboxError(.invalid, "the engine's own folder \(scratch) may not lie in \(path), which stages can read")
        }
    }

    private func writeSettings(_ command: SandboxedCommand, scratch: String) throws(SandboxError) {
        let files = [
            ("passwd", "root:x:0:0:root:/root:/usr/sbin/nologin\nstage:x:\(Bubblewrap.nobody):\(Bubblewrap.nobody):stage:/tmp:/bin/sh\n"),
            ("group", "root:x:0:\nstage:x:\(Bubblewrap.nobody):\n"), ("parameters.json", command.parameters.canonicalText),
        ]
        for (name, text) in files {
            let problem = SystemFiles.write(text, to: "\(scratch)/\(name)", creating: true)
            guard problem == 0 else { throw SandboxError(.environment, "cannot write \(scratch)/\(name): \(SystemFiles.words(problem))") }
        }
    }

    /// Runs the program as it is. It gets copies of its inputs, so that nothing it does to them reaches the store.
    private func unconfined(
        _ command: SandboxedCommand, _ folder: WorkFolder, scratch: String, limits: ProcessLimits, group: ControlGroup?
    ) throws(SandboxError) -> Child {
        try folder.prepare(Array(command.inputs.keys) + command.outputs, owner: nil)
        try writeSettings(command, scratch: scratch)
        for (path, source) in command.inputs {
            do {
                let target = "\(command.workFolder)/\(path)"
                try? FileManager.default.removeItem(atPath: target)  // Of an attempt before.
                try FileManager.default.copyItem(atPath: source, toPath: target)
            } catch {
                throw SandboxError(.environment, "cannot copy an input to '\(path)': \(error)")
            }
        }
        var environment = SandboxedCommand.cleanEnvironment
        environment["PROVISO_PARAMETERS"] = scratch + "/parameters.json"
        environment.merge(command.environment) { $1 }
        environment[Self.mark] = command.workFolder
        var words = command.arguments
        words[0] = try Self.program(words[0], path: environment["PATH"] ?? "", folder: command.workFolder)
        return try Child(
            arguments: words, environment: environment, folder: command.workFolder, limits: limits, entrances: group?.entrances ?? [], filter: nil,
            isOfStage: true)
    }

    private static func program(_ name: String, path: String, folder: String) throws(SandboxError) -> String {
        if name.hasPrefix("/") { return name }
        if name.contains("/") { return "\(folder)/\(name)" }
        for candidate in path.split(separator: ":").map({ "\($0)/\(name)" }) where unsafe access(candidate, X_OK) == 0 { return candidate }
        throw SandboxError(.invalid, "there is no program '\(name)' in \(path)")
    }

    /// Whether a sandbox can be made on this machine, by making one.
    public func trial(scratch: String) async -> Result<[String: String], SandboxError> {
        var command = SandboxedCommand(arguments: ["/usr/bin/true"], workFolder: scratch + "/work")
        command.limits.wallSeconds = 30
        let problem = SystemFiles.makeFolders(scratch)
        guard problem == 0 else { return .failure(SandboxError(.environment, "cannot make \(scratch): \(SystemFiles.words(problem))")) }
        do throws(SandboxError) {
            let written = Mutex<[UInt8]>([])
            let outcome = try await run(command, scratch: scratch, name: "trial-\(getpid())", isCancelled: { false }) { bytes in
                written.withLock { $0 += bytes }
            }
            guard outcome.end == .exited(0) else {
                return .failure(
                    SandboxError(.unavailable, "a trial ended with \(outcome.end): \(String(decoding: written.withLock { $0 }, as: UTF8.self))"))
            }
            return .success(outcome.enforcement)
        } catch {
            return .failure(error)
        }
    }
}
