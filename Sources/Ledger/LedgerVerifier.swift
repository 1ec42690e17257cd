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
        var chain = LedgerChain(store: store)
        if let start { try chain.resume(at: start, in: repository) }
        var tree = try start.map { id throws(LedgerError) in
            try git("read the ledger at \(id.short)") { () throws(GitError) in try repository.commit(id).tree }
        }
        for block in stride(from: 0, to: commits.count, by: Self.blockLength) {
            verify(commits[block..<min(block + Self.blockLength, commits.count)], after: &tree, in: &chain)
        }
        return LedgerReport(tip: tip, commits: commits.count, entries: chain.entries, findings: findings + chain.findings)
    }

    /// Git is read by one thread, commits are examined by all, and linked in order by one again.
    private func verify(_ commits: ArraySlice<ObjectID>, after tree: inout ObjectID?, in chain: inout LedgerChain) {
        var read: [Result<ReadCommit, LedgerFinding>] = []
        for id in commits {
            do {
                let commit = try ReadCommit(repository, id, after: tree)
                tree = commit.commit.tree
                read.append(.success(commit))
            } catch {
                read.append(.failure(LedgerFinding(.unreadableObject, commit: id, message: error.description)))
            }
        }
        let (reconcilers, people) = (reconcilers, people)
        for examined in read.concurrentMap({ $0.map { ExaminedCommit($0, reconcilers: reconcilers, people: people) } }) {
            switch examined {
            case .success(let commit): chain.link(commit)
            case .failure(let finding): chain.skip(finding)
            }
        }
    }

    /// Commits whose files are held in memory at one time.
    private static let blockLength = 256

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
