public import Attestations
public import Basics
import Foundation
import Git
import Ledger
import OrderedCollections
import Specs
import Storage

/// Copies the recorded predictions of a batch inference out of the store into a folder: a Parquet file for each shard, and the manifest that the record names.
public struct PredictionExport {
    public struct Report: Sendable {
        public let record: Digest
        /// Predictions of a record that did not pass are not handed out.
        public let outcome: Outcome
        public let manifest: JSONValue
        /// Shards whose predictions lay in the folder already.
        public let kept: Int
    }

    private static let control = "_proviso"
    private static let manifestPath = "\(control)/manifest.json"

    private let repository: Repository
    private let tip: ObjectID
    private let signers: Snapshot
    private let store: FileStore

    /// - Parameters:
    ///   - revision: the branch whose signer files count for the ledger.
    ///   - ledger: the ledger's reference; default: the one that the branch names, local or of `origin`.
    ///   - store: the folder of the reconciler's artefacts.
    public init(repositoryPath: String, revision: String, ledger: String?, store: String) throws {
        let source = try LedgerSource(repositoryPath: repositoryPath, revision: revision, ledger: ledger)
        (repository, signers, tip) = (source.repository, source.snapshot, try source.existingTip())
        self.store = FileStore(at: store)
    }

    /// - Parameter prefix: the beginning of a record's digest; nil for the newest.
    /// - Throws: `invalidArgument` for no such inference or record, or a folder with files that are no predictions; `ledgerDoesNotVerify`; `environment`
    ///   for predictions that the store has lost, or a disk that fails.
    public func export(_ name: String, record prefix: String?, to folder: String) throws -> Report {
        let ledger = try LedgerState(repository, tip: tip, signers: signers)
        let (digest, record) = try record(of: name, prefix, ledger)
        guard record.verdict.outcome == .pass else { return Report(record: digest, outcome: record.verdict.outcome, manifest: [:], kept: 0) }
        guard let manifestDigest = record.draft.artefacts["manifest"], let reader = ledger.reader else {
            throw ReconciliationError(.ledgerDoesNotVerify, "record \(digest.short) has no manifest")
        }
        let manifest = try JSONValue(parsing: try reader.document(manifestDigest))
        var shards: [(output: String, digest: Digest)] = []
        for shard in manifest["shards"]?.arrayValue ?? [] {
            guard let output = shard["output"]?.stringValue, let digest = shard["outputDigest"]?.stringValue.flatMap(Digest.init(_:)) else {
                throw ReconciliationError(
                    .invalidArgument, "the manifest of record \(digest.short) does not say what its files are called",
                    hint: "an older engine wrote it; reconcile anew, and name the newer record")
            }
            shards.append((output, digest))
        }
        try prepare(folder, keeping: Set(shards.map(\.output)))
        var kept = 0
        for shard in shards where try !place(shard.digest, at: folder + "/" + shard.output, of: name) { kept += 1 }
        try write(manifest.canonicalBytes, to: folder + "/" + Self.manifestPath)
        return Report(record: digest, outcome: .pass, manifest: manifest, kept: kept)
    }

    private func record(of name: String, _ prefix: String?, _ ledger: LedgerState) throws -> (Digest, Record) {
        let subject = SubjectName(kind: BatchInference.kind, name: name)
        let own = try LedgerReader(repository, tip: tip).entries().filter { $0.record.subject == subject }
        guard !own.isEmpty else {
            let known = signers.catalog.inferences.keys.sorted()
            throw ReconciliationError(
                .invalidArgument, "the ledger has no record of a batch inference '\(name)'",
                hint: known.contains(name)
                    ? "proviso reconcile makes one"
                    : known.isEmpty ? "the branch has no inference/*.yaml" : "there are: \(known.joined(separator: ", "))")
        }
        let found =
            prefix.map { prefix in own.filter { $0.digest.hex.hasPrefix(prefix) || $0.digest.description.hasPrefix(prefix) } } ?? own.suffix(1)
        guard found.count == 1, let only = found.first else {
            throw ReconciliationError(
                .invalidArgument, "\(found.isEmpty ? "no record" : "\(found.count) records") of '\(name)' begin with '\(prefix ?? "")'",
                hint: "proviso audit log lists them")
        }
        return (only.digest, only.record)
    }

    /// A folder that is new, empty, or of an earlier export, whose other files go: a reader of the folder must find one export, or none.
    private func prepare(_ folder: String, keeping outputs: Set<String>) throws {
        let manager = FileManager.default
        let present = manager.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        let isExport = manager.fileExists(atPath: folder + "/" + Self.manifestPath) || manager.fileExists(atPath: folder + "/\(Self.control)")
        guard present.isEmpty || isExport else {
            throw ReconciliationError(
                .invalidArgument, "the folder '\(folder)' has other files", hint: "name a new folder, or one of an earlier export")
        }
        try environment {
            try manager.createDirectory(atPath: folder + "/\(Self.control)", withIntermediateDirectories: true)
            // Until all is there, nothing says so.
            if manager.fileExists(atPath: folder + "/" + Self.manifestPath) { try manager.removeItem(atPath: folder + "/" + Self.manifestPath) }
            for path in present where path.hasSuffix(".parquet") && !outputs.contains(path) { try manager.removeItem(atPath: folder + "/" + path) }
        }
    }

    /// - Returns: false if the file is there already, with the same bytes.
    private func place(_ digest: Digest, at path: String, of name: String) throws -> Bool {
        if let present = FileManager.default.contents(atPath: path), Digest.of(Array(present)) == digest { return false }
        let bytes: [UInt8]
        do throws(StoreError) { bytes = try store.read(digest) } catch {
            // Damaged bytes are taken out, so that the reconciler sees that they are lost.
            if error.code == .damaged { try? store.remove(digest) }
            throw ReconciliationError(
                .environment, "the predictions '\((path as NSString).lastPathComponent)' cannot be read: \(error)",
                hint: "name the reconciler's store with --store; proviso reconcile makes what it has lost anew")
        }
        try write(bytes, to: path)
        return true
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try environment {
            let file = URL(fileURLWithPath: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file, options: .atomic)
        }
    }

    private func environment(_ work: () throws -> Void) throws {
        do { try work() } catch let error as CocoaError {
            throw ReconciliationError(.environment, "\(error.filePath ?? "the folder") cannot be written: \(error.localizedDescription)")
        }
    }
}
