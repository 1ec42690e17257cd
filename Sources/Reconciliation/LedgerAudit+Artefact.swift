import Attestations
public import Basics
import Ledger
import Storage

extension LedgerAudit {
    /// The bytes that a digest is of: a document of the ledger, or what the reconciler's store keeps.
    ///
    /// - Parameters:
    ///   - prefix: a digest, or the beginning of one that a record names as an input, output, artefact or evidence; with or without `sha256:`.
    ///   - store: the folder of the store; nil: only the ledger is looked in.
    /// - Throws: `invalidArgument` for a digest that nothing names or has, `environment` for bytes that the store has lost or that are damaged.
    public func artefact(_ prefix: String, store: String?) throws -> (digest: Digest, bytes: [UInt8]) {
        let reader = try LedgerReader(repository, tip: existingTip())
        let digest = try Digest(prefix.hasPrefix("sha256:") ? prefix : "sha256:\(prefix)") ?? named(prefix, by: reader)
        do throws(LedgerError) { return (digest, try reader.document(digest)) } catch { guard error.code == .missing else { throw error } }
        guard let store else {
            throw ReconciliationError(
                .invalidArgument, "the ledger has no document \(digest.short)",
                hint: "models, tables and logs lie in the reconciler's store: give --store")
        }
        let files = FileStore(at: store)
        guard try files.contains(digest) else {
            throw ReconciliationError(
                .environment, "the store '\(store)' has nothing with the digest \(digest)", hint: "is it the store of this reconciler?")
        }
        return (digest, try files.read(digest))
    }

    /// The only digest beginning so that a record names.
    private func named(_ prefix: String, by reader: LedgerReader) throws -> Digest {
        let digits = prefix.hasPrefix("sha256:") ? String(prefix.dropFirst(7)) : prefix
        guard digits.utf8.count >= 6, digits.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
            throw ReconciliationError(.invalidArgument, "'\(prefix)' is no digest, nor six or more hexadecimal digits of one")
        }
        var found: Set<Digest> = []
        for draft in try reader.entries().map(\.record.draft) {
            let steps = draft.steps.flatMap { [$0.inputs, $0.outputs] } + [draft.artefacts, draft.evidence]
            found.formUnion(steps.flatMap(\.values).filter { $0.hex.hasPrefix(digits) })
        }
        guard let digest = found.first, found.count == 1 else {
            throw ReconciliationError(
                .invalidArgument,
                found.isEmpty ? "no record names anything whose digest begins with '\(digits)'" : "\(found.count) digests begin with '\(digits)'",
                hint: "proviso audit show names the inputs and outputs of a decision")
        }
        return digest
    }
}
