public import Basics
internal import Glibc

/// Small JSON documents under the key of the step that gave them: `results/ab/<hex>.json`.
///
/// Unlike an object, a document is not named by its own bytes, so it begins with a line that has their digest: a changed byte is noticed.
/// That does not make it trustworthy: whether a result may be reused is decided by who vouches for it, not by its lying here.
public struct StepResultStore: Sendable {
    private let folder: DurableFolder

    public init(at path: String, files: any FileSystem = LocalFileSystem()) {
        folder = DurableFolder(root: path, files: files, process: getpid())
    }

    private func relativePath(_ key: Digest) -> String { "results/\(key.hex.prefix(2))/\(key.hex).json" }

    /// Stores durably, in place of what was there.
    public func put(_ document: JSONValue, for key: Digest) throws(StoreError) {
        let body = document.canonicalBytes
        var rest: [UInt8]? = Array("\(checksum(body, key))\n".utf8) + body
        do {
            try folder.write(
                next: { () throws(FileSystemError) in
                    defer { rest = nil }
                    return rest
                }, place: { relativePath(key) })
        } catch {
            throw error.storeError("store the result of step \(key.short)")
        }
    }

    /// Nil if there is none; an error if it is damaged.
    public func document(for key: Digest) throws(StoreError) -> JSONValue? {
        let bytes: [UInt8]
        do {
            bytes = try folder.files.contents(of: folder.root + "/" + relativePath(key))
        } catch {
            if error.isMissing { return nil }
            throw error.storeError("read the result of step \(key.short)")
        }
        let damaged = StoreError(
            .damaged, "read the result of step \(key.short)", cause: "its bytes do not fit its checksum", digest: key)
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { throw damaged }
        let body = Array(bytes[(end + 1)...])
        guard String(decoding: bytes[..<end], as: UTF8.self) == checksum(body, key).description else { throw damaged }
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw damaged
        }
    }

    /// The key belongs to what is summed, so that a document cannot be moved to another key unnoticed.
    private func checksum(_ body: [UInt8], _ key: Digest) -> Digest {
        var encoder = CanonicalEncoder(domain: "proviso.step-result.v1")
        encoder.append(key)
        encoder.append(body)
        return encoder.digest
    }

    public func keys() throws(StoreError) -> [Digest] {
        do {
            return try folder.digests(in: "results", suffix: ".json")
        } catch {
            throw error.storeError("list its results")
        }
    }

    public func remove(_ key: Digest) throws(StoreError) {
        do {
            try folder.files.remove(folder.root + "/" + relativePath(key))
        } catch {
            throw error.storeError("remove the result of step \(key.short)")
        }
    }
}
