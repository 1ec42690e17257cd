import Basics
import Foundation
import Storage
import TestSupport
import Testing

@Suite struct FileStoreTests {
    let folder: TemporaryFolder
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }

    init() throws { folder = try TemporaryFolder() }

    private var store: FileStore { FileStore(at: folder.path + "/store") }

    private func temporaries() throws -> [String] {
        let path = folder.path + "/store/tmp"
        return FileManager.default.fileExists(atPath: path) ? try FileManager.default.contentsOfDirectory(atPath: path) : []
    }

    @Test func `it does what a content store must do`() throws { try ContentStoreConformance.check(store) }

    @Test func `files are sharded and read-only, and nothing temporary is left`() throws {
        let digest = try store.put(bytes)
        let path = store.path(of: digest)
        #expect(path == "\(folder.path)/store/objects/\(digest.hex.prefix(2))/\(digest.hex)")
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions.map { $0 & 0o222 } == 0)
        #expect(try temporaries() == [])
    }

    @Test(arguments: AlteringFileSystem.Alteration.allCases)
    func `altered bytes are never given out, and the error names the object`(alteration: AlteringFileSystem.Alteration) throws {
        let digest = try store.put(bytes)
        let altered = FileStore(at: folder.path + "/store", files: AlteringFileSystem(alteration))
        for read in [{ _ = try altered.read(digest) }, { try altered.verify(digest) }] {
            let error = #expect(throws: StoreError.self) { try read() }
            #expect(error?.code == .damaged)
            #expect(error?.digest == digest)
            #expect(error?.description.contains(digest.description) == true)
        }
    }

    @Test func `storing again mends a damaged object`() throws {
        let digest = try store.put(bytes)
        let url = URL(fileURLWithPath: store.path(of: digest))
        try FileManager.default.removeItem(at: url)
        try Data([1, 2, 3]).write(to: url)
        #expect(throws: StoreError.self) { try store.read(digest) }
        #expect(try store.put(bytes) == digest)
        #expect(try store.read(digest) == bytes)
    }

    /// As SQLite is tested: each operation fails in turn, until a run passes untouched.
    @Test(arguments: [false, true])
    func `whichever operation fails, nothing half written is seen and the next try succeeds`(crash: Bool) throws {
        let digest = Digest.of(bytes)
        let source = folder.path + "/source"
        try Data(bytes).write(to: URL(fileURLWithPath: source))
        for fromFile in [false, true] {
            var position = 0
            while true {
                position += 1
                let path = "\(folder.path)/\(fromFile)-\(position)"
                let files = FaultyFileSystem(at: position, crash ? .crash : .fail(ENOSPC))
                let faulty = FileStore(at: path, files: files)
                do {
                    _ = fromFile ? try faulty.put(file: source) : try faulty.put(bytes)
                    #expect(!files.struck)
                } catch {
                    if !crash { #expect(error.code == .noSpace) }
                }
                // After the restart: whole, or not there.
                let restarted = FileStore(at: path)
                if try restarted.contains(digest) { #expect(try restarted.read(digest) == bytes) }
                #expect(try restarted.digests().allSatisfy { $0 == digest })
                #expect(try restarted.put(bytes) == digest)
                #expect(try restarted.read(digest) == bytes)
                try restarted.removeTemporaries()
                #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/tmp") == [])
                if !files.struck { break }
                try #require(position < 50)
            }
            #expect(position > 4)
        }
    }

    @Test func `many writers of the same object do not disturb each other`() async throws {
        let store = self.store
        let bytes = self.bytes
        try await withThrowingTaskGroup(of: Digest.self) { group in
            for index in 0..<32 { group.addTask { try store.put(index.isMultiple(of: 2) ? bytes : [UInt8(index)]) } }
            for try await _ in group {}
        }
        #expect(try store.digests().count == 17)
        for digest in try store.digests() { try store.verify(digest) }
        #expect(try temporaries() == [])
    }
}

@Suite struct StepResultStoreTests {
    let folder: TemporaryFolder
    let key = Digest.of("key")
    let document: JSONValue = ["model": "sha256:00", "rows": 32561, "share": 0.25]

    init() throws { folder = try TemporaryFolder() }

    @Test func `a document is read back, replaced and removed`() throws {
        let store = StepResultStore(at: folder.path)
        #expect(try store.document(for: key) == nil)
        try store.put(document, for: key)
        #expect(try store.document(for: key) == document)
        try store.put(["x": 1], for: key)
        #expect(try store.document(for: key) == ["x": 1])
        #expect(try store.keys() == [key])
        try store.remove(key)
        #expect(try store.document(for: key) == nil)
    }

    @Test func `a document with any one byte changed is damaged, and so is one moved to another key`() throws {
        let store = StepResultStore(at: folder.path)
        try store.put(document, for: key)
        let url = folder.url.appendingPathComponent("results/\(key.hex.prefix(2))/\(key.hex).json")
        let whole = [UInt8](try Data(contentsOf: url))
        for index in whole.indices {
            var other = whole
            other[index] ^= 4
            try FileManager.default.removeItem(at: url)
            try Data(other).write(to: url)
            let error = #expect(throws: StoreError.self, "byte \(index)") { try store.document(for: key) }
            #expect(error?.code == .damaged)
        }
        let other = Digest.of("other")
        let moved = folder.url.appendingPathComponent("results/\(other.hex.prefix(2))/\(other.hex).json")
        try FileManager.default.createDirectory(at: moved.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(whole).write(to: moved)
        #expect(throws: StoreError.self) { try store.document(for: other) }
    }
}
