public import Attestations
public import Basics
public import Signatures
public import Specs

/// Decides whether what a change touches that is guarded has been approved by somebody who may. Everything it decides by comes from the base.
public struct ChangeGuard: Sendable {
    /// The base's commit and the merge result's tree, hexadecimal.
    public var base: String
    public var tree: String
    public var owners: OwnersFile
    public var signers: SignerFile
    public var instant: Instant
    /// Names and keys of the verified signers of the change's commits.
    public var authors: Set<String>
    public var authorKeys: Set<PublicKey>
    /// What is said of the first commit whose author is not known; nil if all are.
    public var unknownAuthor: String?
    /// The bytes of all approvals that lie at the merge tree's references.
    public var approvals: [[UInt8]]

    public init(
        base: String, tree: String, owners: OwnersFile, signers: SignerFile, instant: Instant, authors: Set<String>, authorKeys: Set<PublicKey>,
        unknownAuthor: String?, approvals: [[UInt8]]
    ) {
        self.base = base
        self.tree = tree
        self.owners = owners
        self.signers = signers
        self.instant = instant
        self.authors = authors
        self.authorKeys = authorKeys
        self.unknownAuthor = unknownAuthor
        self.approvals = approvals
    }

    /// Something guarded that the change touches.
    public struct Touched: Hashable, Sendable {
        /// The file whose owners decide.
        public let file: String
        public let description: String
        public let location: FileLocation?

        public init(file: String, description: String, location: FileLocation?) {
            self.file = file
            self.description = description
            self.location = location
        }
    }

    /// What of `changes` and of the changed `files` is guarded.
    public static func touched(changes: [FieldChange], files: [String]) -> [Touched] {
        var touched = changes.filter(\.isGuarded).map { change in
            Touched(file: change.file, description: describe(change), location: FileLocation(change.span))
        }
        for file in files where file.hasPrefix(".proviso/") {
            touched.append(Touched(file: file, description: "\(file) decides whose word counts", location: nil))
        }
        // A spec that changed without a change of what it declares (a comment) needs no approval, but what lies beside specs does.
        for file in files where ["policies/", "waivers/"].contains(where: file.hasPrefix) && ![".yaml", ".yml"].contains(where: file.hasSuffix) {
            touched.append(Touched(file: file, description: "\(file) lies beside policies", location: nil))
        }
        return touched
    }

    private static func describe(_ change: FieldChange) -> String {
        let name = "\(change.kind) '\(change.name)'"
        if change.isRemoval { return "\(name) is removed" }
        guard !change.path.isEmpty else { return "\(name) is new" }
        func shown(_ value: JSONValue?) -> String {
            let text = value?.canonicalText ?? "nothing"
            return text.count <= 60 ? text : "…"
        }
        return "\(name): \(change.path.joined(separator: ".")) \(shown(change.old)) → \(shown(change.new))"
    }

    /// One finding for each guarded thing: passed with its approver, or undecided with what is missing.
    public func findings(on touched: [Touched]) -> [Finding] { touched.map(finding) }

    /// Who approved, by a key that the base knows, for exactly this base and tree.
    public var approvers: [(name: String, key: PublicKey)] {
        approvals.compactMap { bytes -> [(name: String, key: PublicKey)]? in
            guard let (approval, keys) = Approval.read(bytes), approval.base == base, approval.tree == tree else { return nil }
            return keys.flatMap { key -> [(name: String, key: PublicKey)] in
                guard case .authorized(let entry) = signers.status(of: key, namespace: DSSEEnvelope.namespace, at: instant) else { return [] }
                return [(entry.name, key)]
            }
        }.flatMap { $0 }
    }

    private func finding(_ touched: Touched) -> Finding {
        let owners = owners.owners(of: touched.file)
        func undecided(_ reason: String, hint: String) -> Finding {
            Finding(
                kind: "guardedChange", outcome: .undecided, message: "\(touched.description): \(reason)", hint: hint, location: touched.location)
        }
        guard !owners.isEmpty else {
            return undecided("needs an approval, and nobody may give it", hint: "the base's .proviso/owners names nobody for \(touched.file)")
        }
        let who = owners.joined(separator: " or ")
        if let unknownAuthor {
            return undecided(
                "needs an approval, and its authors are not all known: \(unknownAuthor)",
                hint: "sign every commit with a key of .proviso/allowed_signers")
        }
        let eligible = approvers.filter { owners.contains($0.name) }
        guard !eligible.isEmpty else {
            return undecided("needs an approval by \(who)", hint: "proviso approve --base … --head … --key …, by \(who)")
        }
        guard let approver = eligible.first(where: { !authors.contains($0.name) && !authorKeys.contains($0.key) }) else {
            return undecided("was approved by its own author only", hint: "somebody else among \(who) must approve")
        }
        return Finding(
            kind: "guardedChange", outcome: .pass, message: "\(touched.description): approved by \(approver.name)", location: touched.location)
    }
}

/// The root of trust: keys named from outside the repository.
public enum RootOfTrust {
    /// Nil if the base is what the root vouches for: its owners of `.proviso/` include somebody who may approve with one of these keys.
    public static func finding(fingerprints: Set<String>, owners: OwnersFile, signers: SignerFile, instant: Instant) -> Finding? {
        guard !fingerprints.isEmpty else {
            return Finding(
                kind: "rootOfTrust", outcome: .undecided, message: "no root of trust is given",
                hint: "name the first policy owner's key from outside the repository: --root SHA256:… or PROVISO_ROOT")
        }
        // As for an approval: a key that has expired, or is for commits only, decides nothing.
        let trusted = signers.entries.filter { fingerprints.contains($0.key.fingerprint) }.compactMap { entry -> String? in
            guard case .authorized(let entry) = signers.status(of: entry.key, namespace: DSSEEnvelope.namespace, at: instant) else { return nil }
            return entry.name
        }
        let deciders = owners.owners(of: ".proviso/owners")
        guard trusted.contains(where: deciders.contains) else {
            return Finding(
                kind: "rootOfTrust", outcome: .undecided, message: "no owner of .proviso/ in the base has a valid key of the root of trust",
                hint: "the root given is \(fingerprints.sorted().joined(separator: ", "))")
        }
        return nil
    }
}
