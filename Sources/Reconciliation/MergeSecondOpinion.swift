import Foundation
import Git
import Subprocess

/// Stock git's word on a merge. libgit2 merges a few cases that git reports as conflicts; where the two differ, nobody should decide.
enum MergeSecondOpinion {
    enum Answer {
        case tree(ObjectID)
        case conflicts
        /// git could not be asked.
        case unavailable(String)
    }

    /// Runs `git merge-tree --write-tree`, whose objects go to a folder of their own that is removed again.
    static func merge(repository: Repository, base: ObjectID, head: ObjectID) async -> Answer {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("proviso-merge-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: scratch) }
            let result = try await run(
                .name("git"), arguments: ["--git-dir", repository.path, "merge-tree", "--write-tree", "--no-messages", base.hex, head.hex],
                environment: .inherit.updating(environment(repository: repository, scratch: scratch)),
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            switch result.terminationStatus {
            case .exited(0):
                let line = result.standardOutput.split(separator: "\n").first.map(String.init) ?? ""
                guard let tree = ObjectID(line) else { return .unavailable("git merge-tree printed no tree") }
                return .tree(tree)
            case .exited(1): return .conflicts
            default: return .unavailable(result.standardError.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        } catch {
            return .unavailable("\(error)")
        }
    }

    /// New objects go to `scratch`; everything that could be read before still can be, a hook's quarantine included.
    private static func environment(repository: Repository, scratch: URL) -> [Environment.Key: String?] {
        let inherited = ProcessInfo.processInfo.environment
        let primary = inherited["GIT_OBJECT_DIRECTORY"] ?? repository.path + "objects"
        let alternates = [primary, repository.path + "objects"] + (inherited["GIT_ALTERNATE_OBJECT_DIRECTORIES"].map { [$0] } ?? [])
        return [
            "GIT_OBJECT_DIRECTORY": scratch.path, "GIT_ALTERNATE_OBJECT_DIRECTORIES": alternates.joined(separator: ":"),
            "GIT_QUARANTINE_PATH": nil, "GIT_NO_REPLACE_OBJECTS": "1",
        ]
    }
}
