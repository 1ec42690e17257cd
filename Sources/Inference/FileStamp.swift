internal import Foundation

/// What tells that a file was written to or replaced between two looks, without reading it.
struct FileStamp: Hashable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modified: [Int]

    /// Nil for what cannot be looked at: reading it says why.
    init?(of path: String) {
        var about = stat()
        guard unsafe stat(path, &about) == 0 else { return nil }
        (device, inode, size) = (UInt64(about.st_dev), UInt64(about.st_ino), Int64(about.st_size))
        modified = [about.st_mtim.tv_sec, about.st_mtim.tv_nsec]
    }
}
