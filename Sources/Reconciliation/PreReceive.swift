import Attestations
public import Basics
import Diagnostics
public import Git
import Ledger
import OrderedCollections
import Policies
import Signatures
import Specs

/// The gate inside a git server. It sees the pushed objects in git's quarantine and writes nothing; whatever it cannot decide is refused.
public struct PreReceive {
    /// One line of a hook's standard input.
    public struct Update: Hashable, Sendable {
        public let old: ObjectID
        public let new: ObjectID
        public let reference: String

        /// `<old> <new> <reference>`; nil for anything else.
        public init?(line: String) {
            let words = line.split(separator: " ", maxSplits: 2).map { String($0) }
            guard words.count == 3, let old = ObjectID(words[0]), let new = ObjectID(words[1]) else { return nil }
            self.old = old
            self.new = new
            reference = words[2]
        }
    }

    public enum Answer {
        case accepted(String)
        case refused(String)
        /// The protected branch, with what the gate found.
        case judged(Gate.Report)
    }

    let repository: Repository
    let options: Gate.Options
    let clock: any Clock
    let branch: String

    /// - Parameter branch: the branch that is protected.
    public init(repository: Repository, options: Gate.Options, clock: any Clock, branch: String) {
        self.repository = repository
        self.options = options
        self.clock = clock
        self.branch = branch
    }

    public func answer(_ update: Update) async throws -> Answer {
        let protected = "refs/heads/\(branch)"
        if update.reference == protected { return try await protectedBranch(update) }
        let base = try repository.reference(protected)
        let snapshot = try base.map { try Snapshot(repository, tree: try repository.commit($0).tree) }
        if update.reference == "refs/heads/\(snapshot?.ledgerBranch ?? LedgerLayout.defaultBranch)" { return try ledger(update, snapshot) }
        if update.reference.hasPrefix("refs/proviso/approvals/") { return try approval(update) }
        // Stock git shows other objects under the names of those that these replace, to auditors of the server as well.
        if update.reference.hasPrefix("refs/replace/"), update.new != .zero {
            return .refused("\(update.reference) would put one object in another's place")
        }
        if update.reference.hasPrefix("refs/proviso/") { return .refused("\(update.reference) is Proviso's own") }
        return .accepted("\(update.reference) is not judged")
    }

    private func protectedBranch(_ update: Update) async throws -> Answer {
        guard update.new != .zero else { return .refused("\(branch) cannot be deleted") }
        let base = update.old == .zero ? nil : update.old
        if let base, try !repository.isAncestor(base, of: update.new) {
            return .refused("\(branch) cannot be rewound: the push does not contain \(base.short)")
        }
        return .judged(try await Gate(repository: repository, options: options, clock: clock).judge(base: base, head: update.new))
    }

    /// The ledger only grows, by records that verify under the keys that the protected branch names.
    private func ledger(_ update: Update, _ snapshot: Snapshot?) throws -> Answer {
        guard update.new != .zero else { return .refused("the ledger cannot be deleted") }
        guard let snapshot, !snapshot.diagnostics.hasErrors else { return .refused("there is no \(branch) that says who may write the ledger") }
        if update.old != .zero, try !repository.isAncestor(update.old, of: update.new) { return .refused("the ledger cannot be rewound") }
        let report = try LedgerVerifier(repository, reconcilers: snapshot.ledgerSigners, people: snapshot.allowedSigners).verify(tip: update.new)
        guard let first = report.findings.first else { return .accepted("the ledger verifies") }
        return .refused("the ledger does not verify: \(first)")
    }

    private func approval(_ update: Update) throws -> Answer {
        guard update.new != .zero else { return .accepted("the approval is withdrawn") }
        guard let (approval, keys) = Approval.read(try repository.blob(update.new)),
            keys.contains(where: { approval.reference(of: $0) == update.reference })
        else { return .refused("\(update.reference) holds no approval of its name") }
        return .accepted("an approval of tree \(approval.tree.prefix(12))")
    }
}
