import Basics
import Glibc
import Metrics
import Storage

/// The folder that a job writes to: predictions, and below `_proviso` what was done, which readers of tables pass over.
///
/// A shard's predictions are written under another name, synced, receipted and then renamed; the receipt counts only while the file has the bytes that
/// it names. So a job that was killed anywhere goes on from its last whole shard, and no file with predictions is without a receipt.
struct OutputFolder: Sendable {
    let root: String
    let files: any FileSystem

    static let control = "_proviso"
    static let manifestName = "manifest.json"

    private var control: String { "\(root)/\(Self.control)" }
    private var temporary: String { "\(control)/tmp" }
    /// Files of the same bytes are shards of one key, and each has its own predictions.
    private func stem(_ key: Digest, _ name: String) -> String { Digest.of(Array("\(key.hex)/\(name)".utf8)).hex }
    private func receiptPath(_ key: Digest, _ name: String) -> String { "\(control)/shards/\(stem(key, name)).json" }
    func path(of name: String) -> String { "\(root)/\(name)" }

    func prepare() throws(InferenceError) {
        do throws(FileSystemError) {
            for folder in [temporary, "\(control)/shards"] { try files.makeFolder(folder) }
        } catch {
            throw Self.failure(error)
        }
    }

    /// Keeps others out while it lives; the system lets go of it when the process ends, however it ends.
    func lock() throws(InferenceError) -> FolderLock {
        guard let lock = FolderLock(path: "\(control)/lock") else {
            throw InferenceError(.busy, "another run writes to '\(root)'", hint: "wait for it, or name another folder")
        }
        return lock
    }

    func removeTemporaries() throws(InferenceError) {
        do throws(FileSystemError) {
            for name in try files.names(in: temporary) { try files.remove("\(temporary)/\(name)") }
        } catch {
            throw Self.failure(error)
        }
    }

    func temporaryPath(_ key: Digest, name: String) -> String { "\(temporary)/\(stem(key, name)).parquet" }

    /// What was done of a shard before, if the predictions are still what the receipt says.
    func receipt(_ key: Digest, name: String, reference: [ReferenceColumn]) throws(InferenceError) -> ShardReceipt? {
        do throws(FileSystemError) {
            guard try files.exists(receiptPath(key, name)), try files.exists(path(of: name)) else { return nil }
            var bytes: [UInt8] = []
            try files.read(receiptPath(key, name)) { (chunk) throws(FileSystemError) in bytes += chunk }
            guard let json = try? JSONValue(parsing: bytes), let receipt = ShardReceipt(json: json, reference: reference), receipt.key == key,
                receipt.name == name
            else { return nil }
            return try digest(of: path(of: name)) == receipt.output ? receipt : nil
        } catch {
            throw Self.failure(error)
        }
    }

    /// The names of predictions that a job wrote here, or was about to.
    func receiptedNames() throws(InferenceError) -> Set<String> {
        do throws(FileSystemError) {
            var names: Set<String> = []
            for file in try files.names(in: "\(control)/shards") {
                var bytes: [UInt8] = []
                try files.read("\(control)/shards/\(file)") { (chunk) throws(FileSystemError) in bytes += chunk }
                if let name = (try? JSONValue(parsing: bytes))?["name"]?.stringValue { names.insert(name) }
            }
            return names
        } catch {
            throw Self.failure(error)
        }
    }

    /// Throws `parameters` for a file that no job made: it is somebody's, perhaps the data themselves.
    func refuseForeign(_ name: String, receipted: Set<String>) throws(InferenceError) {
        guard !receipted.contains(name) else { return }
        do throws(FileSystemError) {
            guard try files.exists(path(of: name)) else { return }
        } catch {
            throw Self.failure(error)
        }
        throw InferenceError(
            .parameters, shard: name, "'\(path(of: name))' is there, and no scoring job made it", hint: "name another folder for the predictions")
    }

    private func digest(of path: String) throws(FileSystemError) -> Digest {
        var hasher = DigestHasher()
        try files.read(path) { (chunk) throws(FileSystemError) in hasher.update(chunk) }
        return hasher.finalize()
    }

