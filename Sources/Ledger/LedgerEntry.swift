public import Attestations
public import Basics
public import Git
public import Signatures
public import Storage

/// A record with where it was found.
public struct LedgerEntry: Hashable, Sendable {
    public let record: Record
    public let digest: Digest
    /// The ledger's commit that brought it.
    public let commit: ObjectID

    public init(record: Record, digest: Digest, commit: ObjectID) {
        self.record = record
        self.digest = digest
        self.commit = commit
    }

    /// What the index keeps of it.
    public var indexed: IndexedRecord {
        // Stages that are the same work have one key, and each is a step of the record.
        var seen: Set<Digest> = []
        return IndexedRecord(
            digest: digest, sequence: record.sequence, subjectKind: record.subject.kind, subjectName: record.subject.name,
            commit: record.draft.source.commit, instant: record.instant, outcome: record.verdict.outcome.rawValue, ledgerCommit: commit.hex,
            stepResults: record.draft.steps.filter { seen.insert($0.key).inserted }.flatMap { step in
                step.outputs.sorted { $0.key < $1.key }.map { IndexedStepResult(key: step.key, output: $0.key, digest: $0.value) }
            })
    }
}

/// The envelope around a record, as it lies in the ledger.
public struct SealedRecord: Hashable, Sendable {
    public let record: Record
    public let digest: Digest
    public let envelope: DSSEEnvelope

    /// Signs a record.
    public static func seal(_ record: Record, with key: SigningKey) -> SealedRecord {
        let payload = record.statement.json.canonicalBytes
        return SealedRecord(
            record: record, digest: Digest.of(payload),
            envelope: .sign(payloadType: InTotoStatement.payloadType, payload: payload, with: key))
    }

    private init(record: Record, digest: Digest, envelope: DSSEEnvelope) {
        self.record = record
        self.digest = digest
        self.envelope = envelope
    }

    /// The bytes of its file.
    public var bytes: [UInt8] { envelope.json.prettyBytes }

    private static func malformed(_ cause: String) -> LedgerError { LedgerError(.malformed, "read a record", cause: cause) }

    /// Reads a file. Neither signatures nor the spelling are verified here.
    public init(parsing bytes: [UInt8]) throws(LedgerError) {
        do {
            envelope = try DSSEEnvelope(parsing: bytes)
        } catch {
            throw Self.malformed(error.message)
        }
        guard envelope.payloadType == InTotoStatement.payloadType else { throw Self.malformed("the payload is a '\(envelope.payloadType)'") }
        digest = Digest.of(envelope.payload)
        do {
            record = try Record(statement: InTotoStatement(json: JSONValue(parsing: envelope.payload)))
        } catch {
            throw Self.malformed("\(error)")
        }
    }

    /// The record in a file of a ledger that somebody has verified, if it has the digest. Its signatures are not looked at.
    static func verifiedRecord(_ digest: Digest, in bytes: [UInt8]) throws(LedgerError) -> Record {
        var parser = JSONParser(bytes: bytes)
        var payload: [UInt8] = []
        do {
            try parser.members { parser, name throws(JSONError) in
                if name == "payload" { payload = try parser.base64() } else { _ = try parser.value() }
            }
            try parser.end()
            // The digest is that of a record, and so the payload's type is known.
            guard Digest.of(payload) == digest else { throw LedgerError.otherRecord(digest, Digest.of(payload)) }
            return try Record(spelled: payload)
        } catch let error as LedgerError {
            throw error
        } catch {
            throw malformed("\(error)")
        }
    }

    /// Every record has one spelling: an error unless `bytes` are it.
    func requireSpelling(_ bytes: [UInt8]) throws(LedgerError) {
        guard record.statement.json.canonicalBytes == envelope.payload else { throw Self.malformed("the payload is not in canonical form") }
        guard self.bytes == bytes else { throw Self.malformed("the envelope is not in the form in which it was written") }
    }
}
