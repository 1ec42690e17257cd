import Basics
import Foundation
import Sandbox
import Synchronization
import TestSupport

/// A stage that a test writes: a script, the folder that it works in, and what it wrote.
final class Stage: Sendable {
    let folder: TemporaryFolder
    let policy: SandboxPolicy
    private let written = Mutex<[UInt8]>([])

    init(policy: SandboxPolicy = .required) throws {
        folder = try TemporaryFolder()
        self.policy = policy
    }

    var work: String { folder.path + "/work" }
    var log: String { String(decoding: written.withLock { $0 }, as: UTF8.self) }

    /// Runs what `sh -c` makes of the script.
    @discardableResult
    func run(
        _ script: String, _ change: (inout SandboxedCommand) -> Void = { _ in }, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) async throws -> SandboxOutcome {
        try await run(["sh", "-c", script], change, isCancelled: isCancelled)
    }

    @discardableResult
    func run(
        _ arguments: [String], _ change: (inout SandboxedCommand) -> Void = { _ in }, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) async throws -> SandboxOutcome {
        var command = SandboxedCommand(arguments: arguments, workFolder: work)
        command.limits.wallSeconds = 20
        command.limits.memoryBytes = 512 << 20
        command.limits.processes = 64
        command.limits.fileBytes = 32 << 20
        change(&command)
        return try await Sandbox(policy: policy).run(
            command, scratch: folder.path, name: "test-\(UUID().uuidString)", isCancelled: isCancelled
        ) { bytes in self.written.withLock { $0 += bytes } }
    }

    func output(_ name: String) throws -> String { try String(contentsOfFile: work + "/" + name, encoding: .utf8) }

    func put(_ text: String, at name: String) throws -> String {
        let path = folder.path + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Whether some process of this machine has the words in its command line.
    static func isRunning(_ words: String) -> Bool {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return numbers.filter { $0.allSatisfy(\.isNumber) }.contains { number in
            guard let bytes = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") else { return false }
            return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\0", with: " ").contains(words)
        }
    }
}
