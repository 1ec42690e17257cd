import Attestations
import Basics
import Diagnostics
import Foundation
import Git
import Reconciliation
import Storage
import TestSupport
import TestWorld
import Testing

/// Data that git does not hold: a pointer in the repository, the bytes in DVC's cache.
@Suite struct DVCDataTests {
    private let world: World
    private let cache: String

    init() throws {
        var files = World.files
        let md5 = LegacyDigest.md5(Array(World.data.utf8))
        files["data/d.csv"] = nil
        files["data/d.csv.dvc"] = "outs:\n- md5: \(md5)\n  size: \(World.data.utf8.count)\n  hash: md5\n  path: d.csv\n"
        files["datasets/d.yaml"] = files["datasets/d.yaml"]?.replacing("path: data/d.csv", with: "dvc: data/d.csv.dvc")
        world = try World(files: files)
        cache = world.folder.path + "/cache"
        try FileManager.default.createDirectory(atPath: "\(cache)/files/md5/\(md5.prefix(2))", withIntermediateDirectories: true)
        try Data(World.data.utf8).write(to: URL(fileURLWithPath: "\(cache)/files/md5/\(md5.prefix(2))/\(md5.dropFirst(2))"))
    }

    private func reconcile(cache: String?) async throws -> Reconciler.Report {
        var options = world.reconcilerOptions()
        options.dvcCache = cache
        return try await Reconciler(options: options, clock: world.clock).run()
    }

    @Test func `a model is trained, judged and reproduced from DVC's cache, as it is from git`() async throws {
        let without = try await reconcile(cache: nil)
        #expect(without.diagnostics.map(\.code.rawValue) == ["E0509"])
        #expect(without.diagnostics.first?.hint?.contains("--dvc-cache") == true)
        let report = try await reconcile(cache: cache)
        #expect(report.diagnostics.isEmpty && report.outcome == .pass)
        let record = try #require(report.added.first)

        func reproduced(_ cache: String?) async throws -> Reproduction.Report {
            try await Reproduction(repositoryPath: world.serverPath, revision: "main", ledger: nil, store: nil, threads: 1, dvcCache: cache)
                .reproduce(record.hex)
        }
        #expect(try await reproduced(cache).isReproduced)
        let blind = try await reproduced(nil)
        #expect(!blind.isReproduced && blind.comparisons.contains { $0.note?.contains("neither in the repository nor in the store") == true })

        // The same bytes in git make the same model.
        let plain = try World()
        let model = try await plain.reconcile()
        func artefact(_ world: World, _ digest: Digest?) throws -> Digest? {
            try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).record(try #require(digest).hex).record.draft.artefacts[
                "model"]
        }
        #expect(try artefact(world, record) == artefact(plain, model.added.first))
    }

    @Test func `the gate reads the cache too, and damaged bytes in it are an error`() async throws {
        let head = try world.commit(
            ["models/m.yaml": World.files["models/m.yaml"]?.replacing("rounds: 5", with: "rounds: 6")], by: World.alice,
            branch: "refs/heads/proposal")
        func gate(_ cache: String?) async throws -> Gate.Report {
            var options = Gate.Options()
            options.root = World.root
            options.threads = 1
            options.dvcCache = cache
            return try await Gate(repository: try world.server.inMemoryHandle(), options: options, clock: world.clock)
                .judge(base: try world.main, head: head)
        }
        #expect(try await gate(cache).verdict.subjects.map(\.outcome) == [.pass])
        #expect(try await gate(nil).verdict.findings.contains { $0.message.contains("no cache of DVC's") })
        let md5 = LegacyDigest.md5(Array(World.data.utf8))
        let place = URL(fileURLWithPath: "\(cache)/files/md5/\(md5.prefix(2))/\(md5.dropFirst(2))")
        try Data(World.data.replacing(",a,", with: ",b,").utf8).write(to: place)
        #expect(try await gate(cache).verdict.findings.contains { $0.message.contains("another MD5") })
    }

    @Test(arguments: ["lacks", "another MD5", "no pointer", "there is no file"]) func `what is wrong with a stage's pointer is said as it is`(
        _ words: String
    ) async throws {
        let folder = try TemporaryFolder()
        let stage =
            "{name: a, run: {command: [cp, n.txt, m.txt], inputs: {n: {dvc: data/n.txt.dvc, digest: '\(Digest.of("1\n"))', as: n.txt}}, outputs: {m: m.txt}}}"
        let md5 = LegacyDigest.md5(Array("1\n".utf8))
        var files = [
            "pipelines/p.yaml": World.pipeline("- \(stage)"),
            "data/n.txt.dvc": "outs:\n- md5: \(md5)\n  path: n.txt\n",
            "cache/files/md5/\(md5.prefix(2))/\(md5.dropFirst(2))": "1\n",
        ]
        func report() async throws -> PipelineRun.Report {
            for (path, text) in files {
                let url = folder.url.appendingPathComponent(path)
                try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: url)
            }
            var options = PipelineRun.Options(folder: folder.path, pipeline: "p", state: folder.path + "/state")
            options.dvcCache = folder.path + "/cache"
            return try await PipelineRun(options: options, clock: FixedClock()).run()
        }
        #expect(try await report().isWhole)
        let cached = files.keys.first { $0.hasPrefix("cache/") } ?? ""
        switch words {
        case "lacks": try FileManager.default.removeItem(atPath: folder.path + "/" + cached)
        case "another MD5": files[cached] = "2\n"
        case "no pointer": files["data/n.txt.dvc"] = "{}\n"
        default: try FileManager.default.removeItem(atPath: folder.path + "/data/n.txt.dvc")
        }
        if words == "lacks" { files[cached] = nil }
        if words == "there is no file" { files["data/n.txt.dvc"] = nil }
        let broken = try await report()
        let problem = try #require(broken.diagnostics.first)
        #expect(problem.message.contains(words), "\(problem.message)")
        #expect(problem.span?.file.path == "pipelines/p.yaml")
        let problems = try Validation.folder(folder.path, dvcCache: folder.path + "/cache")
        #expect(problems.contains { $0.message == problem.message })
    }
}
