import Basics
import Storage

/// Reads from a shared store, writes to one of its own: what a pull request makes lies where the reconciler never reads.
struct OverlayStore: ContentStore {
    let shared: (any ContentStore)?
    let own: any ContentStore

    func put(_ bytes: [UInt8]) throws(StoreError) -> Digest { try own.put(bytes) }
    func put(file path: String) throws(StoreError) -> Digest { try own.put(file: path) }

    func read(_ digest: Digest) throws(StoreError) -> [UInt8] {
        if let shared, try !own.contains(digest) { return try shared.read(digest) }
        return try own.read(digest)
    }

    func file(_ digest: Digest) throws(StoreError) -> String? {
        if let shared, try !own.contains(digest) { return try shared.file(digest) }
        return try own.file(digest)
    }

    func contains(_ digest: Digest) throws(StoreError) -> Bool {
        if try own.contains(digest) { return true }
        guard let shared else { return false }
        return try shared.contains(digest)
    }

    func digests() throws(StoreError) -> [Digest] { try own.digests() }
    func remove(_ digest: Digest) throws(StoreError) { try own.remove(digest) }
}
