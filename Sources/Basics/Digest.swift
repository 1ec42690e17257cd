import Crypto

/// A SHA-256 digest, written `sha256:` followed by 64 lower-case hexadecimal digits.
///
/// Everything that Proviso stores, pins or signs is named by one of these.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Big-endian: kept as words, since digests are copied, hashed and compared more than anything else.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Exactly 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
        }
        return bytes
    }

    /// The digest of `bytes` themselves.
    public static func of(_ bytes: some Collection<UInt8>) -> Digest {
        var hasher = DigestHasher()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// The digest of the UTF-8 bytes of `text`.
    public static func of(_ text: String) -> Digest { of(text.utf8) }

    /// Wraps 32 bytes that already are a SHA-256 digest; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        func word(_ index: Int) -> UInt64 { bytes[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        words = (word(0), word(1), word(2), word(3))
    }

    /// Parses `sha256:<64 lower-case hex digits>`; nil for anything else.
    public init?(_ text: String) {
        guard text.hasPrefix("sha256:") else { return nil }
        self.init(hex: text.dropFirst(7))
    }

    /// Parses 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 64, let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    public var hex: String { Hex.encode(bytes) }
    public var description: String { "sha256:" + hex }

    /// The first twelve digits, for people.
    public var short: String { String(hex.prefix(12)) }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }
    public static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

    /// One word of a digest is as good as a hash of it; `Hasher` spreads it.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a sha256 digest")
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Digest {
    /// HMAC-SHA-256 (RFC 2104): proves to whoever has the secret that somebody who has it made `bytes`.
    public static func authenticating(_ bytes: [UInt8], secret: [UInt8]) -> Digest {
        guard let digest = Digest(bytes: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: secret)))) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return digest
    }
}

/// SHA-256 over bytes that arrive in pieces.
public struct DigestHasher {
    private var state = SHA256()

    public init() {}

    public mutating func update(_ bytes: some Collection<UInt8>) {
        let fast: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            unsafe state.update(bufferPointer: UnsafeRawBufferPointer(buffer))
        }
        if fast == nil { state.update(data: Array(bytes)) }
    }

    public mutating func update(_ buffer: UnsafeRawBufferPointer) {
        unsafe state.update(bufferPointer: buffer)
    }

    public func finalize() -> Digest {
        guard let digest = Digest(bytes: Array(state.finalize())) else { preconditionFailure("SHA-256 has 32 bytes") }
        return digest
    }
}
