public import Attestations
public import Basics
import Git
import Ledger
import Policies
import Signatures
import Specs
import Storage

/// The auditor's view of a repository's ledger.
public struct LedgerAudit {
    let repository: Repository
    private let snapshot: Snapshot
    private let tip: ObjectID?

    /// - Parameters:
    ///   - revision: the branch whose signer files count.
    ///   - ledger: the ledger's reference; default: the one that the branch names, local or of `origin`.
    public init(repositoryPath: String, revision: String, ledger: String?) throws {
        let source = try LedgerSource(repositoryPath: repositoryPath, revision: revision, ledger: ledger)
        (repository, snapshot, tip) = (source.repository, source.snapshot, source.tip)
    }

    /// Throws `invalidArgument` if there is no ledger.
    func existingTip() throws -> ObjectID {
        guard let tip else { throw ReconciliationError(.invalidArgument, "there is no ledger", hint: "fetch it: git fetch origin proviso/ledger") }
        return tip
    }

    /// The records, oldest first.
    public func entries() throws -> [(digest: Digest, record: Record, commit: String)] {
        guard let tip else { return [] }
        return try LedgerReader(repository, tip: tip).entries().map { ($0.digest, $0.record, $0.commit.hex) }
    }

    /// The record whose digest begins with `prefix`, with its evidence.
    public func record(_ prefix: String) throws -> (digest: Digest, record: Record, evidence: JSONValue) {
        let reader = try LedgerReader(repository, tip: existingTip())
        let matches = try reader.recordDigests(withPrefix: prefix)
        guard matches.count == 1 else {
            throw ReconciliationError(
                .invalidArgument, matches.isEmpty ? "no record begins with '\(prefix)'" : "\(matches.count) records begin with '\(prefix)'")
        }
        let record = try reader.record(matches[0]).record
        var evidence: [String: JSONValue] = [:]
        for (section, digest) in record.draft.evidence { evidence[section] = try JSONValue(parsing: try reader.document(digest)) }
        return (matches[0], record, .object(evidence))
    }

    /// Verifies every commit, signature, role, digest and link.
    ///
    /// - Parameters:
    ///   - root: fingerprints of the root of trust, from outside the repository.
    ///   - store: a folder of artefacts to check as well.
    public func verify(root: Set<String>, instant: Instant, store: String?) throws -> (findings: [String], count: Int, tip: String?) {
        var findings: [String] = []
        if let finding = RootOfTrust.finding(fingerprints: root, owners: snapshot.owners, signers: snapshot.allowedSigners, instant: instant) {
            findings.append(finding.message)
        }
        guard let tip else { return (findings + ["there is no ledger"], 0, nil) }
        let report = try LedgerVerifier(
            repository, reconcilers: snapshot.ledgerSigners, people: snapshot.allowedSigners, store: store.map { FileStore(at: $0) }
        ).verify(tip: tip)
        findings += report.findings.map { "\($0)" }
        return (findings, report.entries.count, tip.hex)
    }
}
