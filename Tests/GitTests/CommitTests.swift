import Basics
import Foundation
import Git
import Signatures
import TestSupport
import Testing

@Suite struct CommitTests {
    let stock: StockRepository
    let key: SigningKey
    let ada = CommitIdentity(
        name: "Ada", email: "ada@example.com", instant: Instant("2026-01-02T03:04:05Z")!)

    init() throws {
        try GitLibrary.ignoreUserConfiguration()
        stock = try StockRepository()
        key = try SigningKey(seed: [UInt8](0..<32), comment: "ada@example.com")
        let file = stock.gitFolder.appendingPathComponent("signing-key")
        try Data(key.openSSH().utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        try Data("ada@example.com \(key.publicKey.openSSH)\n".utf8).write(to: stock.gitFolder.appendingPathComponent("signers"))
        for (name, value) in [("gpg.format", "ssh"), ("user.signingKey", file.path), ("gpg.ssh.allowedSignersFile", ".git/signers")] {
            try stock.git("config", name, value)
        }
    }

    private func sign(_ payload: [UInt8]) -> String { SSHSignature.sign(payload, namespace: "git", with: key).armored }

    @Test func `a signed commit is the very object that stock git makes`() throws {
        try stock.commit(["a": "1"])
        let repository = try Repository.open(at: stock.path)
        let head = try repository.resolve("HEAD")
        let tree = try repository.commit(head).tree
        let message = "Title\n\nBody.\n\nKey: value\n"
        let mine = try repository.createCommit(
            tree: tree, parents: [head], author: ada, committer: ada, message: message, sign: sign)
        let stocks = try stock.git(
            ["commit-tree", "-S", "-p", head.hex, tree.hex], input: Array(message.utf8),
            environment: ["GIT_AUTHOR_DATE": "1767323045 +0000", "GIT_COMMITTER_DATE": "1767323045 +0000"])
        #expect(try stock.git("cat-file", "commit", mine.hex) == stock.git("cat-file", "commit", stocks))
        #expect(mine.hex == stocks)
        try stock.git("verify-commit", mine.hex)
        try stock.git("update-ref", "refs/heads/signed", mine.hex)
        try stock.fsck()
    }

    @Test func `an unsigned commit is the very object that stock git makes`() throws {
        let head = try stock.commit(["a": "1"])
        let repository = try Repository.open(at: stock.path)
        let tree = try repository.commit(try #require(ObjectID(head))).tree
        let zone = CommitIdentity(name: "Bo", email: "b@x", instant: ada.instant, offsetMinutes: -210)
        let mine = try repository.createCommit(tree: tree, parents: [], author: zone, committer: ada, message: "no line feed")
        let stocks = try stock.git(
            ["commit-tree", tree.hex, "-m", "no line feed"],
            environment: ["GIT_AUTHOR_NAME": "Bo", "GIT_AUTHOR_EMAIL": "b@x", "GIT_AUTHOR_DATE": "1767323045 -0330"])
        #expect(mine.hex == stocks)
        let commit = try repository.commit(mine)
        #expect(commit.author == zone)
        #expect(commit.signature == nil)
    }

    @Test func `a commit signed by stock git verifies here, and its payload is the commit without the signature`() throws {
        try stock.commit(["a": "1"], message: "signed\n\nX-One: 1\nX-Two: 2", options: ["-S"])
        let repository = try Repository.open(at: stock.path)
        let commit = try repository.commit(repository.resolve("HEAD"))
        let signature = try SSHSignature(armored: try #require(commit.signature))
        try signature.verify(commit.signedPayload, namespace: "git")
        #expect(signature.publicKey == key.publicKey)
        #expect(commit.title == "signed")
        #expect(commit.trailers.map(\.key) == ["X-One", "X-Two"])
        #expect(commit.trailer("X-Two") == "2")
        #expect(commit.trailer("X-Three") == nil)
    }

    @Test func `a second signature header cannot smuggle in another signature`() throws {
        let id = try stock.commit(["a": "1"], options: ["-S"])
        let text = try stock.git("cat-file", "commit", id) + "\n"
        let signature = text.components(separatedBy: "gpgsig ")[1].components(separatedBy: "\n\n")[0]
        let doubled = text.replacingOccurrences(of: "\n\n", with: "\ngpgsig \(signature)\n\n")
        let other = try stock.git(["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], input: Array(doubled.utf8))
        let commit = try Repository.open(at: stock.path).commit(try #require(ObjectID(other)))
        #expect(throws: SignatureError.self) {
            try SSHSignature(armored: commit.signature ?? "").verify(commit.signedPayload, namespace: "git")
        }
    }

    @Test(arguments: ["no colon", "Key:no blank", "Key: value\nnot a trailer", "", "\n\n"])
    func `a last paragraph that is not all trailers has none`(paragraph: String) throws {
        let id = try #require(ObjectID(stock.commit(["a": "1"], message: "title\n\n\(paragraph)")))
        #expect(try Repository.open(at: stock.path).commit(id).trailers.isEmpty)
    }

    @Test func `a damaged commit is an error and never a trap`() throws {
        let id = try stock.commit(["a": "1"], options: ["-S"])
        let whole = Array(try stock.git("cat-file", "commit", id).utf8)
        let repository = try Repository.open(at: stock.path)
        for count in stride(from: 0, to: 260, by: 3) {
            let cut = try stock.git(["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], input: Array(whole.prefix(count)))
            do {
                _ = try repository.commit(try #require(ObjectID(cut)))
            } catch let error as GitError {
                #expect(error.code == .malformedObject)
            }
        }
    }

    @Test func `ranges, merge bases and ancestry are those of stock git`() throws {
        let first = try stock.commit(["a": "1"])
        try stock.git("checkout", "-q", "-b", "side")
        let side = try stock.commit(["b": "1"])
        try stock.git("checkout", "-q", "main")
        let main = try stock.commit(["a": "2"])
        try stock.git("merge", "-q", "--no-edit", "side")
        let merged = try stock.git("rev-parse", "HEAD")
        try stock.git("checkout", "-q", "--orphan", "other")
        let unrelated = try stock.commit(["z": "1"])
        let repository = try Repository.open(at: stock.path)
        func id(_ text: String) throws -> ObjectID { try #require(ObjectID(text)) }

        #expect(try repository.mergeBase(id(side), id(main)) == id(first))
        #expect(try repository.mergeBase(id(side), id(unrelated)) == nil)
        #expect(try repository.isAncestor(id(first), of: id(merged)))
        #expect(try repository.isAncestor(id(main), of: id(main)))
        #expect(try !repository.isAncestor(id(merged), of: id(main)))
        #expect(try Set(repository.commitsBetween(id(main), id(merged))) == [id(side), id(merged)])
        #expect(try repository.commitsBetween(id(main), id(merged)).last == id(merged))
        #expect(try repository.commitsBetween(nil, id(merged)).first == id(first))
        #expect(try repository.commitsBetween(nil, id(merged)).count == 4)
        #expect(try repository.resolve("side~1") == id(first))
        #expect(try repository.resolve(String(side.prefix(8))) == id(side))
        try stock.git("branch", "abcd", side)
        #expect(try repository.resolve("abcd") == id(side))
        #expect(try repository.resolve("\(merged.prefix(12))~1") == id(main))
        #expect(throws: GitError.self) { try repository.resolve("00000000") }
        let error = #expect(throws: GitError.self) { try repository.resolve("nowhere") }
        #expect(error?.code == .notFound)
    }

    @Test func `a commit on a missing tree is refused`() throws {
        let repository = try Repository.open(at: stock.path)
        #expect(throws: GitError.self) {
            try repository.createCommit(
                tree: #require(ObjectID(String(repeating: "1", count: 40))), parents: [], author: ada, committer: ada, message: "x")
        }
    }

    @Test(arguments: ["", "a\nb", "a<b", "a\0b"])
    func `a name that would forge a header is refused`(name: String) throws {
        let repository = try Repository.open(at: stock.path)
        let tree = try repository.createTree(
            from: nil, upserts: [TreeEntry(path: "a", mode: .regular, id: repository.writeBlob([]))])
        let bad = CommitIdentity(name: name, email: "x", instant: ada.instant)
        #expect(throws: GitError.self) { try repository.createCommit(tree: tree, parents: [], author: bad, committer: ada, message: "x") }
    }
}
