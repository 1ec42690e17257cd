import Foundation
import Git
import Signatures
import TestSupport
import TestWorld
import Testing

/// Pushes with stock git to a server whose hook is the built program.
@Suite struct HookTests {
    /// What is pushed to, and the pusher's own repository with the same first commit.
    let server: World
    let client: World

    init() throws {
        server = try World()
        client = try World()
        try #require(try server.main == client.main)
        let installed = try Program.run(
            ["hook", "install", server.serverPath, "--root", World.alice.publicKey.fingerprint], in: server.folder.path)
        try #require(installed.status == 0, "\(installed.errors)")
    }

    func push(_ commit: ObjectID, to reference: String = "refs/heads/main") throws -> StockTool.Result {
        try StockTool.run("git", ["push", "--force", server.serverPath, "\(commit):\(reference)"], in: client.serverPath)
    }

    /// Pushes and expects that git rejects it and nothing of it stays.
    func expectRefusal(_ commit: ObjectID, to reference: String = "refs/heads/main", saying words: String) throws {
        let before = try server.serverFiles()
        let result = try push(commit, to: reference)
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("pre-receive hook declined"))
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(try server.serverFiles() == before)
        try server.fsck()
    }

    @Test func `a sound change is accepted, and what nobody protects is not judged`() throws {
        let head = try client.proposal("models/m.yaml", "rounds: 5", "rounds: 6")
        let result = try push(head)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try server.main == head)
        let denied = try client.proposal("models/m.yaml", "threshold: 0.5", "threshold: 0.0")
        #expect(try push(denied, to: "refs/heads/attempt").status == 0)
        try server.fsck()
    }

    @Test func `a denied change leaves no trace`() throws {
        try expectRefusal(
            try client.proposal("models/m.yaml", "threshold: 0.5", "threshold: 0.0"), saying: "models/m.yaml:10:25")
    }

    @Test func `an approval is pushed first, then the change is accepted`() async throws {
        let head = try client.proposal("models/m.yaml", "risk: high", "risk: low")
        try expectRefusal(head, saying: "needs an approval by alice@example.org")
        try await client.approve(head: head, by: World.alice)
        let approval = try #require(try client.server.references(prefix: "refs/proviso/approvals/").first)
        #expect(try push(approval.target, to: approval.name).status == 0)
        let result = try push(head)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("approved by alice@example.org"))
    }

    @Test func `an approval under a name that is not its own is refused`() async throws {
        let head = try client.proposal("models/m.yaml", "risk: high", "risk: low")
        try await client.approve(head: head, by: World.mallory)
        let approval = try #require(try client.server.references(prefix: "refs/proviso/approvals/").first)
        let others = approval.name.prefix(while: { $0 != "/" }) + "/proviso/approvals/\(String(repeating: "0", count: 40))/x"
        try expectRefusal(approval.target, to: String(others), saying: "holds no approval of its name")
        try expectRefusal(head, to: "refs/proviso/anything", saying: "is Proviso's own")
        try expectRefusal(head, to: "refs/replace/\(try client.main)", saying: "would put one object in another's place")
    }

    @Test func `history is neither rewound nor deleted`() throws {
        let first = try client.main
        let head = try client.proposal("models/m.yaml", "rounds: 5", "rounds: 6")
        #expect(try push(head).status == 0)
        try expectRefusal(first, saying: "cannot be rewound")
        let before = try server.serverFiles()
        let deletion = try StockTool.run("git", ["push", server.serverPath, ":refs/heads/main"], in: client.serverPath)
        #expect(deletion.status == 1)
        #expect(try server.serverFiles() == before)
    }

    @Test func `only records that verify reach the ledger`() async throws {
        try await client.reconcile()
        let tip = try #require(try client.ledgerTip)
        let forged = try client.commit(["records/x": "forged"], by: World.alice, branch: "refs/heads/forged", parent: tip)
        try expectRefusal(forged, to: "refs/heads/proviso/ledger", saying: "the ledger does not verify")
        #expect(try push(tip, to: "refs/heads/proviso/ledger").status == 0)
        try expectRefusal(try client.main, to: "refs/heads/proviso/ledger", saying: "the ledger cannot be rewound")
    }

    @Test func `without the program nothing is accepted`() throws {
        let hook = server.serverPath + "/hooks/pre-receive"
        let script = try String(contentsOfFile: hook, encoding: .utf8)
        try Data(script.replacing(Program.path, with: "/nowhere/proviso").utf8).write(to: URL(fileURLWithPath: hook))
        try expectRefusal(try client.proposal("models/m.yaml", "rounds: 5", "rounds: 6"), saying: "proviso")
    }

    @Test func `several references stand or fall together`() throws {
        let sound = try client.proposal("models/m.yaml", "rounds: 5", "rounds: 6")
        let before = try server.serverFiles()
        let result = try StockTool.run(
            "git", ["push", server.serverPath, "\(sound):refs/heads/main", "\(sound):refs/proviso/x"], in: client.serverPath)
        #expect(result.status == 1)
        #expect(try server.serverFiles() == before)
    }
}
