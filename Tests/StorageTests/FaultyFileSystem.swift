import Glibc
import Storage
import Synchronization

/// The local file system with one fault: the nth operation fails, or everything after it, as if the machine had crashed there.
final class FaultyFileSystem: FileSystem {
    enum Fault: Sendable {
        /// The operation fails with this `errno`; what follows works again.
        case fail(Int32)
        /// A file is left with half of its first chunk, and nothing works from then on.
        case crash
    }

    private let local = LocalFileSystem()
    private let fault: Fault
    private let position: Int
    private let state = Mutex((count: 0, crashed: false))

    init(at position: Int, _ fault: Fault) {
        self.position = position
        self.fault = fault
    }

    /// Whether the fault has been met.
    var struck: Bool { state.withLock { $0.count >= position } }

    private func step(_ path: String) throws(FileSystemError) {
        let strikes = state.withLock { state in
            if state.crashed { return true }
            state.count += 1
            guard state.count == position else { return false }
            if case .crash = fault { state.crashed = true }
            return true
        }
        if strikes { throw error(path) }
    }

    private func error(_ path: String) -> FileSystemError {
        if case .fail(let number) = fault { return FileSystemError(number: number, operation: "test", path: path) }
        return FileSystemError(number: EIO, operation: "crash at", path: path)
    }

    func makeFolder(_ path: String) throws(FileSystemError) {
        try step(path)
        try local.makeFolder(path)
    }

    func createFile(_ path: String, mode: UInt32, next: () throws(FileSystemError) -> [UInt8]?) throws(FileSystemError) {
        do {
            try step(path)
        } catch {
            if struck {
                var half: [UInt8]? = try next().map { Array($0.prefix($0.count / 2)) }
                try local.createFile(path, mode: mode) { () throws(FileSystemError) in
                    defer { half = nil }
                    return half
                }
            }
            throw error
        }
        try local.createFile(path, mode: mode, next: next)
    }

    func rename(_ old: String, to new: String) throws(FileSystemError) {
        try step(old)
        try local.rename(old, to: new)
    }

    func syncFolder(_ path: String) throws(FileSystemError) {
        try step(path)
        try local.syncFolder(path)
    }

    func read(_ path: String, _ chunk: ([UInt8]) throws(FileSystemError) -> Void) throws(FileSystemError) {
        try step(path)
        try local.read(path, chunk)
    }

    func exists(_ path: String) throws(FileSystemError) -> Bool {
        try step(path)
        return try local.exists(path)
    }

    func names(in folder: String) throws(FileSystemError) -> [String] {
        try step(folder)
        return try local.names(in: folder)
    }

    func remove(_ path: String) throws(FileSystemError) {
        try step(path)
        try local.remove(path)
    }
}

/// The local file system, but what is read is altered on the way.
struct AlteringFileSystem: FileSystem {
    enum Alteration: CaseIterable, Sendable {
        case flipsBit, shortens, lengthens, empties
    }

    let alteration: Alteration
    private let local = LocalFileSystem()

    init(_ alteration: Alteration) { self.alteration = alteration }

    func read(_ path: String, _ chunk: ([UInt8]) throws(FileSystemError) -> Void) throws(FileSystemError) {
        try local.read(path) { (bytes) throws(FileSystemError) in
            var bytes = bytes
            switch alteration {
            case .flipsBit: bytes[bytes.count / 2] ^= 1
            case .shortens: bytes.removeLast()
            case .lengthens: bytes.append(0)
            case .empties: bytes = []
            }
            try chunk(bytes)
        }
    }

    func makeFolder(_ path: String) throws(FileSystemError) { try local.makeFolder(path) }
    func createFile(_ path: String, mode: UInt32, next: () throws(FileSystemError) -> [UInt8]?) throws(FileSystemError) {
        try local.createFile(path, mode: mode, next: next)
    }
    func rename(_ old: String, to new: String) throws(FileSystemError) { try local.rename(old, to: new) }
    func syncFolder(_ path: String) throws(FileSystemError) { try local.syncFolder(path) }
    func exists(_ path: String) throws(FileSystemError) -> Bool { try local.exists(path) }
    func names(in folder: String) throws(FileSystemError) -> [String] { try local.names(in: folder) }
    func remove(_ path: String) throws(FileSystemError) { try local.remove(path) }
}
