public import Basics

/// What a detached signature, such as that of a commit, amounts to. Only `good` counts; every other case says why not.
public enum SignatureStatus: Hashable, Sendable {
    case good(key: PublicKey, signer: SignerEntry)
    case unsigned
    /// OpenPGP, X.509, or an SSH key that is not Ed25519: it may be right, but cannot be checked here.
    case notVerifiable(String)
    case malformed(String)
    /// Does not fit the bytes, or was made for another namespace.
    case invalid(String)
    case unknownKey(PublicKey)
    /// A key of the file, but not for this namespace or not at this time.
    case notAuthorized(PublicKey, SignerStatus)

    /// Judges an armored signature over `payload`.
    public static func of(
        signature: String?, payload: [UInt8], namespace: String, signers: SignerFile, at instant: Instant
    ) -> SignatureStatus {
        guard let signature, !signature.isEmpty else { return .unsigned }
        if signature.hasPrefix("-----BEGIN PGP ") { return .notVerifiable("an OpenPGP signature") }
        if signature.hasPrefix("-----BEGIN SIGNED MESSAGE-----") { return .notVerifiable("an X.509 signature") }
        let parsed: SSHSignature
        do {
            parsed = try SSHSignature(armored: signature)
            try parsed.verify(payload, namespace: namespace)
        } catch {
            switch error.code {
            case .unsupportedKeyType, .unsupportedAlgorithm: return .notVerifiable(error.message)
            case .malformed: return .malformed(error.message)
            default: return .invalid(error.message)
            }
        }
        let status = signers.status(of: parsed.publicKey, namespace: namespace, at: instant)
        switch status {
        case .authorized(let entry): return .good(key: parsed.publicKey, signer: entry)
        case .unknownKey: return .unknownKey(parsed.publicKey)
        default: return .notAuthorized(parsed.publicKey, status)
        }
    }

    /// The key that provably made the signature, whether or not it is listed.
    public var verifiedKey: PublicKey? {
        switch self {
        case .good(let key, _), .unknownKey(let key), .notAuthorized(let key, _): key
        case .unsigned, .notVerifiable, .malformed, .invalid: nil
        }
    }
}

extension SignatureStatus: CustomStringConvertible {
    public var description: String {
        switch self {
        case .good(let key, let signer): "good signature by \(signer.name) (\(key))"
        case .unsigned: "not signed"
        case .notVerifiable(let what): "cannot be verified: \(what)"
        case .malformed(let why), .invalid(let why): why
        case .unknownKey(let key): "signed by \(key), which is not in the signer file"
        case .notAuthorized(let key, .wrongNamespace(let entry)):
            "signed by \(entry.name) (\(key)), whose key is not for this purpose"
        case .notAuthorized(let key, .notYetValid(let entry)):
            "signed by \(entry.name) (\(key)) before the key became valid"
        case .notAuthorized(let key, .expired(let entry)):
            "signed by \(entry.name) (\(key)) after the key had expired"
        case .notAuthorized(let key, _): "signed by \(key), which is not authorized"
        }
    }
}
