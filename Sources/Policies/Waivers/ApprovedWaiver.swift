public import Basics
public import Signatures
public import Specs

/// A waiver with those who signed its file as `ssh-keygen -Y sign -n proviso-waiver` does, beside it in `<file>.sig`: its owner, who so says that it is
/// the owner's, and somebody else who may approve it. Without the first, whoever wrote the file could name any owner and approve it alone.
public struct ApprovedWaiver: Sendable {
    /// What an approver of a waiver signs for.
    public static let namespace = "proviso-waiver"

    public struct Approver: Hashable, Sendable {
        public let name: String
        /// Whether it is the waiver's owner, by name or by key.
        public let isOwner: Bool

        public init(name: String) { self.init(name: name, isOwner: false) }

        public init(name: String, isOwner: Bool) {
            self.name = name
            self.isOwner = isOwner
        }
    }

    public let waiver: Waiver
    public let approvers: [Approver]
    /// When the key of a signature begins or ceases to count.
    public let boundaries: [Instant]

    public init(_ waiver: Waiver, approvers: [Approver], boundaries: [Instant] = []) {
        self.waiver = waiver
        self.approvers = approvers
        self.boundaries = boundaries
    }

    /// - Parameters:
    ///   - signatures: the text of the file beside the waiver's; nil if there is none.
    ///   - owners: who may approve what lies at a path. Only they count, and the waiver's owner as such.
    public init(
        verifying waiver: Waiver, file: [UInt8], signatures text: String?, signers: SignerFile, owners: OwnersFile, at instant: Instant
    ) {
        let deciders = owners.owners(of: waiver.resource.path)
        let ownKeys = Set(signers.entries.filter { $0.principals.matches(waiver.owner) }.map(\.key))
        var approvers: [Approver] = []
        var boundaries: [Instant] = []
        for signature in DetachedSignatures.verified(in: text ?? "", over: file, namespace: Self.namespace) {
            let key = signature.publicKey
            boundaries += signers.entries.filter { $0.key == key }
                .flatMap { [$0.validAfter, $0.validBefore?.adding(seconds: 1)] }.compactMap { $0 }
            guard case .authorized(let entry) = signers.status(of: key, namespace: Self.namespace, at: instant) else { continue }
            let isOwner = entry.name == waiver.owner || ownKeys.contains(key)
            guard isOwner || deciders.contains(entry.name) else { continue }
            approvers.append(Approver(name: entry.name, isOwner: isOwner))
        }
        self.init(waiver, approvers: approvers, boundaries: boundaries)
    }
}
