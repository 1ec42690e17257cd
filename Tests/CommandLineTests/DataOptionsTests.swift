import Basics
import Foundation
import Signatures
import TestSupport
import TestWorld
import Testing

/// `--store` and `--dvc-cache`, as an operator gives them.
@Suite struct DataOptionsTests {
    private let world: World
    private let common: [String]

    init() throws {
        world = try World()
        try StockTool.must("git", ["--version"], in: world.folder.path)
        let key = world.folder.path + "/key"
        try Data(World.reconciler.openSSH().utf8).write(to: URL(fileURLWithPath: key))
        common = [world.serverPath, "--key", key, "--email", "reconciler@example.org", "--root", World.alice.publicKey.fingerprint]
    }

    private func run(_ arguments: [String]) throws -> StockTool.Result { try Program.run(arguments, in: world.folder.path) }

    @Test func `two reconcilers share a store: the second has nothing to train`() throws {
        let shared = world.folder.path + "/shared"
        let first = try run(["reconcile"] + common + ["--state", "one", "--store", shared])
        #expect(first.status == 0, "\(first.text)\(first.errors)")
        #expect(FileManager.default.fileExists(atPath: shared + "/store/objects") && FileManager.default.fileExists(atPath: shared + "/results"))
        #expect(!FileManager.default.fileExists(atPath: world.folder.path + "/one/store"))
        // A second one that does not know the ledger's artefacts finds them there.
        let gate = try run(
            [
                "gate", "--base", "main", "--head", "main", "--repository", world.serverPath, "--root", World.alice.publicKey.fingerprint, "--store",
                shared,
            ])
        #expect(gate.status == 0, "\(gate.text)\(gate.errors)")
        let second = try run(["reconcile"] + common + ["--state", "two", "--store", shared])
        #expect(second.status == 0 && second.text.contains("Nothing new"), "\(second.text)\(second.errors)")
    }

    @Test func `folders that are not there are said, with what to do`() throws {
        for arguments in [
            ["plan"] + common + ["--dvc-cache", "nowhere"], ["reconcile"] + common + ["--dvc-cache", "nowhere"],
            ["gate", "--base", "main", "--head", "main", "--repository", world.serverPath, "--dvc-cache", "nowhere"],
        ] {
            let result = try run(arguments)
            #expect(result.status == 2 && result.errors.contains("there is no folder nowhere"), "\(result.errors)")
            #expect(result.errors.contains("hint: dvc cache dir"), "\(result.errors)")
        }
        let gate = try run(["gate", "--base", "main", "--head", "main", "--repository", world.serverPath, "--store", "key"])
        #expect(gate.status == 2 && gate.errors.contains("key is no folder"), "\(gate.errors)")
    }
}
