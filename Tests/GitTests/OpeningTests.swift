import Foundation
import Git
import TestSupport
import Testing

@Suite struct OpeningTests {
    init() throws { try GitLibrary.ignoreUserConfiguration() }

    @Test func `a working copy opens by its root and by its git folder, and is found from inside`() throws {
        let stock = try StockRepository()
        try stock.commit(["a/b.txt": "x"])
        let root = try Repository.open(at: stock.path)
        #expect(root.workingFolder == stock.path + "/")
        #expect(try Repository.open(at: stock.path + "/.git").path == root.path)
        #expect(try Repository.discover(from: stock.path + "/a").path == root.path)
        let error = #expect(throws: GitError.self) { try Repository.open(at: stock.path + "/a") }
        #expect(error?.code == .notFound)
        #expect(error?.description.contains("open \(stock.path)/a") == true)
    }

    @Test func `a bare repository made here is one for stock git`() throws {
        let folder = try TemporaryFolder()
        let repository = try Repository.initBare(at: folder.path + "/server.git", branch: "trunk")
        #expect(repository.isBare)
        #expect(try repository.headBranch() == "refs/heads/trunk")
        #expect(try StockTool.must("git", ["symbolic-ref", "HEAD"], in: folder.path + "/server.git") == "refs/heads/trunk")
        #expect(throws: GitError.self) { try Repository.initBare(at: folder.path + "/server.git") }
    }

    @Test func `a SHA-256 repository is refused by name`() throws {
        let stock = try StockRepository(options: ["--object-format=sha256"])
        let error = #expect(throws: GitError.self) { try Repository.open(at: stock.path) }
        #expect(error?.code == .unsupportedRepository)
        #expect(error?.message.contains("SHA-256") == true)
    }

    @Test func `an unknown extension is refused by name`() throws {
        let stock = try StockRepository(bare: true)
        try stock.git("config", "core.repositoryformatversion", "1")
        try stock.git("config", "extensions.frobnicate", "true")
        let error = #expect(throws: GitError.self) { try Repository.open(at: stock.path) }
        #expect(error?.code == .unsupportedRepository)
        #expect(error?.message.contains("frobnicate") == true)
    }

    @Test func `in quarantine the pushed objects are seen and nothing is written`() async throws {
        let server = try StockRepository(bare: true)
        let client = try StockRepository()
        let old = try client.commit(["a": "1"])
        try client.git("push", "-q", server.path, "main")
        let new = try client.commit(["a": "2"])
        // What git receive-pack sets for a hook, but for the process that would run it.
        let quarantine = server.path + "/objects/incoming"
        try FileManager.default.createDirectory(atPath: quarantine, withIntermediateDirectories: true)
        let pack = try StockTool.run(
            "git", ["pack-objects", "--revs", "--stdout"], in: client.path, input: Array("\(new)\n^\(old)\n".utf8))
        let environment = [
            "GIT_DIR": server.path, "GIT_OBJECT_DIRECTORY": quarantine, "GIT_ALTERNATE_OBJECT_DIRECTORIES": server.path + "/objects",
            "GIT_QUARANTINE_PATH": quarantine,
        ]
        _ = try StockTool.run("git", ["unpack-objects", "-q"], in: server.path, input: pack.output, environment: environment)
        let before = try server.snapshot()
        await #expect(processExitsWith: .success) {
            [environment = environment as [String: String], old = old as String, new = new as String] in
            for (name, value) in environment { unsafe setenv(name, value, 1) }
            let repository = try Repository.openFromEnvironment()
            let base = try #require(ObjectID(old))
            let head = try #require(ObjectID(new))
            #expect(try repository.isAncestor(base, of: head))
            let tree = try repository.commit(head).tree
            #expect(try repository.mergedTree(base: base, head: head) == .clean(tree: tree))
            _ = try repository.writeBlob(Array("scratch".utf8))
        }
        #expect(try server.snapshot() == before)
    }

    @Test func `a handle in memory does not touch references`() async throws {
        await #expect(processExitsWith: .failure) {
            let stock = try StockRepository()
            let commit = try #require(ObjectID(try stock.commit(["a": "1"])))
            let repository = try Repository.open(at: stock.path, objectWrites: .inMemory)
            try repository.updateReference("refs/heads/x", to: commit, expecting: nil, reason: "test")
        }
    }
}
