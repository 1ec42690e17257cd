public import Basics
internal import Glibc

/// Hashes whole files at the speed of the disk's cache: large pieces into one buffer that is used again, nothing kept.
public enum HashedFile {
    /// Bytes read at a time: what a processor's second-level cache holds, so that hashing finds them there.
    private static let piece = 256 << 10

    public struct Digests: Hashable, Sendable {
        public let sha256: Digest
        /// 32 hexadecimal digits; nil unless asked for.
        public let md5: String?
        public let size: Int64
    }

    /// - Parameter withMD5: whether DVC's name of the bytes is wanted too.
    public static func digests(of path: String, withMD5: Bool = false) throws(FileSystemError) -> Digests {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystemError(number: errno, operation: "open", path: path) }
        defer { Glibc.close(descriptor) }
        return try digests(of: descriptor, path: path, withMD5: withMD5)
    }

    static func digests(of descriptor: Int32, path: String, withMD5: Bool) throws(FileSystemError) -> Digests {
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 4096)
        defer { unsafe buffer.deallocate() }
        var hasher = DigestHasher()
        var legacy: LegacyHasher? = withMD5 ? LegacyHasher() : nil
        var size: Int64 = 0
        while true {
            let count = unsafe Glibc.read(descriptor, buffer.baseAddress, piece)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw FileSystemError(number: errno, operation: "read", path: path)
            }
            let part = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            unsafe hasher.update(part)
            unsafe legacy?.update(part)
            size += Int64(count)
        }
        return Digests(sha256: hasher.finalize(), md5: legacy?.finalize(), size: size)
    }
}
