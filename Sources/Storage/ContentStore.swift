public import Basics

/// Keeps bytes under their SHA-256 digest. What is given out is what the digest says, or an error: never other bytes.
public protocol ContentStore: Sendable {
    /// Stores `bytes` durably; storing what is there already is no error, and mends it if it was damaged.
    func put(_ bytes: [UInt8]) throws(StoreError) -> Digest
    /// Stores the contents of a file without holding them in memory.
    func put(file path: String) throws(StoreError) -> Digest
    /// The bytes, checked against the digest.
    func read(_ digest: Digest) throws(StoreError) -> [UInt8]
    /// Where the bytes lie as a read-only file, checked against the digest; nil if this store keeps no files.
    func file(_ digest: Digest) throws(StoreError) -> String?
    /// Whether something is stored under the digest; it is not read.
    func contains(_ digest: Digest) throws(StoreError) -> Bool
    /// Everything stored, sorted.
    func digests() throws(StoreError) -> [Digest]
    /// Forgets the bytes; no error if they are not there.
    func remove(_ digest: Digest) throws(StoreError)
}

extension ContentStore {
    public func file(_ digest: Digest) throws(StoreError) -> String? { nil }
}
