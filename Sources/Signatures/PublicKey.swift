internal import Basics
internal import Crypto

/// An Ed25519 public key, as OpenSSH writes it.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    static let keyType = "ssh-ed25519"

    /// Exactly 32 bytes.
    public let rawBytes: [UInt8]

    public init(rawBytes: [UInt8]) throws(SignatureError) {
        guard rawBytes.count == 32 else { throw SignatureError(.malformed, "an Ed25519 public key has 32 bytes, not \(rawBytes.count)") }
        self.rawBytes = rawBytes
    }

    /// Reads the wire form that lies inside of key files and signatures.
    init(blob: [UInt8]) throws(SignatureError) {
        var reader = SSHReader(blob)
        guard let type = reader.text() else { throw SignatureError(.malformed, "the public key is cut short") }
        guard type == Self.keyType else {
            throw SignatureError(.unsupportedKeyType, "keys of type \(type) are not supported; use \(Self.keyType)")
        }
        guard let raw = reader.string(), reader.isAtEnd else { throw SignatureError(.malformed, "the public key is cut short") }
        try self.init(rawBytes: raw)
    }

    /// Reads `ssh-ed25519 AAAA… [comment]`: a line of an `id_ed25519.pub` file.
    public init(openSSH line: String) throws(SignatureError) {
        let fields = line.trimmingSpaces.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline })
        guard fields.count >= 2 else { throw SignatureError(.malformed, "expected a key type and a base64 key") }
        try self.init(type: String(fields[0]), base64: String(fields[1]))
    }

    init(type: String, base64: String) throws(SignatureError) {
        guard type == Self.keyType else {
            throw SignatureError(.unsupportedKeyType, "keys of type \(type) are not supported; use \(Self.keyType)")
        }
        guard let blob = Base64.decode(base64) else { throw SignatureError(.malformed, "the key is not valid base64") }
        try self.init(blob: blob)
    }

    var blob: [UInt8] {
        var writer = SSHWriter()
        writer.append(string: Self.keyType)
        writer.append(string: rawBytes)
        return writer.bytes
    }

    /// `ssh-ed25519 AAAA…`, without a comment.
    public var openSSH: String { "\(Self.keyType) \(Base64.encode(blob))" }

    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    public var fingerprint: String { "SHA256:" + Base64.encode(Digest.of(blob).bytes, padded: false) }

    public var description: String { fingerprint }

    /// Whether `signature` (64 bytes) was made over `message` by this key.
    public func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == 64 else { return false }
        do {
            return try Curve25519.Signing.PublicKey(rawRepresentation: rawBytes).isValidSignature(signature, for: message)
        } catch {
            return false
        }
    }
}
