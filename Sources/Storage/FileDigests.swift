public import Basics
internal import Glibc
internal import Synchronization

/// The digests of files of a work tree, remembered with what the file system says of each file, so that what has not changed is not read again.
///
/// An entry counts while device, inode, size, modification and change time are the same to the nanosecond. A file that was touched within the
/// file system's granularity before it was hashed is not remembered: it could be written again without a trace in its times (git's "racy" files).
/// Change time cannot be set by a program, so restoring a file's modification time does not hide a change. What the memory says is a convenience of
/// this machine: gate and reconciler read git's objects, and `changedUnseen` reads every byte again.
public final class FileDigests: Sendable {
    /// Nanoseconds that must lie between a file's last change and its hashing. Of the file systems in use FAT is the coarsest, with two seconds.
    static let granularity: Int64 = 2_000_000_000

    private struct Entry {
        let stamp: FileStamp
        let digests: HashedFile.Digests
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var isChanged = false
        var read = 0
    }

    private let path: String?
    /// Nanoseconds since 1970.
    private let now: @Sendable () -> Int64
    private let state: Mutex<State>

    /// - Parameter path: the file that remembers; nil: nothing is remembered. One that is damaged is as good as none.
    public init(at path: String?, now: @escaping @Sendable () -> Int64 = { FileDigests.wallNanoseconds }) {
        self.path = path
        self.now = now
        var state = State()
        if let path { state.entries = Self.load(path) }
        self.state = Mutex(state)
    }

    public static var wallNanoseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// How many files were read, not just looked up.
    public var filesRead: Int { state.withLock { $0.read } }

    public func digest(of path: String) throws(FileSystemError) -> Digest { try digests(of: path).sha256 }

    public func digests(of path: String, withMD5: Bool = false) throws(FileSystemError) -> HashedFile.Digests {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystemError(number: errno, operation: "open", path: path) }
        defer { Glibc.close(descriptor) }
        let before = try FileStamp(descriptor: descriptor, path: path)
        if let known = state.withLock({ $0.entries[path] }), known.stamp == before, !withMD5 || known.digests.md5 != nil { return known.digests }
        let began = now()
        let digests = try HashedFile.digests(of: descriptor, path: path, withMD5: withMD5)
        let after = try FileStamp(descriptor: descriptor, path: path)
        let isOld = max(before.modified, before.changed) + Self.granularity < began
        state.withLock { state in
            state.read += 1
            let keeps = isOld && before == after && digests.size == after.size
            if keeps || state.entries[path] != nil { state.isChanged = true }
            state.entries[path] = keeps ? Entry(stamp: after, digests: digests) : nil
        }
        return digests
    }

    /// Reads every remembered file again.
    ///
    /// - Returns: those whose bytes are others though nothing else says so, sorted: a failing disk, or somebody who writes past the file system.
    public func changedUnseen() throws(FileSystemError) -> [String] {
        var found: [String] = []
        for (path, entry) in state.withLock({ $0.entries }).sorted(by: { $0.key < $1.key }) {
            let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                if errno == ENOENT { continue }
                throw FileSystemError(number: errno, operation: "open", path: path)
            }
            defer { Glibc.close(descriptor) }
            guard try FileStamp(descriptor: descriptor, path: path) == entry.stamp else { continue }
            guard try HashedFile.digests(of: descriptor, path: path, withMD5: false).sha256 != entry.digests.sha256 else { continue }
            found.append(path)
            state.withLock { state in
                state.entries[path] = nil
                state.isChanged = true
            }
        }
        return found
    }

    // MARK: - The file

    private static let heading = "proviso-file-digests 1"

    /// Keeps what was learnt for the next run, if anything was. The entries of files that are gone are dropped.
    public func save() throws(FileSystemError) {
        guard let path, state.withLock({ $0.isChanged }) else { return }
        let entries = state.withLock { $0.entries }
        let files = LocalFileSystem()
        var body = ""
        for (file, entry) in entries.sorted(by: { $0.key < $1.key }) where !file.contains("\n") {
            guard try files.exists(file) else { continue }
            let stamp = entry.stamp
            body +=
                "\(stamp.device) \(stamp.inode) \(stamp.size) \(stamp.modified) \(stamp.changed) \(entry.digests.sha256.hex) \(entry.digests.md5 ?? "-") \(file)\n"
        }
        if let slash = path.lastIndex(of: "/") { try files.makeFolder(String(path[..<slash])) }
        let temporary = "\(path).\(getpid()).new"
        try? files.remove(temporary)  // A run with this number that was killed left it.
        var rest: [UInt8]? = Array("\(Self.heading) \(Digest.of(body))\n\(body)".utf8)
        try files.createFile(temporary, mode: 0o600) { () throws(FileSystemError) in
            defer { rest = nil }
            return rest
        }
        try files.rename(temporary, to: path)
        state.withLock { $0.isChanged = false }
    }

    private static func load(_ path: String) -> [String: Entry] {
        guard let bytes = try? LocalFileSystem().contents(of: path), let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return [:] }
        let body = bytes[(end + 1)...]
        guard String(decoding: bytes[..<end], as: UTF8.self) == "\(heading) \(Digest.of(body))" else { return [:] }
        var entries: [String: Entry] = [:]
        for line in String(decoding: body, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 7)
            guard words.count == 8, let device = UInt64(words[0]), let inode = UInt64(words[1]), let size = Int64(words[2]),
                let modified = Int64(words[3]), let changed = Int64(words[4]), let digest = Digest(hex: words[5])
            else { return [:] }
            entries[String(words[7])] = Entry(
                stamp: FileStamp(device: device, inode: inode, size: size, modified: modified, changed: changed),
                digests: .init(sha256: digest, md5: words[6] == "-" ? nil : String(words[6]), size: size))
        }
        return entries
    }
}
