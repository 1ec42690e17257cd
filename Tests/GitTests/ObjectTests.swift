import Basics
import Foundation
import Git
import TestSupport
import Testing

@Suite struct ObjectTests {
    let stock: StockRepository

    init() throws {
        try GitLibrary.ignoreUserConfiguration()
        stock = try StockRepository()
    }

    private func lsTree(_ revision: String) throws -> [String] {
        try stock.git("-c", "core.quotePath=false", "ls-tree", "-r", revision).split(separator: "\n").map(String.init)
    }

    private func listed(_ entries: [TreeEntry]) -> [String] {
        entries.map { "\($0.mode) \($0.mode == .submodule ? "commit" : "blob") \($0.id)\t\($0.path)" }
    }

    @Test func `a tree is listed as git ls-tree lists it, links and submodules included`() throws {
        try stock.commit(["b.txt": "b", "a/x.yaml": "x", "a/ü/y": "y", "a.b": "between a and a/", "a0": "after"])
        try stock.git("update-index", "--add", "--cacheinfo", "120000,\(stock.git("hash-object", "-w", "b.txt")),link")
        try stock.git("update-index", "--add", "--cacheinfo", "100755,\(stock.git("hash-object", "-w", "b.txt")),run.sh")
        try stock.git("update-index", "--add", "--cacheinfo", "160000,\(stock.git("rev-parse", "HEAD")),module")
        try stock.git("commit", "-q", "-m", "kinds")
        let repository = try Repository.open(at: stock.path)
        let tree = try repository.commit(repository.resolve("main")).tree
        let entries = try repository.treeEntries(of: tree)
        #expect(listed(entries) == (try lsTree("HEAD")))
        #expect(Set(entries.map(\.mode)) == [.regular, .executable, .symbolicLink, .submodule])
        #expect(try repository.treeEntries(of: tree, under: "a").map(\.path) == ["a/x.yaml", "a/ü/y"])
        #expect(try repository.treeEntries(of: tree, under: "nothing") == [])
        #expect(try repository.treeEntries(of: tree, under: "b.txt") == [])
        #expect(try repository.entry(at: "a/ü", in: tree)?.mode == .tree)
        #expect(try repository.entry(at: "a/ü/z", in: tree) == nil)
        let blob = try #require(try repository.entry(at: "a/x.yaml", in: tree))
        #expect(try repository.blob(blob.id) == Array("x".utf8))
        let error = #expect(throws: GitError.self) { try repository.blob(tree) }
        #expect(error?.code == .malformedObject)
    }

    @Test func `an altered object is never given out`() throws {
        try stock.commit(["a": "some text"])
        let id = try #require(ObjectID(stock.git("rev-parse", "HEAD:a")))
        let path = stock.gitFolder.appendingPathComponent("objects/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))").path
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let other = try stock.git(["hash-object", "-w", "--stdin"], input: Array("other".utf8))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(
            atPath: stock.gitFolder.appendingPathComponent("objects/\(other.prefix(2))/\(other.dropFirst(2))").path, toPath: path)
        let repository = try Repository.open(at: stock.path)
        #expect(throws: GitError.self) { try repository.blob(id) }
    }

    /// libgit2 alone writes past its buffer here.
    @Test func `a loose object with any one byte changed, or cut short, is an error that names it`() throws {
        let bytes = Array((1...400).map(String.init).joined(separator: "\n").utf8)
        let id = try Repository.open(at: stock.path).writeBlob(bytes)
        let url = stock.gitFolder.appendingPathComponent("objects/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))")
        let whole = [UInt8](try Data(contentsOf: url))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
        var variants = whole.indices.map { index in
            var other = whole
            other[index] ^= 0xFF
            return other
        }
        variants += [whole + [0], Array(whole.dropLast()), Array(whole.prefix(20)), []]
        for (index, variant) in variants.enumerated() {
            try Data(variant).write(to: url)
            let error = #expect(throws: GitError.self, "variant \(index)") { try Repository.open(at: stock.path).blob(id) }
            #expect(error?.message.contains(id.hex) == true, "\(String(describing: error))")
        }
        try Data(whole).write(to: url)
        #expect(try Repository.open(at: stock.path).blob(id) == bytes)
    }

