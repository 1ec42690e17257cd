import Crypto

/// A SHA-256 digest, written `sha256:` followed by 64 lower-case hexadecimal digits.
///
/// Everything that Proviso stores, pins or signs is named by one of these.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Big-endian: kept as words, since digests are copied, hashed and compared more than anything else.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    fileprivate init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// Exactly 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        for word in [words.0, words.1, words.2, words.3] { unsafe withUnsafeBytes(of: word.bigEndian) { unsafe bytes.append(contentsOf: $0) } }
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
        var text = text
        guard let digest = text.withUTF8({ unsafe Digest(spelled: $0) }) else { return nil }
        self = digest
    }

    /// The same of the text's units.
    init?(spelled units: UnsafeBufferPointer<UInt8>) {
        guard units.count == Self.spelledLength else { return nil }
        for place in 0..<Self.prefix.utf8CodeUnitCount { guard unsafe units[place] == Self.prefix.utf8Start[place] else { return nil } }
        unsafe self.init(units, digitsFrom: Self.prefix.utf8CodeUnitCount)
    }

    /// Parses 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        var text = String(hex)
        guard let digest = text.withUTF8({ unsafe Digest($0, digitsFrom: 0) }) else { return nil }
        self = digest
    }

    /// Without an array, since a ledger has tens of thousands.
    private init?(_ units: UnsafeBufferPointer<UInt8>, digitsFrom start: Int) {
        guard units.count == start + 64 else { return nil }
        func word(_ index: Int) -> UInt64? {
            var word: UInt64 = 0
            for place in (start + 16 * index)..<(start + 16 * index + 16) {
                guard let digit = unsafe Hex.value(units[place]) else { return nil }
                word = word << 4 | UInt64(digit)
            }
            return word
        }
        guard let first = word(0), let second = word(1), let third = word(2), let fourth = word(3) else { return nil }
        words = (first, second, third, fourth)
    }

    static let spelledLength = 71
    private static let prefix: StaticString = "sha256:"

    public var hex: String { text(after: "") }
    public var description: String { text(after: Self.prefix) }

    private func text(after prefix: StaticString) -> String {
        let start = prefix.utf8CodeUnitCount
        return unsafe String(unsafeUninitializedCapacity: start + 64) { units in
            for place in 0..<start { unsafe units[place] = prefix.utf8Start[place] }
            for (index, word) in [words.0, words.1, words.2, words.3].enumerated() {
                for digit in 0..<16 {
                    unsafe units[start + 16 * index + digit] = Hex.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * digit)) & 15)
                }
            }
            return start + 64
        }
    }

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
        unsafe state.finalize().withUnsafeBytes { bytes in
            precondition(bytes.count == 32, "SHA-256 has 32 bytes")
            func word(_ index: Int) -> UInt64 { unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)) }
            return Digest(words: (word(0), word(1), word(2), word(3)))
        }
    }
}
