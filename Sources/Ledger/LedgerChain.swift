internal import Attestations
internal import Basics
internal import Git
internal import Signatures
internal import Storage

/// The verification of one commit after the other, with what must be remembered in between.
struct LedgerChain {
    let repository: Repository
    let reconcilers: SignerFile
    let people: SignerFile
    let store: (any ContentStore)?

    private(set) var findings: [LedgerFinding] = []
    private(set) var entries: [LedgerEntry] = []
    private var previousCommit: ObjectID?
    private var previousTree: ObjectID?
    private var previousRecord: (digest: Digest, sequence: Int64, instant: Instant)?
    private var evidence: Set<Digest> = []
    private var artefacts: Set<Digest> = []
    // Of the commit that is being looked at.
    private var current = ObjectID.zero
    private var sequence: Int64?

    init(repository: Repository, reconcilers: SignerFile, people: SignerFile, store: (any ContentStore)?) {
        self.repository = repository
        self.reconcilers = reconcilers
        self.people = people
        self.store = store
    }

    /// Goes on behind a commit that was verified before.
    mutating func resume(at commit: ObjectID) throws(LedgerError) {
        let reader = try LedgerReader(repository, tip: commit)
        let last = try reader.lastEntry()
        previousCommit = commit
        previousRecord = (last.digest, last.record.sequence, last.record.instant)
        let entries = try git("read the ledger at \(commit.short)") { () throws(GitError) in
            let tree = try repository.commit(commit).tree
            previousTree = tree
            return try repository.treeEntries(of: tree, under: "evidence")
        }
        for entry in entries { if case .evidence(let digest)? = LedgerLayout.place(of: entry.path) { evidence.insert(digest) } }
    }

    mutating func check(_ id: ObjectID) {
        current = id
        sequence = nil
        do throws(GitError) {
            let commit = try repository.commit(id)
            if commit.parents.count > 1 { report(.mergeCommit, "it has \(commit.parents.count) parents") }
            if let previousCommit, !commit.parents.contains(previousCommit) {
                report(.mergeCommit, "its parent is not the commit before it, \(previousCommit.short)")
            }
            let changes = try repository.changes(from: previousTree, to: commit.tree)
            let record = try files(changes)
            let signer = signer(of: commit, at: record?.record.instant ?? commit.committer.instant)
            if let record {
                check(record, signer, commit)
            } else {
                report(.recordMissing, "it brings no record")
            }
            try checkCommitLine(changes, record)
            previousTree = commit.tree
        } catch {
            report(.unreadableObject, error.description)
        }
        previousCommit = id
    }

    private mutating func report(_ kind: LedgerFinding.Kind, path: String? = nil, _ message: String) {
        findings.append(LedgerFinding(kind, commit: current, path: path, sequence: sequence, message: message))
    }

    // MARK: Files

    /// Checks each changed path; gives the one new record.
    private mutating func files(_ changes: [TreeChange]) throws(GitError) -> SealedRecord? {
        var records: [SealedRecord] = []
        for change in changes {
            guard let new = change.new else {
                report(.pathRemoved, path: change.path, "a file of an earlier commit is gone")
                continue
            }
            guard let place = LedgerLayout.place(of: change.path), new.mode == .regular else {
                report(.unexpectedPath, path: change.path, "a ledger has no such file")
                continue
            }
            if case .commit = place { continue }
            if change.old != nil { report(.pathChanged, path: change.path, "a file of an earlier commit was changed") }
            do {
                let bytes = try repository.blob(new.id)
                if let record = check(bytes, place, change.path) { records.append(record) }
            } catch {
                report(.unreadableObject, path: change.path, error.description)
            }
        }
        for extra in records.dropFirst() {
            report(.recordMissing, path: LedgerLayout.recordPath(extra.digest), "a commit brings one record, and this is another")
        }
        return records.first
    }

    private mutating func check(_ bytes: [UInt8], _ place: LedgerLayout.Place, _ path: String) -> SealedRecord? {
        switch place {
        case .evidence(let digest):
            if Digest.of(bytes) == digest {
                evidence.insert(digest)
            } else {
                report(.digestMismatch, path: path, "its bytes have the digest \(Digest.of(bytes))")
            }
            return nil
        case .record(let digest):
            let record: SealedRecord
            do {
                record = try SealedRecord(parsing: bytes)
            } catch {
                report(.malformedFile, path: path, error.cause)
                return nil
            }
            guard record.digest == digest else {
                report(.digestMismatch, path: path, "it holds record \(record.digest)")
                return nil
            }
            return record
        case .commit: return nil
        }
    }

