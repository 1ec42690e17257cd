import Basics
import Foundation
import Frames
import Metrics
import Models
import Storage
import Synchronization
import TestSupport
import Testing
import Training

@testable import Inference

@Suite struct ScoringJobTests {
    @Test func `predictions are the model's own, row by row, with what was kept and the digest of the model`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 3)
        let result = try ScoringFixture.job(folder.path + "/data", folder.path + "/out").run()
        #expect(result.manifest.outcome == .complete)
        #expect(result.manifest.shards.map(\.shard.name) == ["day=0/part-0.parquet", "day=0/part-1.parquet", "day=1/part-2.parquet"])
        let artifact = try ModelArtifact(bytes: try ScoringFixture.model())
        let scored = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/out/day=1/part-2.parquet"))))
        let table = try ScoringFixture.table(rows: 150, seed: 102, from: 300)
        #expect(scored.columnNames == ["id", "day", "score", "decision", "model"])
        #expect(try scored.column("score") == Column("score", .double(try artifact.predict(table))))
        #expect(try scored.column("id") == table.column("id"))
        #expect(try scored.column("day").values == .category(codes: Array(repeating: 0, count: 150), categories: ["1"]))
        #expect(try scored.column("model").values == .category(codes: Array(repeating: 0, count: 150), categories: [artifact.digest.description]))
    }

    @Test func `one, two and four workers leave the same bytes, and so does a second run that does nothing`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 7)
        var found: [[String: Digest]] = []
        for jobs in [1, 2, 4] {
            var job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out\(jobs)")
            job.parameters.reasons = 2
            job.jobs = jobs
            #expect(try job.run().reused == 0)
            found.append(try ScoringFixture.files(folder.path + "/out\(jobs)"))
            #expect(try job.run().reused == 7)
            #expect(try ScoringFixture.files(folder.path + "/out\(jobs)") == found[0])
        }
        #expect(found[0] == found[1] && found[1] == found[2])
    }

    @Test(arguments: [1, 2]) func `every shard is told of as done once it is, kept ones too`(_ jobs: Int) throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 3)
        var job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out")
        job.jobs = jobs
        for _ in ["scored", "kept"] {
            let told = Mutex<[ScoringJob.Progress]>([])
            let rows = try job.run(progress: { progress in told.withLock { $0.append(progress) } }).manifest.measures.rows
            let seen = told.withLock { $0 }
            #expect(Set(seen.map(\.shardsDone)).isSuperset(of: [1, 2, 3]), "\(seen)")
            #expect(seen.map(\.rowsDone).max() == Int(rows) && seen.reduce(0) { $0 + $1.rows } == Int(rows))
        }
    }

    @Test(arguments: [1, 2]) func `files of the same bytes are shards of their own, which a second run finds again`(_ jobs: Int) throws {
        let folder = try TemporaryFolder()
        let names = ["a", "b", "c", "d"]
        for name in names {
            let path = "\(folder.path)/data/\(name).parquet"
            try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
            try ScoringFixture.write(try ScoringFixture.table(rows: 20, seed: 5), path)
        }
        var job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out", ScoringFixture.parameters { $0.keep = ["id"] })
        job.jobs = jobs
        #expect(try job.run().reused == 0)
        let made = try ScoringFixture.files(folder.path + "/out")
        let again = try job.run()
        #expect(again.reused == names.count && again.manifest.shards.map(\.shard.name) == names.map { $0 + ".parquet" })
        #expect(try ScoringFixture.files(folder.path + "/out") == made)
    }

    @Test func `a file that changes between its digest and its scoring gets no receipt`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 3)
        let job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out")
        try ScoringFixture.write(try ScoringFixture.table(rows: 150, seed: 7), folder.path + "/data/day=0/part-1.parquet")
        let failure = try #require(throws: InferenceError.self) { try job.run() }
        #expect(failure.code == .data && failure.shard == "day=0/part-1.parquet")
        #expect(failure.message.hasPrefix("the file changed while the job ran"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/day=0/part-1.parquet"))
        let again = try ScoringFixture.job(folder.path + "/data", folder.path + "/out").run()
        #expect(again.manifest.outcome == .complete && again.manifest.shards.count == 3)
    }

    @Test func `nor does one that changes while it is scored, though its size and time are put back`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
        let path = folder.path + "/data/a.parquet"
        let writer = try TableWriter(parquet: path, groupRows: 100)
        try writer.append(try ScoringFixture.table(rows: 300, seed: 4))
        try writer.close()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out", ScoringFixture.parameters { $0.keep = ["id"] })
        let failure = try #require(throws: InferenceError.self) {
            try job.run(progress: { progress in
                guard progress.rowsDone > 0, let file = FileHandle(forUpdatingAtPath: path) else { return }
                var before = stat()
                _ = unsafe stat(path, &before)
                // The byte that is there already: what was read stays readable.
                file.seek(toFileOffset: 4)
                file.write(bytes[4..<5])
                try? file.close()
                let times = [before.st_atim, before.st_mtim]
                _ = unsafe utimensat(AT_FDCWD, path, times, 0)
            })
        }
        #expect(failure.code == .data && failure.shard == "a.parquet" && failure.message.hasPrefix("the file changed while the job ran"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/a.parquet"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out/_proviso/tmp").isEmpty)
    }

    @Test func `unchanged data are not read again for their digest, and changed ones are`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 3)
        for part in 0..<3 {
            // Old enough to be remembered.
            let times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
            _ = unsafe utimensat(AT_FDCWD, "\(folder.path)/data/day=\(part / 2)/part-\(part).parquet", times, 0)
        }
        let later: @Sendable () -> Int64 = { FileDigests.wallNanoseconds + 10_000_000_000 }
        func list() throws -> (shards: [Shard], read: Int) {
            let memory = FileDigests(at: folder.path + "/out/_proviso/digests", now: later)
            let shards = try ScoringData.shards(at: folder.path + "/data", shardRows: 1000, memory: memory)
            try memory.save()
            return (shards, memory.filesRead)
        }
        let first = try list()
        let second = try list()
        #expect(first.read == 3 && second.read == 0 && first.shards == second.shards)
        try ScoringFixture.write(try ScoringFixture.table(rows: 150, seed: 7), folder.path + "/data/day=0/part-1.parquet")
        let third = try list()
        #expect(third.read == 1 && third.shards[1].digest != first.shards[1].digest)
        #expect([0, 2].allSatisfy { third.shards[$0] == first.shards[$0] })
        // The job's own folder is where `score` remembers, and a job leaves it alone.
        var job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out")
        job.shards = third.shards
        #expect(try job.run().manifest.outcome == .complete)
        #expect(try list().read == 0)
    }

    @Test func `of several classes there are a score for each and the likeliest, of a challenger too`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 1)
        var settings = TrainingSettings()
        settings.rounds = 4
        settings.maxDepth = 3
        let plan = TrainingPlan(task: .multiclass, label: "g", features: ["x", "z"], estimator: .xgboost(settings))
        let table = try ScoringFixture.table(rows: 600, seed: 1)
        let group = try table.column("g")
        let known = table.selecting(rows: (0..<table.rowCount).filter { !group.isMissing($0) })
        let model = try ScoringFixture.load(try plan.fit(known, threads: 1).bytes)
        var job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out", ScoringFixture.parameters { $0.threshold = nil })
        job.models = ScoringModelSet(champion: model, challengers: [("next", model)])
        let done = try job.run().manifest
        #expect(done.outcome == .complete)
        #expect(done.measures.comparisons["next"] == .init(rows: 150, decided: 150, agreed: 150, difference: 0))
        let scored = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/out/day=0/part-0.parquet"))))
        let classes = ["a", "b", "c"]
        let own = classes.map { "score:\($0)" } + ["prediction"]
        #expect(scored.columnNames == ["id", "day"] + own + own.map { "shadow.next.\($0)" } + ["model"])
        let scores = try classes.map { name in
            if case .double(let values) = try scored.column("score:\(name)").values { values } else { [] as [Double] }
        }
        let predicted = PieceScorer.texts(try scored.column("prediction"))
        for row in 0..<scored.rowCount {
            let likeliest = classes.indices.reduce(0) { scores[$1][row] > scores[$0][row] ? $1 : $0 }
            #expect(predicted[row] == classes[likeliest])
        }
        #expect(Set(predicted).count > 1)
        let taken = ScoringModelSet(champion: model, challengers: [("next", model)])
        #expect(throws: InferenceError.self) { try taken.check(ScoringFixture.parameters { ($0.threshold, $0.keep) = (nil, ["prediction"]) }) }
    }

    @Test func `two challengers of one name are told of before a row is scored`() throws {
        let champion = try ScoringFixture.load(try ScoringFixture.model())
        let other = try ScoringFixture.load(try ScoringFixture.model(seed: 2))
        let models = ScoringModelSet(champion: champion, challengers: [("a", other), ("a", champion)])
        let failure = try #require(throws: InferenceError.self) { try models.check(ScoringFixture.parameters()) }
        #expect(failure.code == .parameters && failure.message == "two challengers have the name 'a'")
        try ScoringModelSet(champion: champion, challengers: [("a", other), ("b", champion)]).check(ScoringFixture.parameters())
    }

    @Test func `a model is tried with the first file that has a row`() throws {
        let folder = try TemporaryFolder()
        let table = try ScoringFixture.table(rows: 5, seed: 3)
        try ScoringFixture.write(table.selecting(rows: []), folder.path + "/part-0.parquet")
        try ScoringFixture.write(table, folder.path + "/part-1.parquet")
        let shards = try ScoringData.shards(at: folder.path, shardRows: 100)
        #expect(try ScoringData.sample(shards, excluding: ["id"]).rowCount == 5)
        // Where none has a row there are columns still.
        let empty = try ScoringData.sample([shards[0]], excluding: ["id"])
        #expect(empty.rowCount == 0 && empty.columnNames == table.columnNames.filter { $0 != "id" })
    }

    @Test(arguments: ScoringJob.Checkpoint.allCases) func `a job killed anywhere and run again leaves what an undisturbed one leaves`(
        _ checkpoint: ScoringJob.Checkpoint
    ) async throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 3)
        _ = try ScoringFixture.job(folder.path + "/data", folder.path + "/undisturbed").run()
        let (path, name) = (folder.path, checkpoint.rawValue)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, name = name as String] in
            var job = try ScoringFixture.job(path + "/data", path + "/out")
            job.checkpoint = { reached in if reached.rawValue == name { kill(getpid(), SIGKILL) } }
            _ = try job.run()
        }
        let again = try ScoringFixture.job(folder.path + "/data", folder.path + "/out").run()
        #expect(again.manifest.outcome == .complete)
        #expect(try ScoringFixture.files(folder.path + "/out") == ScoringFixture.files(folder.path + "/undisturbed"))
    }

    @Test func `a changed shard alone is scored again, and predictions of a file that is gone go too`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 4)
        _ = try ScoringFixture.job(folder.path + "/data", folder.path + "/out").run()
        try ScoringFixture.write(try ScoringFixture.table(rows: 80, seed: 7), folder.path + "/data/day=0/part-1.parquet")
        try FileManager.default.removeItem(atPath: folder.path + "/data/day=1/part-3.parquet")
        let again = try ScoringFixture.job(folder.path + "/data", folder.path + "/out").run()
        #expect(again.reused == 2)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/day=1/part-3.parquet"))
        // A prediction file that was tampered with is made anew.
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.path + "/out/day=0/part-0.parquet"))
        let mended = try ScoringFixture.job(folder.path + "/data", folder.path + "/out").run()
        #expect(mended.reused == 2 && mended.manifest == again.manifest)
    }

    @Test func `a big file is split at its row groups, and the parts are the whole`() throws {
        let folder = try TemporaryFolder()
        let table = try ScoringFixture.table(rows: 900, seed: 4)
        let writer = try TableWriter(parquet: folder.path + "/big.parquet", groupRows: 100)
        try writer.append(table)
        try writer.close()
        var job = try ScoringFixture.job(
            folder.path + "/big.parquet", folder.path + "/out", ScoringFixture.parameters { $0.keep = ["id"] }, shardRows: 250)
        job.jobs = 3
        let result = try job.run()
        #expect(result.manifest.shards.map(\.shard.rows) == [200, 200, 200, 200, 100])
        var scores: [Double] = []
        for entry in result.manifest.shards {
            let part = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/out/\(entry.receipt.name)"))))
            if case .double(let all) = try part.column("score").values { scores += all }
        }
        #expect(scores == (try ModelArtifact(bytes: try ScoringFixture.model()).predict(table)))
    }

    @Test func `a challenger is watched and decides nothing; the canary decides its share by key`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 2, rows: 400)
        var job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out")
        let other = try ScoringFixture.load(try ScoringFixture.model(seed: 2))
        job.models = ScoringModelSet(champion: job.models.champion, canary: other, challengers: [("next", other)])
        job.parameters.canary = .init(key: "id", share: 0.25, salt: "s")
        let result = try job.run()
        let taken = result.manifest.measures.canaryRows
        #expect(taken > 150 && taken < 250)
        let scored = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/out/day=0/part-0.parquet"))))
        guard case .category(let codes, let names) = try scored.column("model").values,
            case .double(let shadow) = try scored.column("shadow.next.score").values,
            case .double(let scores) = try scored.column("score").values
        else { throw InferenceError(.data, "columns of other kinds") }
        let champion = try ModelArtifact(bytes: try ScoringFixture.model()).predict(try ScoringFixture.table(rows: 400, seed: 100))
        for row in codes.indices {
            let isCanary = names[Int(codes[row])] == other.digest.description
            #expect(isCanary == job.parameters.canary?.takes("\(row)"))
            #expect(scores[row] == (isCanary ? shadow[row] : champion[row]))
        }
        // Compared are the two models, whatever the canary decided.
        var alike = 0
        for part in 0..<2 {
            let path = folder.path + "/out/day=0/part-\(part).parquet"
            let scored = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
            guard case .boolean(let decisions) = try scored.column("shadow.next.decision").values else { throw InferenceError(.data, "other kinds") }
            let own = try ModelArtifact(bytes: try ScoringFixture.model()).predict(try ScoringFixture.table(rows: 400, seed: UInt64(100 + part)))
            alike += zip(own, decisions).count { ($0 >= 0.5) == $1 }
        }
        let found = try #require(result.manifest.measures.comparisons["next"])
        #expect(found.rows == 800 && found.decided == 800 && found.agreed == alike && alike < 800)
        // Where nothing decides there is nothing to agree on.
        var undecided = try ScoringFixture.job(folder.path + "/data", folder.path + "/none", ScoringFixture.parameters { $0.threshold = nil })
        undecided.models = ScoringModelSet(champion: job.models.champion, challengers: [("next", other)])
        let measures = try undecided.run().manifest.measures
        #expect(measures.comparisons["next"]?.rows == 800 && measures.comparisons["next"]?.decided == 0)
        #expect(measures.summary["challengers"]?["next"]?["agreement"] == nil)
    }

    @Test func `a limit that a shard passes stops the job at the same shard for any number of workers`() throws {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 8, rows: 300) { $0 == 3 || $0 == 6 ? 2 : 0 }
        var manifests: [InferenceManifest] = []
        for jobs in [1, 2, 4] {
            var job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out\(jobs)")
            job.parameters.limits = .init(drift: 0.5, minimumRows: 100)
            job.jobs = jobs
            manifests.append(try job.run().manifest)
        }
        #expect(manifests[0].outcome == .halted && manifests[0].shards.count == 4)
        #expect(manifests[0].findings.contains { $0.shard == "day=1/part-3.parquet" && $0.breach.column == "x" })
        #expect(manifests[0] == manifests[1] && manifests[1] == manifests[2])
        var warning = try ScoringFixture.job(folder.path + "/data", folder.path + "/warned")
        warning.parameters.limits = .init(drift: 0.5, minimumRows: 100)
        warning.parameters.halts = false
        let warned = try warning.run().manifest
        #expect(warned.outcome == .complete && warned.shards.count == 8 && warned.findings.contains { $0.shard == "day=3/part-6.parquet" })
    }

    @Test(arguments: [PreprocessingStep.Operation.oneHot(minimumRows: 20, unseen: .neutral), .hashText(buckets: 8)])
    func `unknown categories of a column whose known ones the model does not name are undefined, not none`(_ operation: PreprocessingStep.Operation)
        throws
    {
        let folder = try TemporaryFolder()
        try ScoringFixture.layOut(folder.path + "/data", count: 2)
        var job = try ScoringFixture.job(folder.path + "/data", folder.path + "/out")
        let plan = TrainingPlan(
            task: .binary, label: "y", features: ScoringFixture.features, preprocessing: [PreprocessingStep(columns: ["g"], operation)])
        job.models = ScoringModelSet(champion: try ScoringFixture.load(plan.fit(ScoringFixture.table(rows: 600, seed: 1)).bytes))
        job.parameters.limits = .init(unknown: 0, minimumRows: 1)
        let manifest = try job.run().manifest
        let columns = manifest.measures.summary["columns"]
        #expect(manifest.outcome == .complete)
        #expect(columns?["g"]?["unknownShare"] == ["undefined": "the model does not name the categories that it knows"])
        #expect(columns?["x"]?["unknownShare"] == .double(0))
        #expect(
            ShardMeasures(json: manifest.measures.json, reference: job.reference.filter { ScoringFixture.features.contains($0.name) })
                == manifest.measures)
    }
}
