internal import Basics
internal import CLibgit2

/// The name of a git object: a SHA-1, 40 hexadecimal digits.
public struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
    // Three words rather than an array: trees of thousands of entries are compared without an allocation each.
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// Forty zeros: git's way to write "no object".
    public static let zero = ObjectID(git_oid())

    /// 40 lower-case digits; nil for anything else.
    public init?(_ hex: String) {
        guard hex.utf8.count == 40, let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// 20 bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 20 else { return nil }
        var oid = git_oid()
        unsafe withUnsafeMutableBytes(of: &oid) { unsafe $0.copyBytes(from: bytes) }
        self.init(oid)
    }

    init(_ oid: git_oid) {
        (high, middle, low) = unsafe withUnsafeBytes(of: oid) { buffer in
            unsafe (
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
            )
        }
    }

    var raw: git_oid {
        var oid = git_oid()
        unsafe withUnsafeMutableBytes(of: &oid) { buffer in
            unsafe buffer.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            unsafe buffer.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            unsafe buffer.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return oid
    }

    public var hex: String {
        var oid = raw
        return unsafe withUnsafeBytes(of: &oid) { unsafe Hex.encode(Array($0)) }
    }

    /// The first ten digits, for people.
    public var short: String { String(hex.prefix(10)) }
    public var description: String { hex }

    public static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }
}
