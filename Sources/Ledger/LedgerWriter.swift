public import Attestations
internal import Basics
public import Git
public import Signatures

/// A decision to be recorded, with the documents it refers to.
public struct PendingRecord: Hashable, Sendable {
    public let draft: RecordDraft
    /// Evidence and attachments, each filed under the digest of its bytes. Those that the ledger has already may be left out.
    public let documents: [[UInt8]]

    public init(draft: RecordDraft, documents: [[UInt8]]) {
        self.draft = draft
        self.documents = documents
    }
}

/// Ledger commits that are made and signed, but that nobody refers to yet.
public struct PreparedRecords: Hashable, Sendable {
    /// What they were built on; nil for the first.
    public let base: ObjectID?
    public let tip: ObjectID
    public let entries: [LedgerEntry]
}

/// Adds records to the ledger: one signed commit for each, on the tip that the server has, moved there by compare-and-swap.
public struct LedgerWriter {
    private let repository: Repository
    private let key: SigningKey
    private let name: String
    private let email: String
    /// From so many records on they are made in memory and stored as one pack: 30 times as fast, at the price of a pack more.
    private static let packedFrom = 8

    /// `name` and `email` stand in the ledger's commits as author and committer.
    public init(_ repository: Repository, key: SigningKey, name: String = "Proviso", email: String) {
        self.repository = repository
        self.key = key
        self.name = name
        self.email = email
    }

    /// Makes and signs the commits, durably, in this repository. No reference moves; a crash afterwards leaves nothing behind that counts.
    /// The same records on the same base give the same commits.
    public func prepare(_ pending: [PendingRecord], on base: ObjectID?) throws(LedgerError) -> PreparedRecords {
        precondition(!pending.isEmpty, "nothing to record")
        let isPacked = pending.count >= Self.packedFrom
        let workshop = isPacked ? try git("record", { () throws(GitError) in try repository.inMemoryHandle() }) : repository
        var previous: LedgerEntry?
        var tree: ObjectID?
        if let base {
            previous = try LedgerReader(repository, tip: base).lastEntry()
            tree = try git("record", { () throws(GitError) in try repository.commit(base).tree })
        }
        var tip = base
        var entries: [LedgerEntry] = []
        for item in pending {
            let entry = try add(item, after: previous, tip: tip, tree: &tree, in: workshop)
            entries.append(entry)
            previous = entry
            tip = entry.commit
        }
        guard let tip else { preconditionFailure("at least one record was added") }
        if isPacked {
            try git("store \(pending.count) records") { () throws(GitError) in
                try workshop.copyObjects(reachableFrom: tip, notFrom: base.map { [$0] } ?? [], to: repository)
            }
        }
        return PreparedRecords(base: base, tip: tip, entries: entries)
    }

    /// Moves the server's reference from the base to the new tip, without force.
    public func publish(
        _ prepared: PreparedRecords, to reference: String, of address: String, access: RemoteAccess = .anonymous
    ) throws(LedgerError) -> PushReport {
        do {
            return try repository.push(prepared.tip, to: reference, of: address, expecting: prepared.base, access: access)
        } catch {
            let said = error.serverMessages.isEmpty ? "" : "\n" + error.serverMessages
            let code: LedgerError.Code = error.code == .lostRace ? .lostRace : error.code == .refused ? .refused : .git
            throw LedgerError(code, "publish \(prepared.entries.count) records", cause: error.reason + said)
        }
    }

    private func add(
        _ item: PendingRecord, after previous: LedgerEntry?, tip: ObjectID?, tree: inout ObjectID?, in repository: Repository
    ) throws(LedgerError) -> LedgerEntry {
        let draft = item.draft
        let operation = "record the decision on \(draft.subject)"
        if let previous, draft.instant < previous.record.instant {
            throw LedgerError(
                .instantBeforePrevious, operation,
                cause: "its instant \(draft.instant) is before that of the previous record, \(previous.record.instant)")
        }
        precondition(LedgerLayout.isObjectName(draft.source.commit), "a record names the judged commit in full")
        let record = Record(sequence: (previous?.record.sequence ?? 0) + 1, previous: previous?.digest, draft: draft)
        let sealed = SealedRecord.seal(record, with: key)

        var files: [String: [UInt8]] = [LedgerLayout.recordPath(sealed.digest): sealed.bytes]
        for document in item.documents { files[LedgerLayout.evidencePath(Digest.of(document))] = document }
        files[LedgerLayout.commitPath(draft.source.commit, sealed.digest)] = LedgerLayout.commitLine(record)

        let newTree = try git(operation) { () throws(GitError) in
            var upserts: [TreeEntry] = []
            for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
                upserts.append(TreeEntry(path: path, mode: .regular, id: try repository.writeBlob(bytes)))
            }
            return try repository.createTree(from: tree, upserts: upserts)
        }
        for digest in draft.referencedDocuments {
            let path = LedgerLayout.evidencePath(digest)
            let entry = try git(operation) { () throws(GitError) in try repository.entry(at: path, in: newTree) }
            precondition(entry != nil, "\(draft.subject): document \(digest) is neither given nor in the ledger")
        }
        let identity = CommitIdentity(name: name, email: email, instant: draft.instant)
        let commit = try git(operation) { () throws(GitError) in
            try repository.createCommit(
                tree: newTree, parents: tip.map { [$0] } ?? [], author: identity, committer: identity,
                message: LedgerMessage.text(record, digest: sealed.digest),
                sign: { SSHSignature.sign($0, namespace: "git", with: key).armored })
        }
        tree = newTree
        return LedgerEntry(record: record, digest: sealed.digest, commit: commit)
    }
}

extension RecordDraft {
    /// The documents that must lie in the ledger.
    var referencedDocuments: Set<Digest> { Set(evidence.values).union(attachments.values) }
}
