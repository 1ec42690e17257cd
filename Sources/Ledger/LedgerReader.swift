public import Attestations
public import Basics
public import Git

/// Reads the ledger at one commit. It checks that a file is what its name says; who signed it is the verifier's business.
public struct LedgerReader {
    private let repository: Repository
    public let tip: ObjectID
    private let tree: ObjectID

    public init(_ repository: Repository, tip: ObjectID) throws(LedgerError) {
        self.repository = repository
        self.tip = tip
        tree = try git("open the ledger at \(tip.short)") { () throws(GitError) in try repository.commit(tip).tree }
    }

    /// The ledger as a reference (`refs/heads/proviso/ledger`) has it; nil if there is none yet.
    public static func open(_ repository: Repository, reference: String) throws(LedgerError) -> LedgerReader? {
        guard let tip = try git("open the ledger", { () throws(GitError) in try repository.reference(reference) }) else { return nil }
        return try LedgerReader(repository, tip: tip)
    }

    /// The bytes of a file; nil if there is none.
    private func file(_ path: String) throws(LedgerError) -> [UInt8]? {
        try git("read \(path)") { () throws(GitError) in
            guard let entry = try repository.entry(at: path, in: tree), entry.mode.isFile else { return nil }
            return try repository.blob(entry.id)
        }
    }

    /// The record of this digest.
    public func record(_ digest: Digest) throws(LedgerError) -> SealedRecord { try Self.record(digest, in: recordFile(digest)) }

    private func recordFile(_ digest: Digest) throws(LedgerError) -> [UInt8] {
        guard let bytes = try file(LedgerLayout.recordPath(digest)) else {
            throw Self.missing(digest)
        }
        return bytes
    }

    private static func missing(_ digest: Digest) -> LedgerError {
        LedgerError(.missing, "read record \(digest.short)", cause: "the ledger has no such record")
    }

    private static func record(_ digest: Digest, in file: [UInt8]) throws(LedgerError) -> SealedRecord {
        let sealed = try SealedRecord(parsing: file)
        guard sealed.digest == digest else {
            throw LedgerError.otherRecord(digest, sealed.digest)
        }
        return sealed
    }

    /// An evidence document or attachment.
    public func document(_ digest: Digest) throws(LedgerError) -> [UInt8] {
        let operation = "read evidence \(digest.short)"
        guard let bytes = try file(LedgerLayout.evidencePath(digest)) else {
            throw LedgerError(.missing, operation, cause: "the ledger has no such document")
        }
        guard Digest.of(bytes) == digest else {
            throw LedgerError(.malformed, operation, cause: "the file has the digest \(Digest.of(bytes))")
        }
        return bytes
    }

    /// The records about a judged commit (hexadecimal), oldest first.
    public func recordDigests(aboutCommit commit: String) throws(LedgerError) -> [Digest] {
        guard LedgerLayout.isObjectName(commit) else { return [] }
        let entries = try git("look for the records about \(commit)") { () throws(GitError) in
            try repository.treeEntries(of: tree, under: LedgerLayout.commitPath(commit))
        }
        var found: [(sequence: Int64, digest: Digest)] = []
        for entry in entries {
            guard case .commit(_, let digest)? = LedgerLayout.place(of: entry.path) else { continue }
            found.append((try record(digest).record.sequence, digest))
        }
        return found.sorted { $0.sequence < $1.sequence }.map(\.digest)
    }

    /// The records whose digest begins with `prefix`: at least two hexadecimal digits, with or without `sha256:`.
    public func recordDigests(withPrefix prefix: String) throws(LedgerError) -> [Digest] {
        let digits = prefix.hasPrefix("sha256:") ? String(prefix.dropFirst(7)) : prefix
        guard digits.utf8.count >= 2 else { return [] }
        let entries = try git("look for record \(prefix)") { () throws(GitError) in
            try repository.treeEntries(of: tree, under: "records/\(digits.prefix(2))")
        }
        return entries.compactMap { entry in
            guard case .record(let digest)? = LedgerLayout.place(of: entry.path), digest.hex.hasPrefix(digits) else { return nil }
            return digest
        }
    }

    /// All entries after the ledger commit `start` (nil: from the beginning), oldest first.
    ///
    /// - Parameter isVerified: whether it is known that this tip's ledger verifies: then that each record is the one that its commit names is looked at, and
    ///   not again that it has one spelling.
    public func entries(after start: ObjectID? = nil, isVerified: Bool = false) throws(LedgerError) -> [LedgerEntry] {
        let places = try git("list the records", { () throws(GitError) in try repository.treeEntries(of: tree, under: "records") })
        let blobs = Dictionary(places.map { ($0.path, $0.id) }) { first, _ in first }
        let commits = try git("walk the ledger", { () throws(GitError) in try repository.commitsBetween(start, tip) })
        // Git objects are read one after the other; what they hold is parsed meanwhile.
        let entries = try concurrentMap(reading: commits.count) { index throws(LedgerError) -> (commit: ObjectID, digest: Digest, bytes: [UInt8]) in
            let digest = try message(commits[index]).record
            guard let blob = blobs[LedgerLayout.recordPath(digest)] else { throw Self.missing(digest) }
            return (commits[index], digest, try git("read record \(digest.short)") { () throws(GitError) in try repository.blob(blob) })
        } _: { file in
            Result { () throws(LedgerError) in
                let record =
                    try isVerified ? SealedRecord.verifiedRecord(file.digest, in: file.bytes) : Self.record(file.digest, in: file.bytes).record
                return LedgerEntry(record: record, digest: file.digest, commit: file.commit)
            }
        }
        return try entries.map { entry throws(LedgerError) in try entry.get() }
    }

    /// The newest entry.
    public func lastEntry() throws(LedgerError) -> LedgerEntry { try entry(tip) }

    /// The newest entry of each subject, by one walk over the messages.
    public func latestEntries() throws(LedgerError) -> [SubjectName: LedgerEntry] {
        var seen: Set<String> = []
        var latest: [SubjectName: LedgerEntry] = [:]
        for id in try git("walk the ledger", { () throws(GitError) in try repository.commitsBetween(nil, tip) }).reversed() {
            guard seen.insert(try message(id).subject).inserted else { continue }
            let entry = try entry(id)
            latest[entry.record.subject] = entry
        }
        return latest
    }

    /// Whether the ledger contains a commit; false for one that the repository does not know.
    func isAncestor(_ id: ObjectID) throws(LedgerError) -> Bool {
        try git("look for the ledger's commit \(id.short)") { () throws(GitError) in
            guard try repository.contains(id) else { return false }
            return try repository.isAncestor(id, of: tip)
        }
    }

    private func entry(_ id: ObjectID) throws(LedgerError) -> LedgerEntry {
        let digest = try message(id).record
        return LedgerEntry(record: try record(digest).record, digest: digest, commit: id)
    }

    private func message(_ id: ObjectID) throws(LedgerError) -> LedgerMessage {
        let commit = try git("read the ledger's commit \(id.short)") { () throws(GitError) in try repository.commit(id) }
        guard let message = LedgerMessage(commit) else {
            throw LedgerError(.malformed, "read the ledger's commit \(id.short)", cause: "its message lacks Proviso's trailers")
        }
        return message
    }
}
