import Basics
import Foundation
import TestSupport
import Testing

@testable import Storage

/// What is remembered of files must never hide a change.
@Suite struct FileDigestsTests {
    private let folder: TemporaryFolder
    private var memory: String { folder.path + "/digests" }
    private var file: String { folder.path + "/data.bin" }

    init() throws { folder = try TemporaryFolder() }

    /// A clock by which whatever was just written is long past.
    private func later() -> Int64 { FileDigests.wallNanoseconds + 10 * FileDigests.granularity }

    private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file)) }

    private func digest(_ now: @escaping @Sendable () -> Int64) throws -> (Digest, read: Int) {
        let digests = FileDigests(at: memory, now: now)
        let digest = try digests.digest(of: file)
        try digests.save()
        return (digest, digests.filesRead)
    }

    @Test func `a file that has not changed is not read again, in another process neither`() throws {
        try write("one")
        let later = later()
        #expect(try digest { later } == (Digest.of("one"), 1))
        #expect(try digest { later } == (Digest.of("one"), 0))
        // A new file of the same length, with the old one's time of modification.
        let old = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate]
        try write("two")
        try FileManager.default.setAttributes([.modificationDate: old ?? Date()], ofItemAtPath: file)
        #expect(try digest { later } == (Digest.of("two"), 1))
    }

    @Test func `a change in place with the time put back is seen`() throws {
        try write("one")
        let later = later()
        _ = try digest { later }
        let old = try #require(try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date)
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: Data("two".utf8))
        try handle.close()
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file)
        #expect(try digest { later } == (Digest.of("two"), 1))
    }

    @Test func `a file that was just written is not remembered: it could be written again within the same tick`() throws {
        try write("one")
        let now = FileDigests.wallNanoseconds
        #expect(try digest { now } == (Digest.of("one"), 1))
        #expect(try digest { now } == (Digest.of("one"), 1))
        // A clock that was set back trusts nothing either.
        #expect(try digest { now - 1_000_000_000_000 }.read == 1)
    }

    @Test func `bytes that changed behind the file system's back are found by reading them again`() throws {
        try write("one")
        let later = later()
        let digests = FileDigests(at: memory, now: { later })
        _ = try digests.digest(of: file)
        try digests.save()
        #expect(try FileDigests(at: memory, now: { later }).changedUnseen() == [])
        // As a failing disk would: the memory has this file's stamps and another digest.
        let text = try String(contentsOfFile: memory, encoding: .utf8)
        let body = text.split(separator: "\n").dropFirst().map { $0.replacing(Digest.of("one").hex, with: Digest.of("two").hex) + "\n" }.joined()
        try Data("proviso-file-digests 1 \(Digest.of(body))\n\(body)".utf8).write(to: URL(fileURLWithPath: memory))
        let wrong = FileDigests(at: memory, now: { later })
        #expect(try wrong.digest(of: file) == Digest.of("two"))
        #expect(try wrong.changedUnseen() == [file])
        #expect(try wrong.digest(of: file) == Digest.of("one"))
    }

    @Test func `a memory that was tampered with is as good as none`() throws {
        try write("one")
        let later = later()
        _ = try digest { later }
        let text = try String(contentsOfFile: memory, encoding: .utf8)
        try Data(text.replacing(Digest.of("one").hex, with: Digest.of("two").hex).utf8).write(to: URL(fileURLWithPath: memory))
        #expect(try digest { later } == (Digest.of("one"), 1))
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: memory))
        #expect(try digest { later } == (Digest.of("one"), 1))
    }

    @Test func `digests of pieces, of nothing, and DVC's name beside ours`() throws {
        for count in [0, 1, 262_143, 262_144, 262_145, 1_000_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            let found = try HashedFile.digests(of: file, withMD5: true)
            #expect(found.sha256 == Digest.of(bytes) && found.md5 == LegacyDigest.md5(bytes) && found.size == Int64(count))
        }
        #expect(throws: FileSystemError.self) { try HashedFile.digests(of: folder.path) }
        #expect(throws: FileSystemError.self) { try FileDigests(at: nil).digest(of: folder.path) }
        #expect(throws: FileSystemError.self) { try FileDigests(at: nil).digest(of: folder.path + "/nothing") }
    }
}
