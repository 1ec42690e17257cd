internal import Basics
internal import Crypto

/// An Ed25519 private key in OpenSSH's file format, without a passphrase.
///
/// Ed25519 signatures are deterministic (RFC 8032), so the same bytes signed twice give the same signature.
public struct SigningKey: Sendable, CustomStringConvertible {
    private static let label = "OPENSSH PRIVATE KEY"
    private static let magic = Array("openssh-key-v1\0".utf8)

    private let key: Curve25519.Signing.PrivateKey
    public let publicKey: PublicKey
    /// What stands after the key in the `.pub` file, by custom an e-mail address.
    public let comment: String

    private init(key: Curve25519.Signing.PrivateKey, comment: String) throws(SignatureError) {
        self.key = key
        self.comment = comment
        publicKey = try PublicKey(rawBytes: Array(key.publicKey.rawRepresentation))
    }

    /// A new key from the machine's randomness.
    public static func generate(comment: String) -> SigningKey {
        do {
            return try SigningKey(key: Curve25519.Signing.PrivateKey(), comment: comment)
        } catch {
            preconditionFailure("a fresh key has 32 bytes: \(error)")
        }
    }

    /// The key of a given 32-byte seed (RFC 8032 §5.1.5).
    public init(seed: [UInt8], comment: String) throws(SignatureError) {
        let key: Curve25519.Signing.PrivateKey
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw SignatureError(.malformed, "an Ed25519 seed has 32 bytes, not \(seed.count)")
        }
        try self.init(key: key, comment: comment)
    }

    /// Reads the text of an `id_ed25519` file.
    public init(openSSH text: String) throws(SignatureError) {
        guard let bytes = SSHArmor.decode(text, label: Self.label) else {
            throw SignatureError(.malformed, "not an OpenSSH private key")
        }
        let damaged = SignatureError(.malformed, "the OpenSSH private key is damaged")
        var reader = SSHReader(bytes)
        guard reader.take(prefix: Self.magic), let cipher = reader.text(), let derivation = reader.text(), reader.string() != nil,
            let count = reader.integer()
        else { throw damaged }
        guard cipher == "none", derivation == "none" else {
            throw SignatureError(
                .encryptedKey, "the private key is protected by a passphrase (\(cipher)); remove it with 'ssh-keygen -p -N \"\" -f FILE'")
        }
        guard count == 1, let publicBlob = reader.string(), let secret = reader.string(), reader.isAtEnd else { throw damaged }
        let stated = try PublicKey(blob: publicBlob)

        var inner = SSHReader(secret)
        guard let check = inner.integer(), check == inner.integer(), inner.text() == PublicKey.keyType, let point = inner.string(),
            let pair = inner.string(), pair.count == 64, let comment = inner.text(),
            inner.rest == (0..<inner.rest.count).map({ UInt8(truncatingIfNeeded: $0 + 1) })
        else { throw damaged }
        try self.init(seed: Array(pair[..<32]), comment: comment)
        // The three copies of the public half must agree: a file that names another key than it signs with would mislead.
        guard publicKey == stated, point == stated.rawBytes, Array(pair[32...]) == stated.rawBytes else { throw damaged }
    }

    /// The text of an `id_ed25519` file. `random` makes the two check numbers, by which a wrong passphrase would be noticed.
    public func openSSH(using random: inout some RandomNumberGenerator) -> String {
        var secret = SSHWriter()
        let check = UInt32.random(in: .min ... .max, using: &random)
        secret.append(check)
        secret.append(check)
        secret.append(string: PublicKey.keyType)
        secret.append(string: publicKey.rawBytes)
        secret.append(string: Array(key.rawRepresentation) + publicKey.rawBytes)
        secret.append(string: comment)
        var pad: UInt8 = 0
        while !secret.bytes.count.isMultiple(of: 8) {
            pad += 1
            secret.append(raw: [pad])
        }
        var file = SSHWriter()
        file.append(raw: Self.magic)
        file.append(string: "none")
        file.append(string: "none")
        file.append(string: "")
        file.append(UInt32(1))
        file.append(string: publicKey.blob)
        file.append(string: secret.bytes)
        return SSHArmor.encode(file.bytes, label: Self.label)
    }

    public func openSSH() -> String {
        var random = SystemRandomNumberGenerator()
        return openSSH(using: &random)
    }

    /// The line of the `.pub` file, with the comment and without a line break.
    public var publicLine: String { comment.isEmpty ? publicKey.openSSH : "\(publicKey.openSSH) \(comment)" }

    /// 64 bytes.
    public func signature(for message: [UInt8]) -> [UInt8] {
        do {
            return Array(try key.signature(for: message))
        } catch {
            preconditionFailure("Ed25519 signs any bytes: \(error)")
        }
    }

    /// Never the private half.
    public var description: String { publicKey.fingerprint }
}