    /// Makes a written file durable. Its digest is what the receipt names.
    func seal(_ key: Digest, name: String) throws(InferenceError) -> Digest {
        do throws(FileSystemError) {
            try Self.sync(temporaryPath(key, name: name))
            return try digest(of: temporaryPath(key, name: name))
        } catch {
            throw Self.failure(error)
        }
    }

    /// Gives a receipted file its name.
    func publish(_ key: Digest, name: String) throws(InferenceError) {
        do throws(FileSystemError) {
            let to = path(of: name)
            let folder = to.lastIndex(of: "/").map { String(to[..<$0]) } ?? root
            try files.makeFolder(folder)
            try files.rename(temporaryPath(key, name: name), to: to)
            try files.syncFolder(folder)
        } catch {
            throw Self.failure(error)
        }
    }

    func save(_ receipt: ShardReceipt) throws(InferenceError) {
        try write(receipt.json.canonicalBytes, to: receiptPath(receipt.key, receipt.name), as: "receipt-\(stem(receipt.key, receipt.name))")
    }

    /// The job is done once this is there. Predictions of an earlier job that this one did not make are removed first: a reader must not find both.
    func save(_ manifest: InferenceManifest, engine: JSONValue) throws(InferenceError) {
        try removeOthers(manifest)
        try write(engine.prettyBytes, to: "\(control)/environment.json", as: "environment")
        try write(manifest.json.prettyBytes, to: "\(control)/\(Self.manifestName)", as: "manifest")
    }

    /// Removes the predictions and receipts of jobs before this one.
    private func removeOthers(_ manifest: InferenceManifest) throws(InferenceError) {
        let keys = Set(manifest.shards.map { "\(stem($0.receipt.key, $0.receipt.name)).json" })
        let made = Set(manifest.shards.map(\.receipt.name))
        do throws(FileSystemError) {
            for file in try files.names(in: "\(control)/shards") where !keys.contains(file) {
                var bytes: [UInt8] = []
                try files.read("\(control)/shards/\(file)") { (chunk) throws(FileSystemError) in bytes += chunk }
                if let name = (try? JSONValue(parsing: bytes))?["name"]?.stringValue, !made.contains(name), !name.hasPrefix("/"),
                    !name.split(separator: "/").contains("..")
                {
                    try files.remove(path(of: name))
                }
                try files.remove("\(control)/shards/\(file)")
            }
        } catch {
            throw Self.failure(error)
        }
    }

    /// Takes away an earlier job's word that the folder is whole.
    func removeManifest() throws(InferenceError) {
        do throws(FileSystemError) {
            try files.remove("\(control)/\(Self.manifestName)")
            try files.syncFolder(control)
        } catch {
            throw Self.failure(error)
        }
    }

    var hasManifest: Bool { (try? files.exists("\(control)/\(Self.manifestName)")) ?? false }

    private func write(_ bytes: [UInt8], to path: String, as name: String) throws(InferenceError) {
        let new = "\(temporary)/\(name)"
        do throws(FileSystemError) {
            try files.remove(new)
            var rest: [UInt8]? = bytes
            try files.createFile(new, mode: 0o644) { () throws(FileSystemError) in
                defer { rest = nil }
                return rest
            }
            try files.rename(new, to: path)
            try files.syncFolder(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? root)
        } catch {
            throw Self.failure(error)
        }
    }

    private static func sync(_ path: String) throws(FileSystemError) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileSystemError(number: errno, operation: "open", path: path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw FileSystemError(number: errno, operation: "sync", path: path) }
    }

    static func failure(_ error: FileSystemError) -> InferenceError {
        let isFull = error.number == ENOSPC || error.number == EDQUOT || error.number == EFBIG
        return InferenceError(
            isFull ? .noSpace : .inputOutput, error.description,
            hint: isFull ? "free some space; completed shards are kept, and the next run goes on" : nil)
    }
}

/// An advisory lock on a file.
final class FolderLock {
    private let descriptor: Int32

    /// Nil if somebody else has it.
    init?(path: String) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit {
        // Not by closing alone: a program that is just being started has a copy of every descriptor until it runs, and with it the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
