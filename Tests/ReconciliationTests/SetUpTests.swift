import Basics
import Diagnostics
import Foundation
import Git
import Reconciliation
import Signatures
import TestSupport
import TestWorld
import Testing

/// Laying out a repository, and the edits of files that commands make.
@Suite struct SetUpTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func create(_ name: String) async throws -> (path: String, commit: ObjectID) {
        let path = folder.path + "/" + name
        let template = TestFiles.fixtures.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("repo-template").path
        let member = { (name: String, key: Int) in
            NewRepository.Member(principal: name, key: [World.alice, World.bob, World.reconciler][key].publicKey)
        }
        let author = CommitIdentity(name: "Alice", email: "alice@example.org", instant: FixedClock().now())
        let commit = try await NewRepository(
            template: template, owners: [member("alice@example.org", 0)], members: [member("bob@example.org", 1)],
            reconcilers: [member("reconciler@example.org", 2)], author: author, key: World.alice
        ).create(at: path)
        return (path, commit)
    }

    @Test func `a new repository is sound, clean and signed by its owner`() async throws {
        let (path, commit) = try await create("new")
        #expect(try Validation.folder(path) == [])
        #expect(try StockTool.must("git", ["status", "--porcelain"], in: path) == "")
        #expect(try StockTool.must("git", ["rev-parse", "main"], in: path) == commit.hex)
        let signers = folder.path + "/signers"
        try Data("alice@example.org \(World.alice.publicKey.openSSH)\n".utf8).write(to: URL(fileURLWithPath: signers))
        try StockTool.must("git", ["-c", "gpg.ssh.allowedSignersFile=\(signers)", "verify-commit", "main"], in: path)
        let repository = try Repository.open(at: path)
        #expect(try Validation.revision(repository, commit) == [])
    }

    @Test func `the same people and template make the same commit`() async throws {
        #expect(try await create("one").commit == (try await create("two").commit))
    }

    @Test func `nothing is laid out over something else`() async throws {
        let path = folder.path + "/full"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path + "/file"))
        await #expect(throws: ReconciliationError.self) { _ = try await create("full") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["file"])
    }

    @Test func `pinning writes the digest of the bytes and keeps every comment`() async throws {
        let (path, _) = try await create("pinned")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: path + "/datasets").first)
        let file = URL(fileURLWithPath: path + "/datasets/" + name)
        let text = try String(contentsOf: file, encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.contains("digest:") })
        let dataset = try #require(text.firstMatch(of: /name: (\w+)/)?.output.1)
        try Data(("# first\n" + text.replacing(line + "\n", with: "  # where the digest was\n") + "# last\n").utf8).write(to: file)
        #expect(try Validation.folder(path).map(\.code) == [.dataUnpinned])
        let (_, digest) = try FileEdits.pin(dataset: String(dataset), in: path)
        #expect(line.contains("\(digest)"))
        let pinned = try String(contentsOf: file, encoding: .utf8)
        for comment in ["# first\n", "  # where the digest was\n", "# last\n"] { #expect(pinned.contains(comment)) }
        #expect(try Validation.folder(path) == [])
        // Pinning what is pinned changes nothing.
        _ = try FileEdits.pin(dataset: String(dataset), in: path)
        #expect(try String(contentsOf: file, encoding: .utf8) == pinned)
    }

    @Test func `a data set that is not there is named with its nearest neighbour`() async throws {
        let (path, _) = try await create("unknown")
        #expect { try FileEdits.pin(dataset: "adlut", in: path) } throws: { error in
            (error as? ReconciliationError)?.hint?.contains("did you mean") == true
        }
    }
}
