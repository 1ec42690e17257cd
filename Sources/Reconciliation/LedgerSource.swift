import Git
import Ledger
import Specs

extension Snapshot {
    /// The branch that the ledger lies on: the one that `proviso.yaml` names, or the usual one.
    var ledgerBranch: String { catalog.repository?.ledgerBranch ?? LedgerLayout.defaultBranch }

    /// Where the ledger is looked for, in order: on the server itself, then in a clone of it.
    var ledgerReferences: [String] { ["refs/heads/\(ledgerBranch)", "refs/remotes/origin/\(ledgerBranch)"] }
}

/// A ledger that somebody reads who does not write it: an auditor, or whoever fetches predictions.
struct LedgerSource {
    let repository: Repository
    /// Of the branch whose signer files count.
    let snapshot: Snapshot
    /// Nil if there is no ledger yet.
    let tip: ObjectID?

    /// - Parameters:
    ///   - revision: the branch whose signer files count.
    ///   - ledger: the ledger's reference; default: the one that the branch names, local or of `origin`.
    init(repositoryPath: String, revision: String, ledger: String?) throws {
        repository = try Repository.open(at: repositoryPath, objectWrites: .inMemory)
        snapshot = try Snapshot(repository, tree: try repository.commit(try repository.resolve(revision)).tree)
        tip = try repository.firstTarget(of: ledger.map { [$0] } ?? snapshot.ledgerReferences)
    }

    /// - Throws: `invalidArgument` if there is no ledger.
    func existingTip() throws(ReconciliationError) -> ObjectID {
        guard let tip else {
            throw ReconciliationError(.invalidArgument, "there is no ledger", hint: "fetch it: git fetch origin \(snapshot.ledgerBranch)")
        }
        return tip
    }
}

extension Repository {
    /// What the first of these references that exists names.
    func firstTarget(of names: [String]) throws(GitError) -> ObjectID? {
        for name in names {
            if let target = try reference(name) { return target }
        }
        return nil
    }
}
