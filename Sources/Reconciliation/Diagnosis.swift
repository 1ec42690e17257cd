import Foundation
import Git
import Sandbox
import Storage
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
            ("ssh-keygen", ["-?"], "apt-get install openssh-client (auditors check signatures with it)"),
        ] {
            let found = await version(tool, arguments)
            checks.append(Check(what: found ?? tool, isGood: found != nil, remedy: remedy))
        }
        let libraries = NativeLibraries.versions
        for name in NativeLibraries.names {
            checks.append(
                Check(
                    what: libraries[name].map { "\(name) \($0)" } ?? name, isGood: libraries[name] != nil,
                    remedy: "its library is not in ../lib/proviso beside the program: make install puts it there"))
        }
        switch await Sandbox(policy: .required).trial(scratch: FileManager.default.temporaryDirectory.path + "/proviso-doctor-\(UUID().uuidString)") {
        case .success(let enforcement):
            let held = enforcement.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            checks.append(Check(what: "sandbox: \(held)", isGood: true, remedy: ""))
        case .failure(let error):
            checks.append(
                Check(
                    what: "sandbox", isGood: false,
                    remedy:
                        "\(error); apt-get install bubblewrap, and let this user make namespaces (pipelines' programs need it, or --without-sandbox)")
            )
        }
        return checks
    }

    /// Reads the remembered files of a work tree again.
    ///
    /// - Parameter memory: the file that remembers.
    /// - Returns: those whose bytes changed though the file system says that they did not.
    public static func changedUnseen(memory: String) throws -> [String] {
        let digests = FileDigests(at: memory)
        let found = try digests.changedUnseen()
        try digests.save()
        return found
    }

    private static func version(_ tool: String, _ arguments: [String]) async -> String? {
        do {
            let result = try await Subprocess.run(.name(tool), arguments: Arguments(arguments), output: .string(limit: 1 << 16), error: .discarded)
            // ssh-keygen has no question that it answers well: that it starts must do.
            guard tool == "git" else { return tool }
            guard result.terminationStatus.isSuccess else { return nil }
            return result.standardOutput.split(separator: "\n").first.map { String($0) } ?? tool
        } catch {
            return nil
        }
    }
}
