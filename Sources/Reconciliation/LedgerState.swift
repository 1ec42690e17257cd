import Attestations
import Basics
import Git
import Ledger
import Planning
import Signatures

/// What a verified ledger holds.
struct LedgerState {
    let reader: LedgerReader?
    let recorded: RecordedState
    let entries: [Digest: LedgerEntry]
    /// The instant of the newest record: no decision is earlier.
    let lastInstant: Instant?

    static var empty: LedgerState { LedgerState(reader: nil, recorded: .nothing, entries: [:], lastInstant: nil) }

    private init(reader: LedgerReader?, recorded: RecordedState, entries: [Digest: LedgerEntry], lastInstant: Instant?) {
        self.reader = reader
        self.recorded = recorded
        self.entries = entries
        self.lastInstant = lastInstant
    }

    /// The same with what steps measured that planning decides by.
    func with(documents: [Digest: JSONValue]) -> LedgerState {
        LedgerState(
            reader: reader, recorded: RecordedState(steps: recorded.steps, latest: recorded.latest, history: recorded.history, documents: documents),
            entries: entries,
            lastInstant: lastInstant)
    }

    /// Reads and verifies the ledger at `tip`: nothing in it counts unless all of it verifies.
    ///
    /// - Parameter verified: what this machine's reconciler has verified before; nil to go by the commits alone.
    init(_ repository: Repository, tip: ObjectID?, signers: Snapshot, verified: VerifiedLedgers? = nil) throws {
        guard let tip else {
            self = .empty
            return
        }
        let start = try verified?.nearest(tip, in: repository)
        let report = try LedgerVerifier(repository, reconcilers: signers.ledgerSigners, people: signers.allowedSigners)
            .verify(tip: tip, after: start)
        if let first = report.findings.first {
            throw ReconciliationError(.ledgerDoesNotVerify, "the ledger does not verify: \(first)")
        }
        if start != tip { try verified?.note(tip) }
        let reader = try LedgerReader(repository, tip: tip)
        var steps: [Digest: RecordedState.Output] = [:]
        var latest: [SubjectName: (digest: Digest, record: Record)] = [:]
        var history: [SubjectName: [Record]] = [:]
        var byDigest: [Digest: LedgerEntry] = [:]
        var documents: [Digest: JSONValue] = [:]
        var lastInstant: Instant?
        for entry in try (start.map { try LedgerReader(repository, tip: $0).entries(isVerified: true) } ?? []) + report.entries {
            for step in entry.record.draft.steps where steps[step.key] == nil {
                steps[step.key] = RecordedState.Output(outputs: step.outputs, record: entry.digest, instant: entry.record.instant)
                guard step.implementation == StepKind.dataDrift.description, let evidence = step.outputs["evidence"] else { continue }
                documents[step.key] = try JSONValue(parsing: try reader.document(evidence))
            }
            latest[entry.record.subject] = (entry.digest, entry.record)
            history[entry.record.subject, default: []].append(entry.record)
            byDigest[entry.digest] = entry
            lastInstant = entry.record.instant
        }
        self.init(
            reader: reader, recorded: RecordedState(steps: steps, latest: latest, history: history, documents: documents), entries: byDigest,
            lastInstant: lastInstant)
    }

    /// What a decision of that number could know of it.
    func before(_ sequence: Int64) -> LedgerState {
        LedgerState(reader: reader, recorded: .nothing, entries: entries.filter { $0.value.record.sequence < sequence }, lastInstant: lastInstant)
    }

    /// The evidence that a record was judged by.
    func evidence(of record: Record) throws -> JSONValue {
        var sections: [String: JSONValue] = [:]
        for (section, digest) in record.draft.evidence {
            guard let reader else { break }
            sections[section] = try JSONValue(parsing: try reader.document(digest))
        }
        if let reader, let digest = record.draft.attachments[ResourcesEvidence.name] {
            sections[ResourcesEvidence.name] = try JSONValue(parsing: try reader.document(digest))
        }
        return .object(sections)
    }
}
