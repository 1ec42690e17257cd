import Basics
import Foundation
import Storage
import TestSupport
import Testing

@Suite struct StoreIndexTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/index.sqlite"
    }

    static func record(_ sequence: Int64, name: String = "income", outcome: String = "pass") -> IndexedRecord {
        IndexedRecord(
            digest: Digest.of("record \(sequence)"), sequence: sequence, subjectKind: "Model", subjectName: name,
            commit: "c\(sequence / 2)", instant: Instant(secondsSinceEpoch: 1_000_000 + sequence), outcome: outcome,
            ledgerCommit: "l\(sequence)",
            stepResults: [
                IndexedStepResult(key: Digest.of("key \(name)"), output: "model", digest: Digest.of("model \(sequence)"))
            ])
    }

    private func emptied(_ condition: IndexCondition, _ index: StoreIndex) throws {
        #expect(try index.recordCount() == 0)
        #expect(try index.indexedTip() == nil)
        try index.rebuild(from: [Self.record(1)], tip: "l1")
        #expect(try index.records() == [Self.record(1)])
        #expect(condition != .sound)
    }

    @Test func `records are found by subject, commit, digest and step`() throws {
        let (index, condition) = try StoreIndex.open(at: path)
        #expect(condition == .created)
        let records = [Self.record(1), Self.record(2, name: "credit"), Self.record(3, outcome: "deny")]
        try index.rebuild(from: records[..<2], tip: "l2")
        try index.append([records[2]], tip: "l3")
        #expect(try index.indexedTip() == "l3")
        #expect(try index.records() == records.reversed())
        #expect(try index.records(limit: 1) == [records[2]])
        #expect(try index.records(subjectKind: "Model", subjectName: "income") == [records[2], records[0]])
        #expect(try index.records(commit: "c1") == [records[2], records[1]])
        #expect(try index.latestRecords() == [records[1], records[2]])
        #expect(try index.records(digestPrefix: records[1].digest.short) == [records[1]])
        #expect(try index.records(digestPrefix: records[1].digest.description) == [records[1]])
        #expect(try index.records(digestPrefix: "*") == [])
        #expect(try index.stepOutputs(for: Digest.of("key income")) == ["model": Digest.of("model 3")])
        #expect(try index.stepOutputs(for: Digest.of("nothing")) == [:])
    }

    @Test func `a rebuild replaces all records and keeps the runs`() throws {
        let (index, _) = try StoreIndex.open(at: path)
        let run = IndexedRun(
            started: Instant(secondsSinceEpoch: 1), finished: Instant(secondsSinceEpoch: 2), commit: "c", outcome: "pass", records: 3)
        try index.add(run)
        try index.rebuild(from: [Self.record(1), Self.record(2)], tip: "l2")
        try index.rebuild(from: [Self.record(7)], tip: "l7")
        #expect(try index.records() == [Self.record(7)])
        #expect(try index.runs() == [run])
    }

    @Test func `a failed change leaves everything as it was`() throws {
        let (index, _) = try StoreIndex.open(at: path)
        try index.rebuild(from: [Self.record(1)], tip: "l1")
        #expect(throws: StoreError.self) { try index.append([Self.record(2), Self.record(1)], tip: "l2") }
        #expect(try index.records() == [Self.record(1)])
        #expect(try index.indexedTip() == "l1")
    }

    @Test func `the tip of an index at rest is read without touching anything`() throws {
        #expect(StoreIndex.restingTip(at: path) == nil)
        #expect(!FileManager.default.fileExists(atPath: path))
        try StoreIndex.open(at: path).index.rebuild(from: [Self.record(1)], tip: "l1")
        let bytes = FileManager.default.contents(atPath: path)
        #expect(StoreIndex.restingTip(at: path) == "l1")
        #expect(FileManager.default.contents(atPath: path) == bytes)
        #expect(!FileManager.default.fileExists(atPath: path + "-wal") && !FileManager.default.fileExists(atPath: path + "-shm"))
        // While somebody has it open it is not at rest.
        let open = try StoreIndex.open(at: path).index
        #expect(StoreIndex.restingTip(at: path) == nil)
        #expect(try open.indexedTip() == "l1")
    }

    @Test func `a damaged index has no resting tip`() throws {
        try Data("no database at all".utf8).write(to: URL(fileURLWithPath: path))
        #expect(StoreIndex.restingTip(at: path) == nil)
    }

    @Test func `an index is found sound again`() throws {
        try StoreIndex.open(at: path).index.rebuild(from: [Self.record(1)], tip: "l1")
        let (index, condition) = try StoreIndex.open(at: path)
        #expect(condition == .sound)
        #expect(try index.records() == [Self.record(1)])
    }

    @Test func `a file that is no database is said so and replaced`() throws {
        try Data("not a database, whatever its name says; long enough to be read as a header of one hundred bytes ….....".utf8)
            .write(to: URL(fileURLWithPath: path))
        let (index, condition) = try StoreIndex.open(at: path)
        guard case .damaged = condition else {
            Issue.record("\(condition)")
            return
        }
        try emptied(condition, index)
    }

    @Test func `a damaged database is said so and replaced`() throws {
        do {
            let (index, _) = try StoreIndex.open(at: path)
            try index.rebuild(from: (1...2000).map { Self.record($0, name: "model \($0)") }, tip: "l")
        }
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        // The write-ahead log was folded in when the last connection closed, so the pages lie in the one file.
        try #require(bytes.count > 200_000)
        for index in stride(from: 5000, to: bytes.count, by: 97) { bytes[index] ^= 0x5A }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let (index, condition) = try StoreIndex.open(at: path)
        guard case .damaged = condition else {
            Issue.record("\(condition)")
            return
        }
        try emptied(condition, index)
    }

    @Test(arguments: [0, 2, 99])
    func `an index of another schema is said so and replaced`(version: Int) throws {
        do { _ = try StoreIndex.open(at: path) }
        // The user version is a big-endian integer at byte 60 of the file (sqlite.org/fileformat.html).
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[63] = UInt8(version)
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let (index, condition) = try StoreIndex.open(at: path)
        #expect(condition == .otherSchema(found: version))
        try emptied(condition, index)
    }

    @Test func `what was committed survives kill -9`() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let (index, _) = try StoreIndex.open(at: path)
            try index.rebuild(from: (1...50).map { StoreIndexTests.record($0) }, tip: "l50")
            kill(getpid(), SIGKILL)
        }
        let (index, condition) = try StoreIndex.open(at: path)
        #expect(condition == .sound)
        #expect(try index.indexedTip() == "l50")
        #expect(try index.recordCount() == 50)
    }
}
