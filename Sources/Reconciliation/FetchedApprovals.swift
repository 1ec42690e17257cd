import Basics
import Foundation
import Git
import Policies

/// The approvals that lie on the server, in a repository of their own: libgit2 fetches commits only, and approvals are none. Stock git brings them.
enum FetchedApprovals {
    /// Who approved, before it was merged, exactly what a commit made of its first parent.
    ///
    /// Only asked for if some policy reads `change.approvers`; a run that has nothing new to fetch starts no process.
    static func approvers(
        of commit: ObjectID, _ repository: Repository, _ snapshot: Snapshot, _ authorship: Authorship, address: String, stateFolder: String,
        at instant: Instant
    ) async throws -> [String] {
        guard snapshot.policies.contains(where: \.readsApprovers) else { return [] }
        let source = try repository.commit(commit)
        guard let base = source.parents.first else { return [] }
        let path = stateFolder + "/approvals.git"
        let own = FileManager.default.fileExists(atPath: path + "/HEAD") ? try Repository.open(at: path) : try Repository.initBare(at: path)
        let offered = try Repository.remoteReferences(of: address).filter { $0.name.hasPrefix(Approval.folder) }
        let known = try own.references(prefix: Approval.folder)
        func byName(_ references: [(name: String, target: ObjectID)]) -> [String: ObjectID] {
            Dictionary(references.map { ($0.name, $0.target) }, uniquingKeysWith: { first, _ in first })
        }
        if byName(offered.map { ($0.name, $0.target) }) != byName(known.map { ($0.name, $0.target) }) {
            try await ApprovalSigning.fetch("+\(Approval.folder)*:\(Approval.folder)*", of: path, from: address)
        }
        let fetched = try Repository.open(at: path)
        let blobs = try fetched.references(prefix: Approval.references(tree: source.tree.hex)).map { try fetched.blob($0.target) }
        // As in the gate: by the people whom the base knew.
        let signers = try Snapshot(repository, tree: try repository.commit(base).tree).allowedSigners
        let guarding = ChangeGuard(
            base: base.hex, tree: source.tree.hex, owners: snapshot.owners, signers: signers, instant: instant, authors: authorship.principals,
            authorKeys: authorship.keys, unknownAuthor: nil, approvals: blobs)
        return Set(guarding.approvers.map(\.name)).sorted()
    }
}
