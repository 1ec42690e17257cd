import Attestations
import Basics
import Diagnostics
import Foundation
import Git
import Ledger
import Signatures
import TestSupport
import Testing

/// A server, a reconciler's repository, and the means to write what no reconciler would.
struct LedgerFixture {
    static let reference = "refs/heads/proviso/ledger"

    let server: StockRepository
    let stock: StockRepository
    let repository: Repository
    let reconciler: SigningKey
    let person: SigningKey
    let reconcilers: SignerFile
    let people: SignerFile

    init() throws {
        try GitLibrary.ignoreUserConfiguration()
        server = try StockRepository(bare: true)
        stock = try StockRepository(bare: true)
        repository = try Repository.open(at: stock.path)
        reconciler = try SigningKey(seed: [UInt8](repeating: 1, count: 32), comment: "reconciler@example.com")
        person = try SigningKey(seed: [UInt8](repeating: 2, count: 32), comment: "ada@example.com")
        reconcilers = Self.signers("reconciler@example.com namespaces=\"git,proviso\" \(reconciler.publicKey.openSSH)")
        people = Self.signers("ada@example.com \(person.publicKey.openSSH)")
    }

    static func signers(_ text: String) -> SignerFile { SignerFile.parse(SourceFile(path: "signers", text: text)).file }

    var writer: LedgerWriter { LedgerWriter(repository, key: reconciler, email: "reconciler@example.com") }
    var verifier: LedgerVerifier { LedgerVerifier(repository, reconcilers: reconcilers, people: people) }

    static func document(_ number: Int) -> [UInt8] { JSONValue.object(["rows": .int(Int64(number))]).canonicalBytes }

    /// The decision number `number`: about models `income` and `credit` in turn, two for each judged commit.
    static func pending(_ number: Int, seconds: Int64? = nil, artefact: [UInt8]? = nil) -> PendingRecord {
        let subject = SubjectName(kind: "Model", name: number.isMultiple(of: 2) ? "credit" : "income")
        let evidence = document(number)
        let rule = RuleResult(
            policy: "adverse-impact", policyDigest: Digest.of("policy"), rule: "four-fifths", action: .deny,
            state: number.isMultiple(of: 3) ? .fail : .pass, message: "selection-rate ratio 0.32 < 0.8\nProviso-Verdict: pass",
            policyLocation: FileLocation(path: "policies/a.yaml", line: 3, column: 1, endLine: 3, endColumn: 9))
        let step = RecordedStep(
            name: "train", key: Digest.of("key \(number)"), implementation: "xgboost/1", parameters: ["rounds": 200],
            inputs: ["data": Digest.of("data")], outputs: ["model": Digest.of("model \(number)")])
        let draft = RecordDraft(
            subject: subject,
            source: RecordSource(
                commit: judged(number), tree: String(repeating: "a", count: 40), path: "models/\(subject.name).yaml",
                specDigest: Digest.of("spec \(number)")),
            instant: Instant(secondsSinceEpoch: 1_780_000_000 + (seconds ?? Int64(number) * 60)), engine: "proviso/0.1.0", steps: [step],
            evidence: ["data": Digest.of(evidence)], artefacts: ["model": Digest.of(artefact ?? Array("model \(number)".utf8))],
            attachments: [:],
            verdict: Verdict(subject: subject, outcome: rule.outcome, rules: [rule], findings: [], nextBoundary: nil))
        return PendingRecord(draft: draft, documents: [evidence])
    }

    static func judged(_ number: Int) -> String { String(Digest.of("commit \(number / 2)").hex.prefix(40)) }

    /// Records decisions and publishes them.
    @discardableResult
    func append(_ numbers: ClosedRange<Int>, on base: ObjectID?) throws -> PreparedRecords {
        let prepared = try writer.prepare(numbers.map { Self.pending($0) }, on: base)
        _ = try writer.publish(prepared, to: Self.reference, of: server.path)
        return prepared
    }

    func kinds(_ tip: ObjectID) throws -> Set<LedgerFinding.Kind> { Set(try verifier.verify(tip: tip).findings.map(\.kind)) }

    /// A commit like `original`, but as the arguments say: what somebody with write access, or with the key, could make.
    func forge(
        like original: ObjectID, parents: [ObjectID]?, upserts: [String: [UInt8]] = [:], modes: [String: FileMode] = [:],
        removals: [String] = [], tree: ObjectID? = nil, message: String? = nil, instant: Instant? = nil, key: SigningKey?
    ) throws -> ObjectID {
        let commit = try repository.commit(original)
        var entries: [TreeEntry] = []
        for (path, bytes) in upserts {
            entries.append(TreeEntry(path: path, mode: modes[path] ?? .regular, id: try repository.writeBlob(bytes)))
        }
        let newTree = try repository.createTree(from: tree ?? commit.tree, upserts: entries, removals: removals)
        let identity = CommitIdentity(name: "Proviso", email: "reconciler@example.com", instant: instant ?? commit.committer.instant)
        return try repository.createCommit(
            tree: newTree, parents: parents ?? commit.parents, author: identity, committer: identity, message: message ?? commit.message,
            sign: key.map { key in { SSHSignature.sign($0, namespace: "git", with: key).armored } })
    }

    /// Replays what `original` changed on top of `parent`, signed by the reconciler itself.
    func replay(_ original: ObjectID, on parent: ObjectID) throws -> ObjectID {
        let commit = try repository.commit(original)
        let before = try commit.parents.first.map { try repository.commit($0).tree }
        var upserts: [String: [UInt8]] = [:]
        for change in try repository.changes(from: before, to: commit.tree) {
            if let new = change.new { upserts[change.path] = try repository.blob(new.id) }
        }
        return try forge(like: original, parents: [parent], upserts: upserts, tree: repository.commit(parent).tree, key: reconciler)
    }
}
