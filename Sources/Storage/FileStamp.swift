internal import Glibc

/// What tells that a file was written to or replaced between two looks, without reading it. No program can set a file's change time, so that putting its
/// modification time back hides nothing.
public struct FileStamp: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    /// Nanoseconds since 1970.
    let modified: Int64
    let changed: Int64

    /// Nil for what cannot be looked at: reading it says why.
    public init?(of path: String) {
        var about = stat()
        guard unsafe stat(path, &about) == 0 else { return nil }
        self.init(about)
    }

    /// - Parameter path: what the descriptor was opened by, for errors: it must be a file.
    init(descriptor: Int32, path: String) throws(FileSystemError) {
        var about = stat()
        guard unsafe fstat(descriptor, &about) == 0 else { throw FileSystemError(number: errno, operation: "look at", path: path) }
        guard about.st_mode & S_IFMT == S_IFREG else { throw FileSystemError(number: EISDIR, operation: "read", path: path) }
        self.init(about)
    }

    init(device: UInt64, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    private init(_ about: stat) {
        self.init(
            device: UInt64(about.st_dev), inode: UInt64(about.st_ino), size: Int64(about.st_size), modified: Self.nanoseconds(about.st_mtim),
            changed: Self.nanoseconds(about.st_ctim))
    }

    private static func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }
}
