internal import Crypto

/// A signature in OpenSSH's SSHSIG format (PROTOCOL.sshsig), as made by `ssh-keygen -Y sign` and by git with `gpg.format=ssh`.
///
/// The namespace keeps purposes apart: a signature over a commit (`git`) can never be shown as one over a record (`proviso`).
public struct SSHSignature: Hashable, Sendable {
    private static let label = "SSH SIGNATURE"
    private static let magic = Array("SSHSIG".utf8)

    public let publicKey: PublicKey
    public let namespace: String
    /// `sha512` or `sha256`.
    public let hashAlgorithm: String
    /// The 64 bytes of Ed25519.
    public let rawSignature: [UInt8]

    /// Signs `message`. The same bytes as `ssh-keygen -Y sign -n namespace` gives.
    public static func sign(_ message: [UInt8], namespace: String, with key: SigningKey) -> SSHSignature {
        let algorithm = "sha512"
        let signed = signedBytes(digest: Array(SHA512.hash(data: message)), namespace: namespace, algorithm: algorithm)
        return SSHSignature(
            publicKey: key.publicKey, namespace: namespace, hashAlgorithm: algorithm, rawSignature: key.signature(for: signed))
    }

    private init(publicKey: PublicKey, namespace: String, hashAlgorithm: String, rawSignature: [UInt8]) {
        self.publicKey = publicKey
        self.namespace = namespace
        self.hashAlgorithm = hashAlgorithm
        self.rawSignature = rawSignature
    }

    /// Reads the armored text. Nothing is verified yet.
    public init(armored text: String) throws(SignatureError) {
        guard let bytes = SSHArmor.decode(text, label: Self.label) else { throw SignatureError(.malformed, "not an SSH signature") }
        let damaged = SignatureError(.malformed, "the SSH signature is damaged")
        var reader = SSHReader(bytes)
        guard reader.take(prefix: Self.magic), let version = reader.integer() else { throw damaged }
        guard version == 1 else { throw SignatureError(.unsupportedAlgorithm, "SSH signature version \(version) is not supported") }
        guard let keyBlob = reader.string(), let namespace = reader.text(), reader.string() != nil, let algorithm = reader.text(),
            let signatureBlob = reader.string(), reader.isAtEnd
        else { throw damaged }
        guard algorithm == "sha512" || algorithm == "sha256" else {
            throw SignatureError(.unsupportedAlgorithm, "the hash \(algorithm) is not one of SSHSIG's")
        }
        var signature = SSHReader(signatureBlob)
        let key = try PublicKey(blob: keyBlob)
        guard signature.text() == PublicKey.keyType, let raw = signature.string(), raw.count == 64, signature.isAtEnd, !namespace.isEmpty
        else { throw damaged }
        self.init(publicKey: key, namespace: namespace, hashAlgorithm: algorithm, rawSignature: raw)
    }

    /// `-----BEGIN SSH SIGNATURE-----` … with a line feed at the end.
    public var armored: String {
        var signature = SSHWriter()
        signature.append(string: PublicKey.keyType)
        signature.append(string: rawSignature)
        var writer = SSHWriter()
        writer.append(raw: Self.magic)
        writer.append(UInt32(1))
        writer.append(string: publicKey.blob)
        writer.append(string: namespace)
        writer.append(string: "")
        writer.append(string: hashAlgorithm)
        writer.append(string: signature.bytes)
        return SSHArmor.encode(writer.bytes, label: Self.label)
    }

    /// Throws unless this was made over `message` for `namespace` by `publicKey`. Whether that key is anybody's is the signer file's
    /// business.
    public func verify(_ message: [UInt8], namespace expected: String) throws(SignatureError) {
        guard namespace == expected else {
            throw SignatureError(.wrongNamespace, "the signature was made for '\(namespace)', not for '\(expected)'")
        }
        let digest = hashAlgorithm == "sha512" ? Array(SHA512.hash(data: message)) : Array(SHA256.hash(data: message))
        let signed = Self.signedBytes(digest: digest, namespace: namespace, algorithm: hashAlgorithm)
        guard publicKey.isValid(signature: rawSignature, for: signed) else {
            throw SignatureError(.doesNotVerify, "the signature by \(publicKey.fingerprint) does not fit the signed bytes")
        }
    }

    private static func signedBytes(digest: [UInt8], namespace: String, algorithm: String) -> [UInt8] {
        var writer = SSHWriter()
        writer.append(raw: magic)
        writer.append(string: namespace)
        writer.append(string: "")
        writer.append(string: algorithm)
        writer.append(string: digest)
        return writer.bytes
    }
}
