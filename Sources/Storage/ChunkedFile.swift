internal import Glibc

/// Reads a file piece by piece.
final class ChunkedFile {
    private let descriptor: Int32
    private let path: String

    init(path: String) throws(FileSystemError) {
        self.path = path
        descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystemError(number: errno, operation: "open", path: path) }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// The next bytes, at most 1 MiB; nil at the end.
    func next() throws(FileSystemError) -> [UInt8]? {
        let size = 1 << 20
        while true {
            var result = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                result = unsafe Glibc.read(descriptor, buffer.baseAddress!, size)
                count = max(0, result)
            }
            if result > 0 { return bytes }
            if result == 0 { return nil }
            guard errno == EINTR else { throw FileSystemError(number: errno, operation: "read", path: path) }
        }
    }
}
