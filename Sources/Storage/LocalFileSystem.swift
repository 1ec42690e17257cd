internal import Glibc

/// The machine's own file system.
public struct LocalFileSystem: FileSystem {
    public init() {}

    public func makeFolder(_ path: String) throws(FileSystemError) {
        if unsafe mkdir(path, 0o777) == 0 {
            if let parent = Self.parent(of: path) { try syncFolder(parent) }
            return
        }
        if errno == EEXIST { return }
        guard errno == ENOENT, let parent = Self.parent(of: path) else { throw failure("make the folder", path) }
        try makeFolder(parent)
        guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure("make the folder", path) }
        try syncFolder(parent)
    }

    private static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
        return String(path[..<slash])
    }

    public func createFile(
        _ path: String, mode: UInt32, next: () throws(FileSystemError) -> [UInt8]?
    ) throws(FileSystemError) {
        let file = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw failure("create", path) }
        var isOpen = true
        defer { if isOpen { Glibc.close(file) } }
        while let chunk = try next() {
            var written = 0
            while written < chunk.count {
                let count = unsafe chunk.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress! + written, chunk.count - written) }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw failure("write", path)
                }
                written += count
            }
        }
        guard fsync(file) == 0 else { throw failure("sync", path) }
        isOpen = false
        // Some network file systems report a failed write only here.
        guard Glibc.close(file) == 0 else { throw failure("close", path) }
    }

    public func rename(_ old: String, to new: String) throws(FileSystemError) {
        guard unsafe Glibc.rename(old, new) == 0 else { throw failure("rename to \(new)", old) }
    }

    public func syncFolder(_ path: String) throws(FileSystemError) {
        let folder = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open", path) }
        defer { Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw failure("sync", path) }
    }

    public func read(_ path: String, _ chunk: ([UInt8]) throws(FileSystemError) -> Void) throws(FileSystemError) {
        let file = try ChunkedFile(path: path)
        while let bytes = try file.next() { try chunk(bytes) }
    }

    public func exists(_ path: String) throws(FileSystemError) -> Bool {
        if unsafe access(path, F_OK) == 0 { return true }
        guard errno == ENOENT || errno == ENOTDIR else { throw failure("look for", path) }
        return false
    }

    public func names(in folder: String) throws(FileSystemError) -> [String] {
        guard let stream = unsafe opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("list", folder)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw failure("list", folder) }
                break
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    public func remove(_ path: String) throws(FileSystemError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    private func failure(_ operation: String, _ path: String) -> FileSystemError {
        FileSystemError(number: errno, operation: operation, path: path)
    }
}

extension FileSystemError: CustomStringConvertible {
    public var description: String { "cannot \(operation) \(path): \(unsafe String(cString: strerror(number)))" }

    var isMissing: Bool { number == ENOENT }
    var isTaken: Bool { number == EEXIST }

    func storeError(_ operation: String) -> StoreError {
        StoreError(number == ENOSPC || number == EDQUOT ? .noSpace : .inputOutput, operation, cause: description)
    }
}
