import Basics
import Foundation
import Git
import Signatures
import TestSupport
import TestWorld
import Testing

/// CI jobs and hooks look at the exit code only; people read standard error.
@Suite struct ExitCodeTests {
    let world: World

    init() throws { world = try World() }

    func expect(
        _ status: Int32, saying words: String = "", _ arguments: [String], environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try Program.run(arguments, in: world.folder.path, environment: environment)
        #expect(result.status == status, "\(arguments): \(result.text)\(result.errors)", sourceLocation: sourceLocation)
        #expect(words.isEmpty || (result.text + result.errors).contains(words), "\(result.text)\(result.errors)", sourceLocation: sourceLocation)
    }

    var root: [String] { ["--root", World.alice.publicKey.fingerprint] }

    @Test func `validate gives 0 for a sound revision and 2 for a broken one`() throws {
        try expect(0, ["validate", "server.git", "--revision", "main"])
        try world.commit(["models/m.yaml": "nonsense"], by: World.bob)
        try expect(2, saying: "models/m.yaml:1:1", ["validate", "server.git", "--revision", "main"])
    }

    @Test func `gate gives 0, 1 for a denial or an open question, and 2 for what it cannot be asked`() throws {
        let gate = { (head: String) in ["gate", "--repository", "server.git", "--base", "main", "--head", head] + root }
        let sound = try world.proposal("models/m.yaml", "rounds: 5", "rounds: 6")
        try expect(0, gate(sound.hex))
        let denied = try world.proposal("models/m.yaml", "threshold: 0.5", "threshold: 0.0")
        try expect(1, saying: "models/m.yaml:10:25", gate(denied.hex))
        let open = try world.proposal("models/m.yaml", "risk: high", "risk: low")
        try expect(1, saying: "needs an approval by alice@example.org", gate(open.hex))
        try expect(1, saying: "no root of trust is given", Array(gate(sound.hex).dropLast(2)))
        try expect(2, saying: "nowhere", gate("nowhere"))
        try expect(2, saying: "--unknown", gate("main") + ["--unknown"])
    }

    @Test func `what is no repository is the caller's mistake`() throws {
        try expect(2, ["gate", "--repository", "elsewhere.git", "--base", "main", "--head", "main"] + root)
        try FileManager.default.createDirectory(atPath: world.folder.path + "/empty", withIntermediateDirectories: true)
        try expect(2, ["validate", "empty"])
    }

    @Test func `policy list says which policies judge a model`() throws {
        try StockTool.must("git", ["clone", "--quiet", world.serverPath, "work"], in: world.folder.path)
        try expect(0, saying: "✓ useful (policies/useful.yaml:3:18): auc, not-everybody", ["policy", "list", "--repository", "work"])
        try expect(0, saying: #""state": "applies""#, ["policy", "list", "--repository", "work", "--model", "m", "--format", "json"])
        try expect(2, saying: "there is no model 'n'", ["policy", "list", "--repository", "work", "--model", "n"])
    }

    @Test func `keys that cannot be used say so`() throws {
        let folder = world.folder.path
        try StockTool.must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "secret", "-f", "locked"], in: folder)
        try Data("no key".utf8).write(to: URL(fileURLWithPath: folder + "/nonsense"))
        for (key, words) in [("locked", "protected by a passphrase"), ("nonsense", "nonsense"), ("missing", "missing")] {
            try expect(2, saying: words, ["reconcile", "server.git", "--key", key, "--state", "s"] + root)
        }
    }

    @Test func `a machine-readable answer is the same for everybody`() throws {
        let denied = try world.proposal("models/m.yaml", "threshold: 0.5", "threshold: 0.0")
        let result = try Program.run(
            ["gate", "--repository", "server.git", "--base", "main", "--head", denied.hex, "--format", "json"] + root, in: world.folder.path)
        let answer = try JSONValue(parsing: result.output)
        #expect(answer["outcome"]?.stringValue == "deny")
        #expect(answer["head"]?.stringValue == denied.hex)
    }
}
