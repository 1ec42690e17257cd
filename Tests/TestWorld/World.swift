public import Basics
import Foundation
public import Git
public import Reconciliation
public import Signatures
import Storage
public import TestSupport

public struct FixedClock: Clock {
    public var instant = Instant(secondsSinceEpoch: 1_795_449_600)
    public init() {}
    public func now() -> Instant { instant }
}

/// A server repository with a small model on small data, people with keys, and a reconciler. Everything in it is fixed: the same steps make the
/// same commits.
public final class World {
    public let folder: TemporaryFolder
    public let server: Repository
    public var clock = FixedClock()

    public static let alice = key(1)
    public static let bob = key(2)
    public static let reconciler = key(3)
    public static let mallory = key(4)
    public static let root: Set<String> = [alice.publicKey.fingerprint]

    public static func key(_ number: UInt8) -> SigningKey {
        do {
            return try SigningKey(seed: Array(repeating: number, count: 32), comment: "key\(number)@example.org")
        } catch {
            preconditionFailure("32 bytes are a seed")
        }
    }

    public var serverPath: String { folder.path + "/server.git" }

    public init(folder: TemporaryFolder? = nil, files: [String: String] = World.files) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        server = try Repository.initBare(at: folder.path + "/server.git")
        _ = try commit(files, by: Self.alice, message: "lay out")
    }

    /// A commit on top of `parent` (default: the branch's tip), which `branch` then points at.
    @discardableResult
    public func commit(
        _ changes: [String: String?], by key: SigningKey?, message: String = "change", branch: String = "refs/heads/main", parent: ObjectID? = nil,
        binaries: [String: [UInt8]] = [:]
    ) throws -> ObjectID {
        let tip = try server.reference(branch)
        let parent = try parent ?? tip ?? server.reference("refs/heads/main")
        var upserts: [TreeEntry] = []
        var removals: [String] = []
        for (path, text) in changes.sorted(by: { $0.key < $1.key }) {
            if let text {
                upserts.append(TreeEntry(path: path, mode: .regular, id: try server.writeBlob(Array(text.utf8))))
            } else {
                removals.append(path)
            }
        }
        for (path, bytes) in binaries { upserts.append(TreeEntry(path: path, mode: .regular, id: try server.writeBlob(bytes))) }
        let tree = try server.createTree(from: try parent.map { try server.commit($0).tree }, upserts: upserts, removals: removals)
        let identity = CommitIdentity(name: "someone", email: "someone@example.org", instant: clock.now())
        let commit = try server.createCommit(
            tree: tree, parents: parent.map { [$0] } ?? [], author: identity, committer: identity, message: message,
            sign: key.map { key in { SSHSignature.sign($0, namespace: "git", with: key).armored } })
        try server.updateReference(branch, to: commit, expecting: tip, reason: "test")
        return commit
    }

    /// Leaves of the branch one commit with its tip's files: the history before it is gone.
    public func squash() throws {
        let tip = try main
        let identity = CommitIdentity(name: "Alice", email: "alice@example.org", instant: clock.instant)
        let root = try server.createCommit(
            tree: try server.commit(tip).tree, parents: [], author: identity, committer: identity, message: "squashed", sign: nil)
        try server.updateReference("refs/heads/main", to: root, expecting: tip, reason: "test")
    }

    public var main: ObjectID {
        get throws {
            guard let tip = try server.reference("refs/heads/main") else { preconditionFailure("the world has a branch") }
            return tip
        }
    }

    /// A change of one file by replacing text, committed to a side branch.
    public func proposal(_ path: String, _ old: String, _ new: String, by key: SigningKey? = World.bob) throws -> ObjectID {
        guard let text = Self.files[path], text.contains(old) else { preconditionFailure("\(path) does not say '\(old)'") }
        let branch = "refs/heads/proposal"
        if let tip = try server.reference(branch) { try server.deleteReference(branch, expecting: tip) }
        return try commit([path: text.replacing(old, with: new)], by: key, branch: branch)
    }

    /// - Parameter readsStore: the gate may read what the reconciler keeps in `state`.
    public func gate(
        head: ObjectID, base: ObjectID?, root: Set<String> = World.root, readsStore: Bool = false, threads: Int = 1
    ) async throws -> Gate.Report {
        var options = Gate.Options()
        options.root = root
        options.threads = threads
        if readsStore { options.store = FileStore(at: folder.path + "/state/store") }
        return try await Gate(repository: try server.inMemoryHandle(), options: options, clock: clock).judge(base: base, head: head)
    }

    /// Approves the merge of `head` into the branch as it is now.
    public func approve(head: ObjectID, by key: SigningKey) async throws {
        _ = try await ApprovalSigning.approve(repositoryPath: serverPath, base: "main", head: head.hex, key: key, instant: clock.now())
    }

    public func text(_ path: String, at commit: ObjectID) throws -> String {
        guard let entry = try server.entry(at: path, in: try server.commit(commit).tree) else { preconditionFailure("\(path) is missing") }
        return String(decoding: try server.blob(entry.id), as: UTF8.self)
    }

    public func reconcilerOptions(state: String = "state", threads: Int = 1) -> Reconciler.Options {
        Self.reconcilerOptions(folder: folder.path, state: state, threads: threads)
    }

    static func reconcilerOptions(folder: String, state: String, threads: Int) -> Reconciler.Options {
        var options = Reconciler.Options(
            address: folder + "/server.git", stateFolder: folder + "/" + state, key: reconciler, email: "reconciler@example.org", root: root)
        options.threads = threads
        return options
    }

    /// Reconciles a world that another process laid out.
    public static func reconcile(
        folder: String, threads: Int = 1, checkpoints: Checkpoints = .none, _ change: (inout Reconciler.Options) -> Void = { _ in }
    ) async throws {
        var options = reconcilerOptions(folder: folder, state: "state", threads: threads)
        change(&options)
        _ = try await Reconciler(options: options, clock: FixedClock(), checkpoints: checkpoints).run()
    }

    @discardableResult
    public func reconcile(state: String = "state", threads: Int = 1, checkpoints: Checkpoints = .none) async throws -> Reconciler.Report {
        try await Reconciler(options: reconcilerOptions(state: state, threads: threads), clock: clock, checkpoints: checkpoints).run()
    }

    public var ledgerTip: ObjectID? { get throws { try server.reference("refs/heads/proviso/ledger") } }

    /// Every file of the server with the digest of its bytes. (Git renews the time of an object that it would have written again.)
    public func serverFiles() throws -> [String: String] {
        try files(below: "server.git").mapValues { $0.split(separator: " ").first.map { String($0) } ?? "" }
    }

    /// Every file with the digest of its bytes and when it was written: two listings are equal only if nothing was written.
    public func files(below subfolder: String) throws -> [String: String] {
        let root = URL(fileURLWithPath: folder.path + "/" + subfolder)
        var files: [String: String] = [:]
        for case let file as URL in FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) ?? .init() {
            let values = try file.resourceValues(forKeys: [.isRegularFileKey, .contentModificationDateKey])
            guard values.isRegularFile == true else { continue }
            let written = values.contentModificationDate?.timeIntervalSince1970 ?? 0
            files[file.path] = "\(Digest.of(Array(try Data(contentsOf: file)))) written \(written)"
        }
        return files
    }

    public func fsck() throws {
        try StockTool.must("git", ["fsck", "--strict", "--no-dangling"], in: serverPath)
    }

    public static let data: String = {
        var random = SeededRandom(seed: 11)
        var lines = ["x,z,g,label"]
        for _ in 0..<600 {
            let x = random.nextUnit()
            let z = random.nextUnit()
            let group = random.nextUnit() < 0.4 ? "a" : "b"
            let label = x + 0.3 * random.nextUnit() > 0.6
            lines.append("\(x),\(z),\(group),\(label)")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    public static let head = "apiVersion: proviso.dev/v1alpha1\n"

    /// The data set `d` of these bytes: two numbers, a protected group and a label.
    public static func dataset(_ data: String, label: String = "boolean") -> String {
        head + """
            kind: Dataset
            metadata: {name: d}
            spec:
              source: {path: data/d.csv}
              digest: \(Digest.of(data))
              columns:
                - {name: x, type: float}
                - {name: z, type: float}
                - {name: g, type: category, protected: true}
                - {name: label, type: \(label), role: label}
              split: {random: {seed: 5, testShare: 0.3}}

            """
    }

    /// A pipeline of these stages, the lines of a YAML list, with another field of its spec.
    public static func pipeline(name: String = "p", field: String? = nil, _ stages: String) -> String {
        head + "kind: Pipeline\nmetadata: {name: \(name)}\nspec:\n" + (field.map { "  \($0)\n" } ?? "") + "  stages:\n" + indented(stages)
    }

    /// A policy for every model, of these validations: the lines of a YAML list.
    public static func policy(name: String, _ validations: String) -> String {
        head + "kind: Policy\nmetadata: {name: \(name)}\nspec:\n  match: {kinds: [Model]}\n  validations:\n" + indented(validations)
    }

    private static func indented(_ list: String) -> String {
        list.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined()
    }

    public static let files: [String: String] = [
        "proviso.yaml": head + "kind: Repository\nmetadata: {name: r}\nspec: {baselineEnvironment: production}\n",
        "data/d.csv": data,
        "datasets/d.yaml": dataset(data),
        "models/m.yaml": head + """
            kind: Model
            metadata: {name: m, labels: {team: x}}
            spec:
              purpose: a test
              risk: high
              owners: [alice@example.org]
              dataset: d
              estimator: {type: xgboost, seed: 1, rounds: 5, maxDepth: 3}
              decision: {threshold: 0.5}

            """,
        "environments/production.yaml": head + "kind: Environment\nmetadata: {name: production}\nspec: {models: []}\n",
        "policies/useful.yaml": head + """
            kind: Policy
            metadata: {name: useful}
            spec:
              match: {kinds: [Model]}
              params: {minimum: 0.8, selected: 0.7}
              validations:
                - {name: auc, expression: evidence.performance.rocAUC.value >= params.minimum}
                - name: not-everybody
                  expression: evidence.fairness['g'].selectionRate.overall.value <= params.selected
                  subjectPath: spec.decision.threshold

            """,
        ".proviso/allowed_signers": "alice@example.org \(alice.publicKey.openSSH)\nbob@example.org \(bob.publicKey.openSSH)\n",
        ".proviso/ledger_signers": "reconciler@example.org \(reconciler.publicKey.openSSH)\n",
        ".proviso/owners": "* alice@example.org\n",
    ]
}