    /// The folder of the judged commit gets one line about the new record, and no other folder is touched.
    private mutating func checkCommitLine(_ changes: [TreeChange], _ record: SealedRecord?) throws(GitError) {
        var found = false
        for change in changes {
            guard case .commit(let judged, let digest)? = LedgerLayout.place(of: change.path), let new = change.new, new.mode == .regular else {
                continue
            }
            guard change.old == nil, let record, record.digest == digest, record.record.draft.source.commit == judged,
                try repository.blob(new.id) == LedgerLayout.commitLine(record.record)
            else {
                report(.wrongCommitLine, path: change.path, "it is not the line about the new record")
                continue
            }
            found = true
        }
        if let record, !found {
            let path = LedgerLayout.commitPath(record.record.draft.source.commit, record.digest)
            report(.wrongCommitLine, path: path, "there is no line about record \(record.digest.short)")
        }
    }

    // MARK: Record

    private mutating func check(_ sealed: SealedRecord, _ signer: PublicKey?, _ commit: Commit) {
        let record = sealed.record
        let path = LedgerLayout.recordPath(sealed.digest)
        sequence = record.sequence
        if LedgerMessage(commit) != LedgerMessage(record, digest: sealed.digest) {
            report(.messageMismatch, path: path, "the commit's message does not say what the record says")
        }
        checkSignatures(sealed, signer, path)

        let expected = (previousRecord?.sequence ?? 0) + 1
        if record.sequence != expected {
            let what = record.sequence > expected ? "was dropped before it" : "is repeated or out of order"
            report(.brokenSequence, path: path, "it is number \(record.sequence) where \(expected) was due: a record \(what)")
        }
        if record.previous != previousRecord?.digest {
            let named = record.previous.map(\.short) ?? "none"
            report(.brokenChain, path: path, "it names \(named) as its predecessor, which is \(previousRecord?.digest.short ?? "none")")
        }
        if let previous = previousRecord, record.instant < previous.instant {
            report(.wrongInstant, path: path, "it was decided at \(record.instant), before its predecessor at \(previous.instant)")
        }
        if commit.committer.instant != record.instant || commit.author.instant != record.instant {
            report(.wrongInstant, path: path, "the commit bears the time \(commit.committer.instant), the record \(record.instant)")
        }
        for digest in record.draft.referencedDocuments.subtracting(evidence).sorted() {
            report(.evidenceMissing, path: LedgerLayout.evidencePath(digest), "the record refers to it")
        }
        checkArtefacts(record)
        previousRecord = (sealed.digest, record.sequence, record.instant)
        entries.append(LedgerEntry(record: record, digest: sealed.digest, commit: current))
    }

    private mutating func checkArtefacts(_ record: Record) {
        guard let store else { return }
        for (name, digest) in record.draft.artefacts.sorted(by: { $0.key < $1.key }) where artefacts.insert(digest).inserted {
            do {
                _ = try store.read(digest)
            } catch {
                report(error.code == .missing ? .artefactMissing : .artefactDamaged, "\(name): \(error.cause) (\(digest))")
            }
        }
    }

    // MARK: Signatures

    /// The reconciler that signed the commit; nil, and a finding, for anybody else.
    private mutating func signer(of commit: Commit, at instant: Instant) -> PublicKey? {
        let status = SignatureStatus.of(
            signature: commit.signature, payload: commit.signedPayload, namespace: "git", signers: reconcilers, at: instant)
        switch status {
        case .good(let key, _): return key
        case .unknownKey(let key), .notAuthorized(let key, _): report(.foreignSigner, "the commit is \(foreign(key, status))")
        default: report(.badCommitSignature, "the commit is \(status)")
        }
        return nil
    }

    private mutating func checkSignatures(_ sealed: SealedRecord, _ signer: PublicKey?, _ path: String) {
        let keys: [PublicKey]
        do {
            keys = try sealed.envelope.verifiedSigners()
        } catch {
            report(.badRecordSignature, path: path, error.message)
            return
        }
        for key in keys {
            let status = reconcilers.status(of: key, namespace: DSSEEnvelope.namespace, at: sealed.record.instant)
            if case .authorized = status { continue }
            let described = status == .unknownKey ? SignatureStatus.unknownKey(key) : .notAuthorized(key, status)
            report(.foreignSigner, path: path, "the record is \(foreign(key, described))")
        }
        if let signer, keys != [signer] { report(.differentSigners, path: path, "the commit is signed by \(signer)") }
    }

    private func foreign(_ key: PublicKey, _ status: SignatureStatus) -> String {
        if let entry = people.entries.first(where: { $0.key == key }) {
            return "signed by \(entry.name) (\(key)): a person's key, not a reconciler's; this is a forgery"
        }
        return "\(status)"
    }
}
