import Basics
import Foundation
import Frames
import Models
import TestSupport
import Testing

@testable import Inference

@Suite struct BadInputTests {
    private static func failure(_ job: ScoringJob) -> InferenceError? {
        do throws(InferenceError) {
            _ = try job.run()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a truncated shard is named, what is done stays, and the next run goes on`() throws {
        let folder = try TemporaryFolder()
        let (data, out) = (folder.path + "/data", folder.path + "/out")
        try ScoringFixture.layOut(data, count: 4, rows: 2000)
        let whole = try ScoringFixture.job(data, folder.path + "/whole").run().manifest
        let path = data + "/day=1/part-2.parquet"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // Cut in the middle of the pages, but with its footer in place: only reading them tells.
        var damaged = bytes
        damaged.replaceSubrange(4..<1204, with: Data(repeating: 0xff, count: 1200))
        try damaged.write(to: URL(fileURLWithPath: path))
        let error = try #require(Self.failure(try ScoringFixture.job(data, out)))
        #expect(error.code == .data && error.shard == "day=1/part-2.parquet")
        #expect(FileManager.default.fileExists(atPath: out + "/day=0/part-1.parquet"))
        #expect(!FileManager.default.fileExists(atPath: out + "/_proviso/manifest.json"))
        try bytes.write(to: URL(fileURLWithPath: path))
        let mended = try ScoringFixture.job(data, out).run()
        #expect(mended.reused == 2 && mended.manifest == whole)
        try bytes.dropLast(100).write(to: URL(fileURLWithPath: path))
        let cut = #expect(throws: InferenceError.self) { try ScoringFixture.job(data, out) }
        #expect(cut?.shard == "day=1/part-2.parquet")
    }

    @Test func `data that do not fit the model are said with column, what is expected, what is found, and the shard`() throws {
        let folder = try TemporaryFolder()
        let table = try ScoringFixture.table(rows: 20, seed: 1)
        try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
        try ScoringFixture.write(try table.selecting(columns: ["id", "x", "g"]), folder.path + "/data/a.parquet")
        let missing = try #require(
            Self.failure(try ScoringFixture.job(folder.path + "/data", folder.path + "/out", ScoringFixture.parameters { $0.keep = [] })))
        #expect(missing.code == .schema)
        #expect(missing.description == "shard 'a.parquet': there is no column 'z', which the model reads as number")
        #expect(missing.hint == "there are: id, x, g")
        let columns = table.columns.filter { $0.name != "x" } + [Column("x", texts: Array(repeating: "much", count: 20))]
        try ScoringFixture.write(try Frame(columns), folder.path + "/data/a.parquet")
        let wrong = try #require(
            Self.failure(try ScoringFixture.job(folder.path + "/data", folder.path + "/out", ScoringFixture.parameters { $0.keep = [] })))
        #expect(wrong.code == .schema && wrong.description.contains("column 'x' is number for the model, and the data have category"))
        try Data("x,z,g\n1,2,a\nmuch,2,b\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/t.csv"))
        let csv = try #require(
            Self.failure(try ScoringFixture.job(folder.path + "/t.csv", folder.path + "/out", ScoringFixture.parameters { $0.keep = [] })))
        #expect(csv.shard == "t.csv" && csv.description.contains("'x'"))
    }

    @Test func `bytes that are no model are refused`() throws {
        let frame = try ScoringFixture.table(rows: 20, seed: 1)
        for bytes in [[], Array("no model".utf8), Array("proviso-model 1\nbroken".utf8), Array(try ScoringFixture.model().dropLast(5))] {
            #expect(throws: ModelError.self) { try ScoringModels.load(bytes) { _ in frame } }
        }
    }

    @Test func `a key of a folder that is a column of its file too is refused, since they may differ`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/data/g=b", withIntermediateDirectories: true)
        try ScoringFixture.write(try ScoringFixture.table(rows: 3, seed: 1), folder.path + "/data/g=b/part.parquet")
        let job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out", ScoringFixture.parameters { $0.keep = ["id"] })
        let failure = try #require(throws: InferenceError.self) { try job.run() }
        #expect(failure.code == .schema && failure.shard == "g=b/part.parquet" && failure.message.contains("'g=b'"), "\(failure)")
    }

    @Test func `a part without rows has predictions without rows`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 1)
        let empty = try ScoringFixture.table(rows: 3, seed: 1).filter { _ in false }
        try ScoringFixture.write(empty, folder.path + "/data/day=0/part-9.parquet")
        let result = try ScoringFixture.job(folder.path + "/data", folder.path + "/out", ScoringFixture.parameters { $0.reasons = 1 }).run()
        #expect(result.manifest.shards.map(\.receipt.measures.rows) == [150, 0])
    }

    @Test func `two runs into one folder do not mix, and parameters that contradict are said`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 1)
        let job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out")
        _ = try job.run()
        let lock = try #require(FolderLock(path: folder.path + "/out/_proviso/lock"))
        #expect(Self.failure(job)?.code == .busy)
        withExtendedLifetime(lock) {}
        var kept = job
        kept.parameters.keep = ["score"]
        #expect(Self.failure(kept)?.code == .parameters)
        var reasons = job
        reasons.parameters.threshold = nil
        reasons.parameters.reasons = 2
        #expect(Self.failure(reasons)?.code == .parameters)
    }

    /// A file may not grow beyond a limit of this process: the system answers as a full disk does.
    @Test func `a disk that is full fails the shard and keeps what is whole`() async throws {
        let folder = try TemporaryFolder()
        let (data, out) = (folder.path + "/data", folder.path + "/out")
        try ScoringFixture.layOut(data, count: 2)
        try ScoringFixture.write(try ScoringFixture.table(rows: 20_000, seed: 9), data + "/day=0/part-7.parquet")
        await #expect(processExitsWith: .success) { [data = data as String, out = out as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 60_000, rlim_max: 60_000)
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let error = Self.failure(try ScoringFixture.job(data, out, ScoringFixture.parameters { $0.keep = ["id", "x", "z"] }))
            exit(error?.code == .noSpace && error?.shard == "day=0/part-7.parquet" ? 0 : 1)
        }
        let again = try ScoringFixture.job(data, out, ScoringFixture.parameters { $0.keep = ["id", "x", "z"] }).run()
        #expect(again.reused == 2 && again.manifest.outcome == .complete)
    }
}
