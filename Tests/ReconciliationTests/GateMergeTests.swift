import Attestations
import Git
import Reconciliation
import TestSupport
import TestWorld
import Testing

@Suite struct GateMergeTests {
    @Test func `what is judged is the merge result, not the branch`() async throws {
        let world = try World()
        let fork = try world.main
        // Each alone would pass: the base has become stricter since the branch left it.
        let head = try world.proposal("models/m.yaml", "rounds: 5", "rounds: 6")
        let policy = try #require(World.files["policies/useful.yaml"])
        let base = try world.commit(["policies/useful.yaml": policy.replacing("minimum: 0.8", with: "minimum: 0.9999")], by: World.alice)
        #expect(try await world.gate(head: head, base: fork).verdict.outcome == .pass)
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .deny)
        let merged = try #require(report.verdict.tree)
        let stock = try StockTool.must("git", ["merge-tree", "--write-tree", base.hex, head.hex], in: world.serverPath)
        #expect(merged == stock)
    }

    @Test func `a conflict is undecided and names the files`() async throws {
        let world = try World()
        let text = try #require(World.files["models/m.yaml"])
        let head = try world.proposal("models/m.yaml", "rounds: 5", "rounds: 6")
        let base = try world.commit(["models/m.yaml": text.replacing("rounds: 5", with: "rounds: 7")], by: World.alice)
        let before = try world.serverFiles()
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.tree == nil)
        #expect(report.verdict.findings.map(\.message) == ["the merge has conflicts in models/m.yaml"])
        #expect(try world.serverFiles() == before)
        await #expect(throws: ReconciliationError.self) { try await world.approve(head: head, by: World.alice) }
    }

    @Test func `histories that share nothing cannot be merged`() async throws {
        let world = try World()
        var files = World.files
        files["README.md"] = "another beginning"
        let other = try World(files: files)
        try StockTool.must("git", ["fetch", "--quiet", other.serverPath, "main:other"], in: world.serverPath)
        let head = try #require(try world.server.reference("refs/heads/other"))
        let report = try await world.gate(head: head, base: try world.main)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.findings.map(\.message) == ["head and base share no history"])
    }

    @Test func `where the two engines differ nobody decides`() async throws {
        // Both sides add the same file under a folder that one of them renamed: git follows the folder, libgit2 does not.
        var files = World.files
        for name in ["one", "two", "three", "four"] { files["notes/\(name).md"] = "note \(name) of several words\n" }
        let world = try World(files: files)
        let head = try world.commit(["notes/new.md": "something new"], by: World.bob, branch: "refs/heads/proposal")
        var moves: [String: String?] = [:]
        for name in ["one", "two", "three", "four"] {
            moves["notes/\(name).md"] = .some(nil)
            moves["papers/\(name).md"] = files["notes/\(name).md"]
        }
        let base = try world.commit(moves, by: World.alice)
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.findings.map(\.message) == ["libgit2 and git merge this differently"])
    }
}
