import Foundation
import Git
import Subprocess

/// What a machine must have.
public enum Diagnosis {
    public struct Check: Sendable {
        public let what: String
        public let isGood: Bool
        public let remedy: String
    }

    public static func run() async -> [Check] {
        var checks = [Check(what: "libgit2 \(GitLibrary.version)", isGood: true, remedy: "")]
        for (tool, arguments, remedy) in [
            ("git", ["--version"], "apt-get install git"),
            ("ssh-keygen", ["-Q", "key"], "apt-get install openssh-client (auditors check signatures with it)"),
        ] {
            let found = await version(tool, arguments)
            checks.append(Check(what: found ?? tool, isGood: found != nil, remedy: remedy))
        }
        return checks
    }

    private static func version(_ tool: String, _ arguments: [String]) async -> String? {
        do {
            let result = try await Subprocess.run(.name(tool), arguments: Arguments(arguments), output: .string(limit: 1 << 16), error: .discarded)
            guard result.terminationStatus.isSuccess else { return nil }
            let first = result.standardOutput.split(separator: "\n").first.map { String($0) } ?? tool
            return tool == "git" ? first : tool
        } catch {
            return nil
        }
    }
}
