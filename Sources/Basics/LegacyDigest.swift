import Crypto

/// MD5 (RFC 1321), as DVC names files. It proves nothing against somebody who wants two files to have the same; a SHA-256 digest does.
public enum LegacyDigest {
    /// 32 lower-case hexadecimal digits.
    public static func md5(_ bytes: [UInt8]) -> String { Hex.encode(Array(Insecure.MD5.hash(data: bytes))) }
}

/// MD5 over bytes that arrive in pieces.
public struct LegacyHasher {
    private var state = Insecure.MD5()

    public init() {}

    public mutating func update(_ buffer: UnsafeRawBufferPointer) { unsafe state.update(bufferPointer: buffer) }

    /// 32 lower-case hexadecimal digits.
    public func finalize() -> String { Hex.encode(Array(state.finalize())) }
}
