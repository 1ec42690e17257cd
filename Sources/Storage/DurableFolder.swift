internal import Basics

/// Writes files so that a crash leaves either the whole file or none: temporary file, fsync, close, rename, fsync of the folder (as
/// restic's local backend does).
struct DurableFolder: Sendable {
    let root: String
    let files: any FileSystem
    private let process: String

    init(root: String, files: any FileSystem, process: Int32) {
        self.root = root
        self.files = files
        self.process = String(process)
    }

    private var temporaryFolder: String { root + "/tmp" }

    /// Writes a temporary file that `place` then gives its name, as a path below the root.
    func write(next: () throws(FileSystemError) -> [UInt8]?, place: () -> String) throws(FileSystemError) {
        try files.makeFolder(temporaryFolder)
        let temporary = try create(next: next)
        do {
            let path = root + "/" + place()
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            try files.makeFolder(folder)
            try files.rename(temporary, to: path)
            try files.syncFolder(folder)
        } catch {
            try? files.remove(temporary)  // The first error is the one that counts.
            throw error
        }
    }

    /// Another run may have left a file with this process's number: a taken name is passed over.
    private func create(next: () throws(FileSystemError) -> [UInt8]?) throws(FileSystemError) -> String {
        var attempt = 0
        while true {
            let path = "\(temporaryFolder)/\(process)-\(attempt)"
            do {
                try files.createFile(path, mode: 0o444, next: next)
                return path
            } catch {
                if error.isTaken {
                    attempt += 1
                    continue
                }
                try? files.remove(path)  // The first error is the one that counts.
                throw error
            }
        }
    }

    /// Removes what crashed writers left. Only for when nobody writes.
    func removeTemporaries() throws(FileSystemError) {
        for name in try files.names(in: temporaryFolder) { try files.remove("\(temporaryFolder)/\(name)") }
    }

    /// The digests that are file names of the form `<folder>/ab/<hex><suffix>`, sorted.
    func digests(in folder: String, suffix: String) throws(FileSystemError) -> [Digest] {
        var digests: [Digest] = []
        for shard in try files.names(in: "\(root)/\(folder)") {
            for name in try files.names(in: "\(root)/\(folder)/\(shard)") where name.hasSuffix(suffix) {
                guard let digest = Digest(hex: String(name.dropLast(suffix.utf8.count))), digest.hex.hasPrefix(shard) else { continue }
                digests.append(digest)
            }
        }
        return digests.sorted()
    }
}
