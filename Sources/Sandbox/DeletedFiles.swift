internal import Glibc

/// Files without a name that a running program still holds: they take up the disk, and no look through a folder finds them.
///
/// Descriptors that lie in the queue of a socket and in no process's table are not seen; each such file is still held by the limit of one file.
enum DeletedFiles {
    /// Bytes on the disk of the nameless files that the processes have open or mapped, each file once.
    /// - Parameter folder: only files of its file system count.
    static func bytes(heldBy processes: some Sequence<pid_t>, besides folder: String) -> UInt64 {
        var about = stat()
        guard unsafe stat(folder, &about) == 0 else { return 0 }
        let device = about.st_dev
        var held: [ino_t: UInt64] = [:]
        /// Whether there is such a file.
        func count(_ path: String) -> Bool {
            var about = stat()
            guard unsafe stat(path, &about) == 0 else { return false }
            if about.st_dev == device, about.st_nlink == 0, about.st_mode & S_IFMT == S_IFREG { held[about.st_ino] = UInt64(about.st_blocks) * 512 }
            return true
        }
        for process in processes {
            for descriptor in SystemFiles.names(in: "/proc/\(process)/fd") { _ = count("/proc/\(process)/fd/\(descriptor)") }
            for line in (SystemFiles.text("/proc/\(process)/maps") ?? "").split(separator: "\n") where line.hasSuffix(" (deleted)") {
                guard let mapping = Mapping(line) else { continue }
                if count("/proc/\(process)/map_files/\(mapping.name)") { continue }
                // Who may not look at the file itself sees how much of it is mapped.
                if mapping.major == major(device), mapping.minor == minor(device) { held[mapping.inode, default: 0] += mapping.length }
            }
        }
        return held.values.reduce(0, &+)
    }

    /// A line of `/proc/N/maps`: `from-to permissions offset major:minor inode path`, numbers but the inode in hexadecimal.
    struct Mapping: Equatable {
        /// As `/proc/N/map_files` has it: without leading zeros.
        let name: String
        let length: UInt64
        let major: UInt64
        let minor: UInt64
        let inode: ino_t

        init?(_ line: Substring) {
            let words = line.split(separator: " ", maxSplits: 5)
            guard words.count == 6, let inode = ino_t(words[4]) else { return nil }
            let range = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
            let device = words[3].split(separator: ":").compactMap { UInt64($0, radix: 16) }
            guard range.count == 2, range[0] <= range[1], device.count == 2 else { return nil }
            name = "\(String(range[0], radix: 16))-\(String(range[1], radix: 16))"
            length = range[1] - range[0]
            (major, minor, self.inode) = (device[0], device[1], inode)
        }
    }

    /// As Linux packs both numbers of a device into one.
    private static func major(_ device: dev_t) -> UInt64 { (UInt64(device) >> 8 & 0xfff) | (UInt64(device) >> 32 & ~0xfff) }
    private static func minor(_ device: dev_t) -> UInt64 { (UInt64(device) & 0xff) | (UInt64(device) >> 12 & ~0xff) }

    /// The processes of a namespace, told by its first one.
    static func processes(besides inner: pid_t) -> [pid_t] {
        guard let namespace = SystemFiles.target(ofLink: "/proc/\(inner)/ns/pid") else { return [] }
        return SystemFiles.names(in: "/proc").compactMap { pid_t($0) }.filter { SystemFiles.target(ofLink: "/proc/\($0)/ns/pid") == namespace }
    }
}
