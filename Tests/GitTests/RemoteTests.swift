import Basics
import Foundation
import Git
import TestSupport
import Testing

@Suite struct RemoteTests {
    let server: StockRepository
    let client: StockRepository
    let first: ObjectID
    let second: ObjectID
    let repository: Repository
    let main = "refs/heads/main"

    init() throws {
        try GitLibrary.ignoreUserConfiguration()
        server = try StockRepository(bare: true)
        client = try StockRepository()
        first = try #require(ObjectID(client.commit(["a": "1"])))
        second = try #require(ObjectID(client.commit(["a": "2", "b/c": "3"])))
        repository = try Repository.open(at: client.path)
    }

    @Test(arguments: [
        ("/srv/x.git", true), ("x.git", true), ("./a:b", true), ("file:///srv/x", true), ("git@host:x.git", false),
        ("ssh://host/x", false), ("https://host/x", false), ("git://host/x", false),
    ])
    func `an address in the file system is known as one`(address: String, local: Bool) {
        #expect(RemoteAccess.isLocal(address) == local)
    }

    @Test(arguments: [false, true])
    func `a push through the file system skips hooks and says so`(url: Bool) throws {
        try server.installHook("pre-receive", "exit 1")
        let address = (url ? "file://" : "") + server.path
        #expect(try repository.push(first, to: main, of: address, expecting: nil).skippedHooks)
        #expect(try repository.push(second, to: main, of: address, expecting: first).skippedHooks)
        #expect(try server.git("rev-parse", "main") == second.hex)
        try server.fsck()
        let lost = #expect(throws: PushError.self) { try repository.push(second, to: main, of: address, expecting: first) }
        #expect(lost?.code == .lostRace)
        #expect(throws: PushError.self) { try repository.push(second, to: main, of: address, expecting: nil) }
    }

    @Test func `a push through the file system carries packs of many pieces`() throws {
        var random = SeededRandom(seed: 7)
        var files: [String: String] = [:]
        for index in 0..<300 { files["folder\(index % 7)/\(index)"] = (0..<200).map { _ in String(random.next()) }.joined() }
        let large = try #require(ObjectID(client.commit(files)))
        _ = try repository.push(large, to: main, of: server.path, expecting: nil)
        try server.fsck()
        #expect(try server.git("rev-parse", "main^{tree}") == client.git("rev-parse", "HEAD^{tree}"))
    }

    @Test func `a push never forces`() throws {
        _ = try repository.push(second, to: main, of: server.path, expecting: nil)
        let error = #expect(throws: PushError.self) { try repository.push(first, to: main, of: server.path, expecting: second) }
        #expect(error?.code == .refused)
        #expect(try server.git("rev-parse", "main") == second.hex)
    }

    @Test func `a refusal by the server's hook is an error with its reason and its words`() throws {
        try server.installHook("pre-receive", "echo 'models/a.yaml:3: selection-rate ratio 0.32 < 0.8' >&2; exit 1")
        let daemon = try StockServer(server)
        let before = try server.snapshot()
        let error = #expect(throws: PushError.self) { try repository.push(first, to: main, of: daemon.address, expecting: nil) }
        #expect(error?.code == .refused)
        #expect(error?.reason == "pre-receive hook declined")
        #expect(error?.serverMessages == "models/a.yaml:3: selection-rate ratio 0.32 < 0.8\n")
        #expect(try server.snapshot() == before)
    }

    @Test func `a push that a hook lets through brings the hook's words`() throws {
        try server.installHook("pre-receive", "echo 'pass: 3 policies' >&2")
        let daemon = try StockServer(server)
        let report = try repository.push(second, to: main, of: daemon.address, expecting: nil)
        #expect(report == PushReport(serverMessages: "pass: 3 policies\n", skippedHooks: false))
        #expect(try Repository.remoteReferences(of: daemon.address).first { $0.name == main }?.target == second)
        try server.fsck()
    }

    @Test func `a race over the network is lost before anything is sent`() throws {
        let daemon = try StockServer(server)
        _ = try repository.push(first, to: main, of: daemon.address, expecting: nil)
        let late = #expect(throws: PushError.self) { try repository.push(second, to: main, of: daemon.address, expecting: nil) }
        #expect(late?.code == .lostRace)
        _ = try repository.push(second, to: main, of: daemon.address, expecting: first)
        let lost = #expect(throws: PushError.self) { try repository.push(second, to: main, of: daemon.address, expecting: first) }
        #expect(lost?.code == .lostRace)
    }

    @Test func `a server that cannot be reached is a failure to try again`() throws {
        let error = #expect(throws: PushError.self) {
            try repository.push(first, to: main, of: "git://127.0.0.1:1/", expecting: nil)
        }
        #expect(error?.code == .failed)
    }

    @Test func `fetching follows the server, and prunes when asked`() throws {
        _ = try repository.push(first, to: main, of: server.path, expecting: nil)
        _ = try repository.push(second, to: "refs/heads/side", of: server.path, expecting: nil)
        let folder = try TemporaryFolder()
        let copy = try Repository.initBare(at: folder.path + "/copy.git")
        let refspec = "+refs/heads/*:refs/remotes/origin/*"
        try copy.fetch(from: server.path, refspecs: [refspec])
        #expect(try copy.references(prefix: "refs/remotes/").map(\.target) == [first, second])
        try server.git("branch", "-D", "side")
        try copy.fetch(from: server.path, refspecs: [refspec], prune: true)
        #expect(try copy.references(prefix: "refs/remotes/").map(\.name) == ["refs/remotes/origin/main"])
        #expect(throws: GitError.self) { try copy.fetch(from: server.path + "/nowhere", refspecs: [refspec]) }
    }

    @Test(arguments: [true, false])
    func `a clone has the server's commits`(bare: Bool) throws {
        _ = try repository.push(second, to: main, of: server.path, expecting: nil)
        let folder = try TemporaryFolder()
        let copy = try Repository.clone(from: server.path, to: folder.path + "/copy", bare: bare)
        #expect(copy.isBare == bare)
        #expect(try copy.resolve("HEAD") == second)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/copy/b/c") == !bare)
    }
}
