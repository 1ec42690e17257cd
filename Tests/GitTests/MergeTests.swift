import Foundation
import Git
import TestSupport
import Testing

@Suite struct MergeTests {
    let stock: StockRepository

    init() throws {
        try GitLibrary.ignoreUserConfiguration()
        stock = try StockRepository()
        try stock.commit([
            "models/a.yaml": "one\ntwo\nthree\nfour\nfive\n", "models/b.yaml": "b\n", "gone.yaml": "1\n2\n3\n4\n", "both": "x\n",
        ])
    }

    private func branch(_ name: String, from start: String = "main~0", _ files: [String: String?]) throws -> ObjectID {
        try stock.git("checkout", "-q", "-B", name, start)
        return try #require(ObjectID(stock.commit(files)))
    }

    /// Merges, and checks that the disk was left alone.
    private func merge(_ base: ObjectID?, _ head: ObjectID) throws -> (outcome: MergeOutcome, repository: Repository) {
        let before = try stock.snapshot()
        let repository = try Repository.open(at: stock.path, objectWrites: .inMemory)
        let outcome = try repository.mergedTree(base: base, head: head)
        #expect(try stock.snapshot() == before)
        return (outcome, repository)
    }

    private func stockMerge(_ base: ObjectID, _ head: ObjectID) throws -> (status: Int32, lines: [String]) {
        let result = try StockTool.run("git", ["merge-tree", "--write-tree", "--name-only", base.hex, head.hex], in: stock.path)
        return (result.status, result.text.components(separatedBy: "\n"))
    }

    @Test func `a clean merge gives git's tree, in memory, readable through the same handle`() throws {
        let base = try branch("base", ["models/a.yaml": "ONE\ntwo\nthree\nfour\nfive\n", "new.yaml": "n\n"])
        let head = try branch("head", from: "main", ["models/a.yaml": "one\ntwo\nthree\nfour\nFIVE\n", "gone.yaml": nil])
        let (outcome, repository) = try merge(base, head)
        guard case .clean(let tree) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let entry = try #require(try repository.entry(at: "models/a.yaml", in: tree))
        #expect(try repository.blob(entry.id) == Array("ONE\ntwo\nthree\nfour\nFIVE\n".utf8))
        #expect(try repository.treeEntries(of: tree).map(\.path) == ["both", "models/a.yaml", "models/b.yaml", "new.yaml"])
        let other = try Repository.open(at: stock.path)
        #expect(try !other.contains(tree))
        #expect(try stockMerge(base, head).lines[0] == tree.hex)
    }

    @Test func `conflicts are listed by path, as git lists them`() throws {
        let base = try branch("base", ["both": "base\n", "models/b.yaml": "B\n", "gone.yaml": nil, "added": "1\n"])
        let head = try branch("head", from: "main", ["both": "head\n", "gone.yaml": "changed\n", "added": "2\n"])
        let (outcome, _) = try merge(base, head)
        #expect(outcome == .conflicts(["added", "both", "gone.yaml"]))
        let stock = try stockMerge(base, head)
        #expect(stock.status == 1)
        #expect(Set(stock.lines[1..<4]) == ["added", "both", "gone.yaml"])
    }

    @Test func `a head that contains the base is taken as it is, and the other way round`() throws {
        let base = try #require(ObjectID(stock.git("rev-parse", "main")))
        let head = try branch("head", ["x": "1"])
        let repository = try Repository.open(at: stock.path)
        #expect(try merge(base, head).outcome == .clean(tree: repository.commit(head).tree))
        #expect(try merge(head, base).outcome == .clean(tree: repository.commit(head).tree))
        #expect(try merge(base, base).outcome == .clean(tree: repository.commit(base).tree))
        #expect(try merge(nil, head).outcome == .clean(tree: repository.commit(head).tree))
    }

    @Test func `histories without a common commit are not merged`() throws {
        let base = try #require(ObjectID(stock.git("rev-parse", "main")))
        try stock.git("checkout", "-q", "--orphan", "other")
        let head = try #require(ObjectID(stock.commit(["z": "1"])))
        #expect(try merge(base, head).outcome == .unrelatedHistories)
    }

    @Test func `a file renamed on one side and edited on the other is followed`() throws {
        let base = try branch("base", ["models/a.yaml": "one\ntwo\nthree\nfour\nFIVE\n"])
        let head = try branch("head", from: "main", ["models/a.yaml": nil, "models/c.yaml": "one\ntwo\nthree\nfour\nfive\n"])
        let (outcome, _) = try merge(base, head)
        let expected = try #require(ObjectID(stockMerge(base, head).lines[0]))
        #expect(outcome == .clean(tree: expected))
    }

    @Test func `a merge across two merge bases stays in memory`() throws {
        let left = try branch("left", ["left": "1\n", "both": "left\n"])
        let right = try branch("right", from: "main", ["right": "1\n"])
        try stock.git("checkout", "-q", "-B", "crossLeft", left.hex)
        try stock.git("merge", "-q", "--no-edit", right.hex)
        let crossLeft = try #require(ObjectID(stock.commit(["left": "2\n"])))
        try stock.git("checkout", "-q", "-B", "crossRight", right.hex)
        try stock.git("merge", "-q", "--no-edit", left.hex)
        let crossRight = try #require(ObjectID(stock.commit(["right": "2\n"])))
        let (outcome, _) = try merge(crossLeft, crossRight)
        let expected = try #require(ObjectID(stockMerge(crossLeft, crossRight).lines[0]))
        #expect(outcome == .clean(tree: expected))
    }
}