    @Test(arguments: [0, 1, 50, 63, 64, 65, 5_000_000])
    func `loose objects of every size are read`(count: Int) throws {
        var random = SeededRandom(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 60) }
        let id = try Repository.open(at: stock.path).writeBlob(bytes)
        #expect(try Repository.open(at: stock.path).blob(id) == bytes)
        #expect(try stock.git("cat-file", "-s", id.hex) == String(count))
    }

    @Test func `a tree built by changes is the tree git builds from the files`() throws {
        try stock.commit(["keep": "1", "folder/a": "2", "folder/deep/b": "3", "only/child": "4"])
        let repository = try Repository.open(at: stock.path)
        let base = try repository.commit(repository.resolve("HEAD")).tree
        let blob = try repository.writeBlob(Array("new".utf8))
        let tree = try repository.createTree(
            from: base,
            upserts: [
                TreeEntry(path: "folder/deep/c", mode: .regular, id: blob), TreeEntry(path: "new/x/y", mode: .executable, id: blob),
                TreeEntry(path: "keep", mode: .regular, id: blob),
            ], removals: ["folder/a", "only/child"])
        try stock.commit(["folder/deep/c": "new", "new/x/y": "new", "keep": "new", "folder/a": nil, "only/child": nil])
        try stock.git("update-index", "--chmod=+x", "new/x/y")
        #expect(tree.hex == (try stock.git("write-tree")))
        let changes = try repository.changes(from: base, to: tree)
        #expect(changes.map(\.path) == ["folder/a", "folder/deep/c", "keep", "new/x/y", "only/child"])
        #expect(changes.filter { $0.old == nil }.map(\.path) == ["folder/deep/c", "new/x/y"])
        #expect(changes.filter { $0.new == nil }.map(\.path) == ["folder/a", "only/child"])
        try stock.fsck()
    }

    @Test func `a tree built from nothing holds just its files`() throws {
        let repository = try Repository.open(at: stock.path)
        let blob = try repository.writeBlob([])
        let tree = try repository.createTree(from: nil, upserts: [TreeEntry(path: "a/b", mode: .regular, id: blob)])
        #expect(try repository.treeEntries(of: tree) == [TreeEntry(path: "a/b", mode: .regular, id: blob)])
        #expect(try repository.changes(from: nil, to: tree).map(\.path) == ["a/b"])
    }

    @Test func `the paths that differ are those of git diff-tree, folders turned into files included`() throws {
        let first = try stock.commit(["a/b": "1", "c": "2", "d/e/f": "3", "same/x": "4"])
        try stock.git("rm", "-q", "a/b", "c")
        let second = try stock.commit(["d/e/f": "5"])
        let third = try stock.commit(["a": "now a file", "c/now": "a folder"])
        let repository = try Repository.open(at: stock.path)
        for (old, new) in [(first, second), (second, third), (first, third), (third, first), (first, first)] {
            let ids = try [old, new].map { try repository.commit(#require(ObjectID($0))).tree }
            let expected = try stock.git("diff-tree", "-r", "--no-renames", "--name-status", old, new)
            let actual = try repository.changes(from: ids[0], to: ids[1]).map { change in
                (change.old == nil ? "A" : change.new == nil ? "D" : "M") + "\t" + change.path
            }
            #expect(actual.joined(separator: "\n") == expected)
        }
    }

    @Test func `an object's name is read and written`() throws {
        let hex = "0123456789abcdef0123456789abcdef01234567"
        let id = try #require(ObjectID(hex))
        #expect(id.hex == hex)
        #expect(ObjectID(hex.uppercased()) == nil)
        #expect(ObjectID("0123") == nil)
        #expect(ObjectID.zero.hex == String(repeating: "0", count: 40))
        #expect(try #require(ObjectID("ff" + hex.dropFirst(2))) > id)
    }
}
