internal import Attestations
internal import Basics
public import Git
public import Signatures
public import Storage

/// Checks a ledger from its commits alone; no index, cache or reference is believed.
///
/// What it cannot see: a ledger cut short at the end, unless told a commit that it once had (`known`); and what a reconciler signed
/// wrongly.
public struct LedgerVerifier {
    private let repository: Repository
    private let reconcilers: SignerFile
    private let people: SignerFile
    private let store: (any ContentStore)?

    /// - Parameters:
    ///   - reconcilers: `.proviso/ledger_signers`: the only keys that may sign ledger commits, at the time of the record.
    ///   - people: `.proviso/allowed_signers`, to say whose key a forgery bears.
    ///   - store: if given, the artefacts that records name are read and checked too.
    public init(_ repository: Repository, reconcilers: SignerFile, people: SignerFile, store: (any ContentStore)? = nil) {
        self.repository = repository
        self.reconcilers = reconcilers
        self.people = people
        self.store = store
    }

    /// Verifies the whole history of `tip`, or what came after `trusted`, which somebody has verified before.
    public func verify(tip: ObjectID, after trusted: ObjectID? = nil, known: ObjectID? = nil) throws(LedgerError) -> LedgerReport {
        var findings: [LedgerFinding] = []
        for earlier in [known, trusted].compactMap({ $0 }) {
            let contained = try git("look for commit \(earlier.short)") { () throws(GitError) in
                guard try repository.contains(earlier) else { return false }
                return try repository.isAncestor(earlier, of: tip)
            }
            if !contained {
                findings.append(
                    LedgerFinding(
                        .rewound, commit: tip, message: "the history does not contain \(earlier), which the ledger had before"))
            }
        }
        // A rewound history is verified from its beginning: there is no point of trust in it.
        let start = findings.isEmpty ? trusted : nil
        let commits: [ObjectID]
        do {
            commits = try line(from: tip, after: start)
        } catch {
            findings.append(LedgerFinding(.unreadableObject, commit: tip, message: "the history ends there: \(error)"))
            return LedgerReport(tip: tip, commits: 0, entries: [], findings: findings)
        }
        var chain = LedgerChain(repository: repository, reconcilers: reconcilers, people: people, store: store)
        if let start { try chain.resume(at: start) }
        for commit in commits { chain.check(commit) }
        return LedgerReport(tip: tip, commits: commits.count, entries: chain.entries, findings: findings + chain.findings)
    }

    /// The first parents of `tip`, oldest first. What a merge brings in besides is no part of a ledger, and the merge is reported.
    private func line(from tip: ObjectID, after start: ObjectID?) throws(GitError) -> [ObjectID] {
        var commits: [ObjectID] = []
        var next: ObjectID? = tip
        while let id = next, id != start {
            commits.append(id)
            next = try repository.commit(id).parents.first
        }
        return commits.reversed()
    }
}
