public import Git

/// One thing that is wrong with a ledger.
public struct LedgerFinding: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The commit has no signature, or one that does not fit it.
        case badCommitSignature
        /// The commit or the record is soundly signed, but not by a reconciler: a forgery, if by a person's key.
        case foreignSigner
        /// The record's own signatures are missing or do not fit.
        case badRecordSignature
        /// Commit and record are signed by different reconcilers.
        case differentSigners
        /// A file's bytes are not what its name says.
        case digestMismatch
        /// A file that is no record, list or document of the form that Proviso writes.
        case malformedFile
        /// The message's trailers do not say what the record says, or are missing.
        case messageMismatch
        /// A commit without exactly one new record.
        case recordMissing
        /// The numbers of the records do not follow each other: one was dropped, moved or repeated.
        case brokenSequence
        /// A record does not name the one before it.
        case brokenChain
        /// A file of an earlier commit was changed.
        case pathChanged
        /// A file of an earlier commit is gone.
        case pathRemoved
        /// A file where a ledger has none, or something that is not a regular file.
        case unexpectedPath
        /// A document that a record refers to is not in the ledger.
        case evidenceMissing
        /// The line about the record in the judged commit's folder is missing, wrong or not the only new one.
        case wrongCommitLine
        /// A record from before its predecessor, or whose commit bears another time.
        case wrongInstant
        /// A commit with two parents: ledgers have one line of history.
        case mergeCommit
        /// An object that git cannot read: missing or damaged.
        case unreadableObject
        /// The ledger does not contain a commit that it contained before.
        case rewound
        /// An artefact in the store is not what its name says.
        case artefactDamaged
        /// An artefact that a record names is not in the store.
        case artefactMissing
    }

    public let kind: Kind
    /// The ledger's commit.
    public let commit: ObjectID
    public let path: String?
    /// The record's number, if it could be read.
    public let sequence: Int64?
    public let message: String

    public init(_ kind: Kind, commit: ObjectID, path: String? = nil, sequence: Int64? = nil, message: String) {
        self.kind = kind
        self.commit = commit
        self.path = path
        self.sequence = sequence
        self.message = message
    }

    /// Artefacts may have been cleared away on purpose; everything else means that the ledger cannot be trusted.
    public var isError: Bool { kind != .artefactMissing }

    public var description: String {
        let number = sequence.map { " (record \($0))" } ?? ""
        return "\(kind.rawValue): commit \(commit.short)\(number)\(path.map { ", \($0)" } ?? ""): \(message)"
    }
}

/// What a verification found.
public struct LedgerReport: Hashable, Sendable {
    public let tip: ObjectID
    /// The commits looked at.
    public let commits: Int
    /// The records that they brought, oldest first; as many as commits if nothing is wrong.
    public let entries: [LedgerEntry]
    /// In the order of the history.
    public let findings: [LedgerFinding]

    public var isSound: Bool { !findings.contains(where: \.isError) }
}
