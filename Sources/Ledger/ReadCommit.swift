internal import Attestations
internal import Basics
internal import Git
internal import Signatures

/// One commit of a ledger as git has it, before anything in it is believed.
struct ReadCommit: Sendable {
    struct File: Sendable {
        let change: TreeChange
        let place: LedgerLayout.Place?
        /// Nil for a path that is gone, or that is no regular file in a place of the ledger's.
        let bytes: [UInt8]?
    }

    let commit: Commit
    let files: [File]
    let findings: [LedgerFinding]

    /// Reads what the commit changed against the commit before it.
    init(_ repository: Repository, _ id: ObjectID, after previousTree: ObjectID?) throws(GitError) {
        commit = try repository.commit(id)
        var files: [File] = []
        var findings: [LedgerFinding] = []
        for change in try repository.changes(from: previousTree, to: commit.tree) {
            let place = LedgerLayout.place(of: change.path)
            var bytes: [UInt8]?
            if place != nil, let new = change.new, new.mode == .regular {
                do {
                    bytes = try repository.blob(new.id)
                } catch {
                    findings.append(LedgerFinding(.unreadableObject, commit: id, path: change.path, message: error.description))
                    continue
                }
            }
            files.append(File(change: change, place: place, bytes: bytes))
        }
        self.files = files
        self.findings = findings
    }
}
