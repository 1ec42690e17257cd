internal import Attestations
internal import Basics
internal import Git
internal import Signatures

/// What can be said of one commit of a ledger without any other: its files, digests and signatures. This is most of the work, and commits can
/// be examined side by side.
struct ExaminedCommit: Sendable {
    let commit: Commit
    /// The one record that it brings.
    private(set) var record: SealedRecord?
    /// The documents that it brings.
    private(set) var documents: [Digest] = []
    private(set) var findings: [LedgerFinding] = []

    init(_ read: ReadCommit, reconcilers: SignerFile, people: SignerFile) {
        commit = read.commit
        findings = read.findings
        for file in read.files { examine(file) }
        let instant = record?.record.instant ?? commit.committer.instant
        let signer = signer(at: instant, reconcilers, people)
        if let record {
            if LedgerMessage(commit) != LedgerMessage(record.record, digest: record.digest) {
                report(.messageMismatch, path: LedgerLayout.recordPath(record.digest), "the commit's message does not say what the record says")
            }
            examineSignatures(of: record, signer, reconcilers, people)
        } else {
            report(.recordMissing, "it brings no record")
        }
        examineCommitLine(read.files)
        let sequence = record?.record.sequence
        findings = findings.map {
            LedgerFinding($0.kind, commit: $0.commit, path: $0.path, sequence: sequence, message: $0.message)
        }
    }

    private mutating func report(_ kind: LedgerFinding.Kind, path: String? = nil, _ message: String) {
        findings.append(LedgerFinding(kind, commit: commit.id, path: path, message: message))
    }

    // MARK: Files

    private mutating func examine(_ file: ReadCommit.File) {
        let path = file.change.path
        guard file.change.new != nil else { return report(.pathRemoved, path: path, "a file of an earlier commit is gone") }
        guard let place = file.place, let bytes = file.bytes else {
            return report(.unexpectedPath, path: path, "a ledger has no such file")
        }
        if case .commit = place { return }
        if file.change.old != nil { report(.pathChanged, path: path, "a file of an earlier commit was changed") }
        switch place {
        case .evidence(let digest):
            guard Digest.of(bytes) == digest else {
                return report(.digestMismatch, path: path, "its bytes have the digest \(Digest.of(bytes))")
            }
            documents.append(digest)
        case .record(let digest): examineRecord(bytes, digest, path)
        case .commit: break
        }
    }

    private mutating func examineRecord(_ bytes: [UInt8], _ digest: Digest, _ path: String) {
        do {
            let found = try SealedRecord(parsing: bytes)
            try found.requireSpelling(bytes)
            guard found.digest == digest else { return report(.digestMismatch, path: path, "it holds record \(found.digest)") }
            guard record == nil else { return report(.recordMissing, path: path, "a commit brings one record, and this is another") }
            record = found
        } catch {
            report(.malformedFile, path: path, error.cause)
        }
    }

    /// The folder of the judged commit gets one line about the new record, and no other folder is touched.
    private mutating func examineCommitLine(_ files: [ReadCommit.File]) {
        var isFound = false
        for file in files {
            guard case .commit(let judged, let digest)? = file.place, let bytes = file.bytes else { continue }
            guard file.change.old == nil, let record, record.digest == digest, record.record.draft.source.commit == judged,
                bytes == LedgerLayout.commitLine(record.record)
            else {
                report(.wrongCommitLine, path: file.change.path, "it is not the line about the new record")
                continue
            }
            isFound = true
        }
        if let record, !isFound {
            let path = LedgerLayout.commitPath(record.record.draft.source.commit, record.digest)
            report(.wrongCommitLine, path: path, "there is no line about record \(record.digest.short)")
        }
    }

    // MARK: Signatures

    /// The reconciler that signed the commit; nil, and a finding, for anybody else.
    private mutating func signer(at instant: Instant, _ reconcilers: SignerFile, _ people: SignerFile) -> PublicKey? {
        let status = SignatureStatus.of(
            signature: commit.signature, payload: commit.signedPayload, namespace: "git", signers: reconcilers, at: instant)
        switch status {
        case .good(let key, _): return key
        case .unknownKey(let key), .notAuthorized(let key, _):
            report(.foreignSigner, "the commit is \(Self.foreign(key, status, people))")
        default: report(.badCommitSignature, "the commit is \(status)")
        }
        return nil
    }

    private mutating func examineSignatures(
        of sealed: SealedRecord, _ signer: PublicKey?, _ reconcilers: SignerFile, _ people: SignerFile
    ) {
        let path = LedgerLayout.recordPath(sealed.digest)
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
            report(.foreignSigner, path: path, "the record is \(Self.foreign(key, described, people))")
        }
        if let signer, keys != [signer] { report(.differentSigners, path: path, "the commit is signed by \(signer)") }
    }

    private static func foreign(_ key: PublicKey, _ status: SignatureStatus, _ people: SignerFile) -> String {
        if let entry = people.entries.first(where: { $0.key == key }) {
            return "signed by \(entry.name) (\(key)): a person's key, not a reconciler's; this is a forgery"
        }
        return "\(status)"
    }
}
