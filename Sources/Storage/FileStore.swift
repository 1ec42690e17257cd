public import Basics
internal import Glibc

/// A content store in a folder: `objects/ab/<hex>`, read-only files, written so that a crash leaves nothing half done.
public struct FileStore: ContentStore {
    private let folder: DurableFolder

    /// Makes the folder if need be when something is first stored.
    public init(at path: String, files: any FileSystem = LocalFileSystem()) {
        folder = DurableFolder(root: path, files: files, process: getpid())
    }

    public var root: String { folder.root }

    private func relativePath(_ digest: Digest) -> String { "objects/\(digest.hex.prefix(2))/\(digest.hex)" }

    /// Where the bytes lie, for programs that read files themselves. Call `verify` first: the file is not checked here.
    public func path(of digest: Digest) -> String { folder.root + "/" + relativePath(digest) }

    public func put(_ bytes: [UInt8]) throws(StoreError) -> Digest {
        let digest = Digest.of(bytes)
        if try isSound(digest) { return digest }
        var rest: [UInt8]? = bytes
        do {
            try folder.write(
                next: { () throws(FileSystemError) in
                    defer { rest = nil }
                    return rest
                }, place: { relativePath(digest) })
        } catch {
            throw error.storeError("store \(digest)")
        }
        return digest
    }

    public func put(file path: String) throws(StoreError) -> Digest {
        let digest: Digest
        do {
            var hasher = DigestHasher()
            try folder.files.read(path) { (chunk) throws(FileSystemError) in hasher.update(chunk) }
            digest = hasher.finalize()
        } catch {
            throw error.storeError("store the file \(path)")
        }
        if try isSound(digest) { return digest }
        // Read a second time and hashed on the way: a file that changes in between must not be stored under the first digest.
        var copied = DigestHasher()
        do {
            let source = try ChunkedFile(path: path)
            try folder.write(
                next: { () throws(FileSystemError) in
                    let chunk = try source.next()
                    if let chunk { copied.update(chunk) }
                    return chunk
                }, place: { relativePath(digest) })
        } catch {
            throw error.storeError("store the file \(path)")
        }
        guard copied.finalize() == digest else {
            try remove(digest)
            throw StoreError(.inputOutput, "store the file \(path)", cause: "it was changed while it was read")
        }
        return digest
    }

    public func read(_ digest: Digest) throws(StoreError) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try folder.files.contents(of: path(of: digest))
        } catch {
            throw missingOr(error, digest)
        }
        let actual = Digest.of(bytes)
        guard actual == digest else { throw damaged(digest, actual, bytes.count) }
        return bytes
    }

    public func file(_ digest: Digest) throws(StoreError) -> String? {
        try verify(digest)
        return path(of: digest)
    }

    /// Reads the bytes through without keeping them; throws unless they are what the digest says.
    public func verify(_ digest: Digest) throws(StoreError) {
        var hasher = DigestHasher()
        var count = 0
        do {
            try folder.files.read(path(of: digest)) { (chunk) throws(FileSystemError) in
                hasher.update(chunk)
                count += chunk.count
            }
        } catch {
            throw missingOr(error, digest)
        }
        let actual = hasher.finalize()
        guard actual == digest else { throw damaged(digest, actual, count) }
    }

    public func contains(_ digest: Digest) throws(StoreError) -> Bool {
        do {
            return try folder.files.exists(path(of: digest))
        } catch {
            throw error.storeError("look for \(digest)")
        }
    }

    public func digests() throws(StoreError) -> [Digest] {
        do {
            return try folder.digests(in: "objects", suffix: "")
        } catch {
            throw error.storeError("list its objects")
        }
    }

    public func remove(_ digest: Digest) throws(StoreError) {
        do {
            try folder.files.remove(path(of: digest))
        } catch {
            throw error.storeError("remove \(digest)")
        }
    }

    /// Removes what crashed writers left behind. Only for when nobody else writes.
    public func removeTemporaries() throws(StoreError) {
        do {
            try folder.removeTemporaries()
        } catch {
            throw error.storeError("remove temporary files")
        }
    }

    private func isSound(_ digest: Digest) throws(StoreError) -> Bool {
        do {
            try verify(digest)
            return true
        } catch {
            guard error.code == .missing || error.code == .damaged else { throw error }
            return false
        }
    }

    private func missingOr(_ error: FileSystemError, _ digest: Digest) -> StoreError {
        guard error.isMissing else { return error.storeError("read \(digest)") }
        return StoreError(.missing, "read \(digest)", cause: "it is not stored here", digest: digest)
    }

    private func damaged(_ digest: Digest, _ actual: Digest, _ count: Int) -> StoreError {
        StoreError(
            .damaged, "read \(digest)", cause: "the \(count) bytes under this name have the digest \(actual)", digest: digest)
    }
}
