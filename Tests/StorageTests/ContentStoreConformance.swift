import Basics
import Foundation
import Storage
import TestSupport
import Testing

/// What every content store must do, whatever it is made of.
enum ContentStoreConformance {
    static func check(_ store: some ContentStore) throws {
        let folder = try TemporaryFolder()
        let small = Array("hello".utf8)
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        #expect(try store.digests() == [])

        for bytes in [small, large, []] {
            let digest = try store.put(bytes)
            #expect(digest == Digest.of(bytes))
            #expect(try store.put(bytes) == digest)
            #expect(try store.contains(digest))
            #expect(try store.read(digest) == bytes)

            let path = folder.path + "/file"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try store.remove(digest)
            #expect(try !store.contains(digest))
            #expect(try store.put(file: path) == digest)
            #expect(try store.read(digest) == bytes)
        }
        #expect(try store.digests() == [small, large, []].map { Digest.of($0) }.sorted())

        let absent = Digest.of("absent")
        let missing = #expect(throws: StoreError.self) { try store.read(absent) }
        #expect(missing?.code == .missing)
        #expect(missing?.digest == absent)
        try store.remove(absent)
        #expect(throws: StoreError.self) { try store.put(file: folder.path + "/nowhere") }
    }
}
