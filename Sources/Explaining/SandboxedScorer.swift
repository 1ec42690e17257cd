public import Basics
internal import Dispatch
internal import Foundation
public import Models
public import Sandbox
internal import Synchronization

/// Runs a scorer's command in the sandbox, once for each block: the rows lie in `$PROVISO_ROWS` (`rows.arrow`), its answer is what it writes to
/// `$PROVISO_SCORES` (`scores.arrow`). It reads the files that its description names and nothing else of this machine but its system.
public struct SandboxedScorer: ScorerTransport {
    private let description: ScorerDescription
    private let folder: String
    private let sandbox: Sandbox
    private let limits: SandboxLimits
    private let isCancelled: @Sendable () -> Bool
    public let digest: Digest

    /// - Parameters:
    ///   - folder: where the description lies, and the files that it names.
    ///   - seconds: that one block may take.
    public init(
        _ description: ScorerDescription, folder: String, policy: SandboxPolicy, seconds: Int64 = 600,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(ModelError) {
        var encoder = CanonicalEncoder(domain: "proviso.scorer.v1")
        encoder.beginSequence(count: description.command.count)
        for word in description.command { encoder.append(word) }
        encoder.beginSequence(count: description.files.count)
        for file in description.files {
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: "\(folder)/\(file)", isDirectory: &isFolder), !isFolder.boolValue else {
                throw ModelError(.malformedArtifact, operation: "read the model", message: "the scorer's file '\(file)' is not in \(folder)")
            }
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else {
                throw ModelError(.malformedArtifact, operation: "read the model", message: "the scorer's file '\(file)' cannot be read")
            }
            encoder.append(file)
            encoder.append(Digest.of(Array(bytes)))
        }
        digest = encoder.digest
        self.description = description
        self.folder = folder
        self.isCancelled = isCancelled
        sandbox = Sandbox(policy: policy)
        var limits = SandboxLimits()
        limits.wallSeconds = seconds
        self.limits = limits
    }

    /// Waits on the calling thread, which must not be one of the cooperative pool's.
    public func score(_ rows: [UInt8], count: Int) throws(ModelError) -> [UInt8] {
        let scratch = NSTemporaryDirectory() + "proviso-scorer-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let input = scratch + "/rows.arrow"
        do {
            try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
            try Data(rows).write(to: URL(fileURLWithPath: input))
        } catch { throw ModelError(.environment, operation: "run the scorer", message: "cannot write \(input)") }
        var command = SandboxedCommand(arguments: description.command, workFolder: scratch + "/work")
        command.inputs = ["rows.arrow": input]
        for file in description.files { command.inputs[file] = "\(folder)/\(file)" }
        command.outputs = ["scores.arrow"]
        command.environment = ["PROVISO_ROWS": "rows.arrow", "PROVISO_SCORES": "scores.arrow"]
        command.parameters = ["rows": .int(Int64(count)), "features": .array(description.features.map { .string($0) })]
        command.limits = limits
        let said = Mutex<[UInt8]>([])
        let outcome = try run(command, scratch: scratch, said: { bytes in said.withLock { $0 = Array(($0 + bytes).suffix(2000)) } })
        let words = String(decoding: said.withLock { $0 }, as: UTF8.self).split(separator: "\n").suffix(3).joined(separator: " / ")
        guard outcome.end != .cancelled else { throw ModelError(.cancelled, operation: "run the scorer", message: "it was stopped") }
        guard outcome.end == .exited(0) else {
            throw Self.failure("the scorer \(outcome.end.words)" + (words.isEmpty ? "" : ": \(words)"))
        }
        let work = WorkFolder(command.workFolder)
        let problems = work.problems(outputs: ["scores.arrow"], inputs: Set(command.inputs.keys)).filter { $0.contains("'scores.arrow'") }
        if let problem = problems.first { throw Self.failure("the scorer: \(problem)") }
        work.unlock("scores.arrow")
        guard let answer = FileManager.default.contents(atPath: command.workFolder + "/scores.arrow") else {
            throw Self.failure("the scorer's answer cannot be read")
        }
        return Array(answer)
    }

    private func run(_ command: SandboxedCommand, scratch: String, said: @escaping @Sendable ([UInt8]) -> Void) throws(ModelError) -> SandboxOutcome {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<SandboxOutcome, SandboxError>?>(nil)
        let (sandbox, isCancelled) = (sandbox, isCancelled)
        let name = "scorer-" + scratch.suffix(12).lowercased()
        Task.detached {
            let outcome: Result<SandboxOutcome, SandboxError>
            do throws(SandboxError) {
                outcome = .success(try await sandbox.run(command, scratch: scratch, name: name, isCancelled: isCancelled, log: said))
            } catch {
                outcome = .failure(error)
            }
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        switch result.withLock({ $0 }) {
        case .success(let outcome)?: return outcome
        case .failure(let error)?:
            let code: ModelError.Code =
                switch error.code {
                case .unavailable: .sandboxUnavailable
                case .environment: .environment
                default: .library
                }
            throw ModelError(code, operation: "run the scorer", message: error.message)
        case nil: preconditionFailure("the task has ended")
        }
    }

    private static func failure(_ message: String) -> ModelError { ModelError(.library, operation: "run the scorer", message: message) }
}

extension SandboxEnd {
    fileprivate var words: String {
        switch self {
        case .exited(let code): "ended with exit code \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        case .timedOut: "took longer than it may"
        case .cancelled: "was stopped"
        case .exceeded(let resource): "needed more \(resource.rawValue) than it may"
        }
    }
}
