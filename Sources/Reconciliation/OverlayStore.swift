import Basics
import Storage
import Synchronization

/// Reads from a shared store, writes to one of its own: what a pull request makes lies where the reconciler never reads.
///
/// What is removed is no longer seen, and stays where it is: nobody here may write to the shared store, and what is damaged there is had from elsewhere.
final class OverlayStore: ContentStore {
    private let shared: (any ContentStore)?
    private let own: any ContentStore
    private let hidden = Mutex<Set<Digest>>([])

    init(shared: (any ContentStore)?, own: any ContentStore) {
        self.shared = shared
        self.own = own
    }

    func put(_ bytes: [UInt8]) throws(StoreError) -> Digest { try own.put(bytes) }
    func put(file path: String) throws(StoreError) -> Digest { try own.put(file: path) }
    func read(_ digest: Digest) throws(StoreError) -> [UInt8] { try place(of: digest).read(digest) }
    func file(_ digest: Digest) throws(StoreError) -> String? { try place(of: digest).file(digest) }
    func contains(_ digest: Digest) throws(StoreError) -> Bool { try place(of: digest).contains(digest) }
    func digests() throws(StoreError) -> [Digest] { try own.digests() }

    func remove(_ digest: Digest) throws(StoreError) {
        try own.remove(digest)
        hidden.withLock { _ = $0.insert(digest) }
    }

    /// Where the bytes are looked for.
    private func place(of digest: Digest) throws(StoreError) -> any ContentStore {
        guard let shared, try !own.contains(digest), !hidden.withLock({ $0.contains(digest) }) else { return own }
        return shared
    }
}
