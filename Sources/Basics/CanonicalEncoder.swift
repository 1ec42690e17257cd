/// Builds the bytes that a key is the digest of: every part is tagged and length-prefixed, so that no two different values share an encoding
/// and no library's change of output can move a key.
///
/// Layout: one tag byte; then, for `bytes` and `text`, an 8-byte little-endian count and the bytes; for integers and the bit pattern of
/// doubles 8 little-endian bytes; for sequences an 8-byte count followed by the parts.
public struct CanonicalEncoder {
    public private(set) var bytes: [UInt8] = []

    /// `domain` keeps digests made for different purposes apart.
    public init(domain: String) {
        bytes.reserveCapacity(512)
        append(domain)
    }

    public mutating func append(_ text: String) {
        let units = text.utf8
        fixed(UInt8(ascii: "t"), UInt64(units.count))
        bytes.append(contentsOf: units)
    }
    public mutating func append(_ data: [UInt8]) { tagged(UInt8(ascii: "b"), data) }
    public mutating func append(_ digest: Digest) {
        fixed(UInt8(ascii: "d"), 32)
        digest.append(to: &bytes)
    }
    public mutating func append(_ value: Int64) { fixed(UInt8(ascii: "i"), UInt64(bitPattern: value)) }
    public mutating func append(_ value: Double) { fixed(UInt8(ascii: "f"), value.bitPattern) }
    public mutating func append(_ value: Bool) { fixed(UInt8(ascii: "o"), value ? 1 : 0) }

    /// Starts a sequence of `count` parts; the caller appends exactly that many.
    public mutating func beginSequence(count: Int) { fixed(UInt8(ascii: "s"), UInt64(count)) }

    /// A JSON value, as its canonical bytes.
    public mutating func append(_ value: JSONValue) {
        fixed(UInt8(ascii: "j"), 0)
        let start = bytes.count
        value.appendCanonical(to: &bytes)
        // How many there are is known behind them.
        let count = UInt64(bytes.count - start)
        for place in 0..<8 { bytes[start - 8 + place] = UInt8(truncatingIfNeeded: count >> UInt64(8 * place)) }
    }

    /// A mapping, ordered by the UTF-8 bytes of its keys.
    public mutating func append<Value>(_ mapping: [String: Value], _ appendValue: (inout CanonicalEncoder, Value) -> Void) {
        beginSequence(count: mapping.count)
        if mapping.count == 1, let (key, value) = mapping.first {
            append(key)
            appendValue(&self, value)
            return
        }
        for (key, value) in mapping.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            append(key)
            appendValue(&self, value)
        }
    }

    public var digest: Digest { Digest.of(bytes) }

    private mutating func tagged(_ tag: UInt8, _ data: [UInt8]) {
        fixed(tag, UInt64(data.count))
        bytes.append(contentsOf: data)
    }

    private mutating func fixed(_ tag: UInt8, _ value: UInt64) {
        bytes.append(tag)
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }
}
