internal import Foundation

/// What tells that a file was written to or replaced between two looks, without reading it. No program can set a file's change time, so that putting its
/// modification time back hides nothing.
struct FileStamp: Hashable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let times: [Int]

    /// Nil for what cannot be looked at: reading it says why.
    init?(of path: String) {
        var about = stat()
        guard unsafe stat(path, &about) == 0 else { return nil }
        (device, inode, size) = (UInt64(about.st_dev), UInt64(about.st_ino), Int64(about.st_size))
        times = [about.st_mtim.tv_sec, about.st_mtim.tv_nsec, about.st_ctim.tv_sec, about.st_ctim.tv_nsec]
    }
}
