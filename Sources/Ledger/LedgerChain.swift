internal import Attestations
internal import Basics
internal import Git
internal import Storage

/// How one examined commit follows on the other: order, time, predecessors, and that what a record refers to is there.
struct LedgerChain {
    let store: (any ContentStore)?

    private(set) var findings: [LedgerFinding] = []
    private(set) var entries: [LedgerEntry] = []
    private var previousCommit: ObjectID?
    private var previousRecord: (digest: Digest, sequence: Int64, instant: Instant)?
    private var documents: Set<Digest> = []
    private var artefacts: Set<Digest> = []

    init(store: (any ContentStore)?) { self.store = store }

    /// Goes on behind a commit that was verified before.
    mutating func resume(at commit: ObjectID, in repository: Repository) throws(LedgerError) {
        let last = try LedgerReader(repository, tip: commit).lastEntry()
        previousCommit = commit
        previousRecord = (last.digest, last.record.sequence, last.record.instant)
        let entries = try git("read the ledger at \(commit.short)") { () throws(GitError) in
            try repository.treeEntries(of: try repository.commit(commit).tree, under: "evidence")
        }
        for entry in entries { if case .evidence(let digest)? = LedgerLayout.place(of: entry.path) { documents.insert(digest) } }
    }

    /// Goes on behind a commit that could not be read.
    mutating func skip(_ finding: LedgerFinding) {
        findings.append(finding)
        previousCommit = finding.commit
    }

    mutating func link(_ examined: ExaminedCommit) {
        let commit = examined.commit
        func report(_ kind: LedgerFinding.Kind, _ message: String) {
            findings.append(
                LedgerFinding(
                    kind, commit: commit.id, path: examined.record.map { LedgerLayout.recordPath($0.digest) },
                    sequence: examined.record?.record.sequence, message: message))
        }
        if commit.parents.count > 1 { report(.mergeCommit, "it has \(commit.parents.count) parents") }
        if let previousCommit, !commit.parents.contains(previousCommit) {
            report(.mergeCommit, "its parent is not the commit before it, \(previousCommit.short)")
        }
        previousCommit = commit.id
        findings += examined.findings
        documents.formUnion(examined.documents)
        guard let sealed = examined.record else { return }
        let record = sealed.record

        let expected = (previousRecord?.sequence ?? 0) + 1
        if record.sequence != expected {
            let what = record.sequence > expected ? "was dropped before it" : "is repeated or out of order"
            report(.brokenSequence, "it is number \(record.sequence) where \(expected) was due: a record \(what)")
        }
        if record.previous != previousRecord?.digest {
            let named = record.previous.map(\.short) ?? "none"
            report(.brokenChain, "it names \(named) as its predecessor, which is \(previousRecord?.digest.short ?? "none")")
        }
        if let previous = previousRecord, record.instant < previous.instant {
            report(.wrongInstant, "it was decided at \(record.instant), before its predecessor at \(previous.instant)")
        }
        if commit.committer.instant != record.instant || commit.author.instant != record.instant {
            report(.wrongInstant, "the commit bears the time \(commit.committer.instant), the record \(record.instant)")
        }
        for digest in record.draft.referencedDocuments.filter({ !documents.contains($0) }).sorted() {
            report(.evidenceMissing, "the record refers to \(LedgerLayout.evidencePath(digest)), which is not there")
        }
        for (kind, message) in artefactProblems(of: record) { report(kind, message) }
        previousRecord = (sealed.digest, record.sequence, record.instant)
        entries.append(LedgerEntry(record: record, digest: sealed.digest, commit: commit.id))
    }

    private mutating func artefactProblems(of record: Record) -> [(LedgerFinding.Kind, String)] {
        guard let store else { return [] }
        var problems: [(LedgerFinding.Kind, String)] = []
        for (name, digest) in record.draft.artefacts.sorted(by: { $0.key < $1.key }) where artefacts.insert(digest).inserted {
            do {
                _ = try store.read(digest)
            } catch {
                problems.append((error.code == .missing ? .artefactMissing : .artefactDamaged, "\(name): \(error.cause) (\(digest))"))
            }
        }
        return problems
    }
}
