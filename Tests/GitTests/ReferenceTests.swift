import Foundation
import Git
import TestSupport
import Testing

@Suite struct ReferenceTests {
    let stock: StockRepository
    let first: ObjectID
    let second: ObjectID
    let repository: Repository

    init() throws {
        try GitLibrary.ignoreUserConfiguration()
        stock = try StockRepository()
        first = try #require(ObjectID(stock.commit(["a": "1"])))
        second = try #require(ObjectID(stock.commit(["a": "2"])))
        repository = try Repository.open(at: stock.path)
    }

    @Test func `a reference moves only from the value that was expected`() throws {
        let name = "refs/heads/proviso/ledger"
        #expect(try repository.reference(name) == nil)
        try repository.updateReference(name, to: first, expecting: nil, reason: "make")
        let taken = #expect(throws: GitError.self) { try repository.updateReference(name, to: second, expecting: nil, reason: "make") }
        #expect(taken?.code == .exists)
        let stale = #expect(throws: GitError.self) {
            try repository.updateReference(name, to: first, expecting: second, reason: "move")
        }
        #expect(stale?.code == .modified)
        #expect(try repository.reference(name) == first)
        try repository.updateReference(name, to: second, expecting: first, reason: "move")
        #expect(try stock.git("rev-parse", name) == second.hex)
    }

    @Test func `a locked reference is said to be locked`() throws {
        try Data().write(to: stock.gitFolder.appendingPathComponent("refs/heads/main.lock"))
        let error = #expect(throws: GitError.self) {
            try repository.updateReference("refs/heads/main", to: first, expecting: second, reason: "move")
        }
        #expect(error?.code == .locked)
    }

    @Test func `references are listed by prefix, packed ones included`() throws {
        try stock.git("branch", "b")
        try stock.git("tag", "-a", "v1", "-m", "annotated")
        try stock.git("pack-refs", "--all")
        try stock.git("branch", "a")
        #expect(try repository.references(prefix: "refs/heads/").map(\.name) == ["refs/heads/a", "refs/heads/b", "refs/heads/main"])
        #expect(try repository.references(prefix: "refs/heads/").allSatisfy { $0.target == second })
        #expect(try repository.references(prefix: "refs/none/") == [])
        #expect(try repository.resolve("v1") == second)
    }

    @Test func `a reference is deleted only at the value that was expected`() throws {
        try repository.updateReference("refs/heads/x", to: first, expecting: nil, reason: "make")
        #expect(throws: GitError.self) { try repository.deleteReference("refs/heads/x", expecting: second) }
        try repository.deleteReference("refs/heads/x", expecting: first)
        #expect(try repository.reference("refs/heads/x") == nil)
    }

    @Test func `of many writers at once one wins each round`() async throws {
        let path = stock.path
        let target = first
        let other = second
        let winners = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do {
                        let repository = try Repository.open(at: path)
                        try repository.updateReference("refs/heads/main", to: target, expecting: other, reason: "race")
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }
}
