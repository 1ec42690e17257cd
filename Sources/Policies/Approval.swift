public import Basics
public import Signatures

/// What an approver signs: this merge result, on this base, and nothing else.
public struct Approval: Hashable, Sendable {
    public static let payloadType = "application/vnd.proviso.approval+json"

    /// Hexadecimal object names.
    public let base: String
    public let tree: String
    public let instant: Instant

    public init(base: String, tree: String, instant: Instant) {
        self.base = base
        self.tree = tree
        self.instant = instant
    }

    public var json: JSONValue {
        ["kind": "Approval", "base": .string(base), "tree": .string(tree), "instant": .string(instant.description)]
    }

    /// The signed envelope: the bytes of the blob that the approval's reference points at.
    public func signed(with key: SigningKey) -> [UInt8] {
        DSSEEnvelope.sign(payloadType: Self.payloadType, payload: json.canonicalBytes, with: key).json.canonicalBytes
    }

    /// Where approvals of a merge result lie.
    public static func references(tree: String) -> String { folder + "\(tree)/" }

    /// Where all approvals lie.
    public static let folder = "refs/proviso/approvals/"

    /// The reference of one key's approval.
    public func reference(of key: PublicKey) -> String { Self.references(tree: tree) + Digest.of(key.openSSH).hex.prefix(16) }

    /// Reads an envelope and verifies its signatures.
    ///
    /// - Returns: the approval with the keys that signed it; nil if it is not a well-formed, verifying approval.
    public static func read(_ bytes: [UInt8]) -> (approval: Approval, keys: [PublicKey])? {
        do {
            let envelope = try DSSEEnvelope(parsing: bytes)
            guard envelope.payloadType == payloadType else { return nil }
            let keys = try envelope.verifiedSigners()
            let json = try JSONValue(parsing: envelope.payload)
            guard json["kind"] == "Approval", let base = json["base"]?.stringValue, let tree = json["tree"]?.stringValue,
                let instant = json["instant"]?.stringValue.flatMap({ Instant($0) })
            else { return nil }
            return (Approval(base: base, tree: tree, instant: instant), keys)
        } catch {
            return nil
        }
    }
}
