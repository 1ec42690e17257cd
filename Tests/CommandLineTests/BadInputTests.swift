import Foundation
import Signatures
import TestSupport
import TestWorld
import Testing

/// What the program says to those who give it the wrong thing, and with which exit code: 2 if they must mend it, 3 if the machine must.
@Suite struct BadInputTests {
    let world: World
    var folder: String { world.folder.path }

    init() throws {
        world = try World()
        var random = SystemRandomNumberGenerator()
        try write("alice", World.alice.openSSH(using: &random))
        try write("alice.pub", World.alice.publicKey.openSSH + "\n")
        try write("cut", String(World.alice.openSSH(using: &random).prefix(200)))
        try write("note.txt", "no JSON")
        try write("misspelt.json", #"{"performance": {"rocAUC": {"value": 0.9}, "f2": {}}}"#)
        try write("wrong.json", #"{"performance": {"rocAUC": {"value": "high"}}}"#)
        try write("good.json", "{}")
        try FileManager.default.createDirectory(atPath: folder + "/plain", withIntermediateDirectories: true)
        let made = try StockTool.run("git", ["init", "--quiet", "--initial-branch", "main", "empty"], in: folder)
        try #require(made.status == 0, "\(made.errors)")
    }

    /// Keys that Proviso does not read.
    private func makeForeignKeys() throws {
        for (name, options) in [("locked", ["-t", "ed25519", "-N", "a passphrase"]), ("rsa", ["-t", "rsa", "-b", "2048", "-N", ""])] {
            let made = try StockTool.run("ssh-keygen", ["-q", "-f", name] + options, in: folder)
            try #require(made.status == 0, "\(made.errors)")
        }
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }

    /// Arguments, and the words that must be among those on standard error.
    static let mistakes: [(String, [String])] = [
        ("policy eval --evidence misspelt.json", ["misspelt.json:1:44: error[E0201]", "has no field 'f2'", "did you mean 'f1'?"]),
        ("policy eval --evidence wrong.json", ["wrong.json:1:38: error[E0203]", "'value' must be a number, not a string"]),
        ("policy eval --evidence good.json --baseline misspelt.json", ["misspelt.json:1:44"]),
        ("validate nowhere", ["there is no folder nowhere", "hint: name the folder that holds proviso.yaml"]),
        ("validate note.txt", ["there is no folder note.txt"]),
        ("validate --revision main plain", ["git cannot open plain", "hint: name the folder that holds .git, or a bare repository"]),
        ("validate --revision main empty", ["git cannot resolve 'main'", "hint: git branch --all lists the branches"]),
        ("validate --revision nope server.git", ["git cannot resolve 'nope'"]),
        ("gate --base main --repository plain", ["git cannot open plain"]),
        ("gate --base nope --repository server.git", ["git cannot resolve 'nope'"]),
        ("gate --base main --head main --repository server.git --threads 0", ["--threads must be at least 1, not 0"]),
        ("reconcile plain --key alice", ["git cannot open plain"]),
        ("reconcile nowhere --key alice", ["git cannot open nowhere"]),
        ("reconcile empty --key alice --state state", ["has no branch 'main'", "hint: push one first, or name another with --branch"]),
        ("reconcile server.git --key nokey", ["cannot read nokey: there is no such file"]),
        ("reconcile server.git --key plain", ["cannot read plain: it is a folder"]),
        ("reconcile server.git --key alice.pub", ["not an OpenSSH private key", "hint: this is the public half; name the file without .pub"]),
        ("reconcile server.git --key locked", ["protected by a passphrase", "ssh-keygen -p", "hint: or make one without: proviso keys generate"]),
        ("reconcile server.git --key rsa", ["keys of type ssh-rsa are not supported", "hint: make one: proviso keys generate"]),
        ("reconcile server.git --key cut", ["cut: not an OpenSSH private key"]),
        ("reconcile server.git --key alice --state state", ["no root of trust is given", "hint: "]),
        ("reconcile server.git --key alice --state state --root ROOT", ["may not sign ledger commits", "hint: add it to .proviso/ledger_signers"]),
        ("policy eval --evidence none.json", ["cannot read none.json: there is no such file"]),
        ("policy eval --evidence note.txt", ["note.txt: "]),
        ("dataset pin nope --repository nowhere", ["nowhere"]),
        ("init new --owner alice --author A<a@b>", ["'alice' is not PRINCIPAL=FILE", "hint: as in alice@example.org=alice.pub"]),
        ("init new --owner a=alice --author A<a@b>", ["alice is a private key", "hint: name the public half: alice.pub"]),
        ("init new --owner a=alice.pub --author A", ["'A' is not an author", "hint: write --author"]),
        ("init new --owner a=alice.pub --author A<a@b> --template plain", ["plain is no template"]),
        ("init plain/../empty --owner a=alice.pub --author A<a@b>", ["is not empty"]),
        ("audit log plain", ["git cannot open plain"]),
        ("audit show nope server.git", []),
        ("validate --format xml", ["'xml' is invalid"]),
        ("frobnicate", ["'frobnicate'"]),
    ]

    @Test(arguments: mistakes) func `a mistake is named, with what mends it`(arguments: String, expected: [String]) throws {
        if arguments.hasSuffix("locked") || arguments.hasSuffix("rsa") { try makeForeignKeys() }
        let words = arguments.replacing("ROOT", with: World.alice.publicKey.fingerprint).split(separator: " ")
        let result = try Program.run(words.map { String($0) }, in: folder)
        #expect(result.status == 2, "\(result.errors)")
        for word in expected { #expect(result.errors.contains(word), "\(result.errors)") }
        #expect(!result.errors.isEmpty)
        #expect(!result.errors.contains("Error Domain"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/new"))
    }

    @Test func `what the machine refuses is no mistake of the arguments`() throws {
        let result = try Program.run(["keys", "generate", "nowhere/key", "--comment", "a"], in: folder)
        #expect(result.status == 3)
        #expect(result.errors == "proviso: cannot write nowhere/key: No such file or directory\n")
    }

    @Test func `an empty ledger is said, and is no mistake`() throws {
        let result = try Program.run(["audit", "log", "server.git"], in: folder)
        #expect(result.status == 0)
        #expect(result.errors == "proviso: no decision is recorded yet\n")
    }
}
