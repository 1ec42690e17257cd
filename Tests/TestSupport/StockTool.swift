internal import Foundation

/// Runs the machine's own `git` and `ssh-keygen`, against which Proviso's work is cross-checked, without any configuration of the user's.
public enum StockTool {
    public struct Result: Sendable {
        public let status: Int32
        public let output: [UInt8]
        public let errors: String

        public var text: String { String(decoding: output, as: UTF8.self) }
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Fixed author, time and no configuration files, so that commits have the same names on every machine.
    public static let environment: [String: String] = [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C", "TZ": "UTC",
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
        "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
    ]

    /// Runs and returns whatever came of it.
    public static func run(
        _ tool: String, _ arguments: [String], in folder: String, input: [UInt8] = [], environment extra: [String: String] = [:]
    ) throws -> Result {
        // Files rather than pipes: no amount of output can block either side.
        let base = TemporaryFolder.parent.appendingPathComponent("proviso-tool-\(UUID().uuidString)").path
        let files = (input: base + ".in", output: base + ".out", errors: base + ".err")
        defer { for path in [files.input, files.output, files.errors] { _ = try? FileManager.default.removeItem(atPath: path) } }
        try Data(input).write(to: URL(fileURLWithPath: files.input))
        let status = try ChildProcess(
            [tool] + arguments, in: folder, environment: environment.merging(extra) { _, new in new }, files: files
        ).wait()
        return Result(
            status: status, output: [UInt8](try Data(contentsOf: URL(fileURLWithPath: files.output))),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: files.errors)), as: UTF8.self))
    }

    /// Runs and throws unless the exit status is 0. Standard output without the last line break.
    @discardableResult
    public static func must(
        _ tool: String, _ arguments: [String], in folder: String, input: [UInt8] = [], environment: [String: String] = [:]
    ) throws -> String {
        let result = try run(tool, arguments, in: folder, input: input, environment: environment)
        guard result.status == 0 else {
            throw Failure(description: "\(tool) \(arguments.joined(separator: " ")): exit \(result.status)\n\(result.text)\(result.errors)")
        }
        return result.text.hasSuffix("\n") ? String(result.text.dropLast()) : result.text
    }
}
