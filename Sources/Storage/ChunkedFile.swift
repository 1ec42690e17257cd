internal import Glibc

/// Reads a file piece by piece.
final class ChunkedFile {
    private let descriptor: Int32
    private let path: String
    /// Used again for each piece, unless somebody keeps the last one: then Swift makes it a copy.
    private var buffer: [UInt8] = []

    init(path: String) throws(FileSystemError) {
        self.path = path
        descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystemError(number: errno, operation: "open", path: path) }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// The next bytes, at most 1 MiB; nil at the end.
    func next() throws(FileSystemError) -> [UInt8]? {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 1 << 20) }
        while true {
            let size = buffer.count
            let result = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, size) }
            if result == size { return buffer }
            if result > 0 { return Array(buffer[..<result]) }
            if result == 0 { return nil }
            guard errno == EINTR else { throw FileSystemError(number: errno, operation: "read", path: path) }
        }
    }
}
