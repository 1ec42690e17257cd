import Attestations
import Basics
import Foundation
import Git
import Reconciliation
import TestSupport
import TestWorld
import Testing

@Suite struct EnvironmentTests {
    static let ledger = "refs/heads/proviso/ledger"

    /// Reconciles and gives the digest of the model's newest record.
    func record(_ world: World) async throws -> Digest {
        try await world.reconcile()
        return try #require(
            try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries().last { $0.record.subject.kind == "Model" }
        )
        .digest
    }

    func live(_ record: String, model: String = "m") -> [String: String?] {
        let text = World.files["environments/production.yaml"] ?? ""
        return ["environments/production.yaml": text.replacing("models: []", with: "models: [{name: \(model), record: '\(record)'}]")]
    }

    @Test func `what passed may be live, and that is recorded`() async throws {
        let world = try World()
        let record = try await record(world)
        let base = try world.main
        let head = try world.commit(live("\(record)"), by: World.bob, branch: "refs/heads/proposal")
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .pass)
        #expect(report.verdict.subjects.map(\.subject.description) == ["Environment/production"])
        try world.commit(live("\(record)"), by: World.bob)
        let reconciled = try await world.reconcile()
        #expect(reconciled.outcome == .pass)
        #expect(reconciled.added.count == 1)
    }

    @Test func `what the ledger does not know, or what did not pass, may not be live`() async throws {
        let world = try World()
        let unknown = Digest.of("unknown")
        let text = try #require(World.files["models/m.yaml"])
        try world.commit(["models/m.yaml": text.replacing("threshold: 0.5", with: "threshold: 0.0")], by: World.alice)
        let denied = try await record(world)
        for (record, said) in [(unknown, "the ledger has no record"), (denied, "did not pass: deny")] {
            let base = try world.main
            let branch = "refs/heads/\(record.short)"
            let report = try await world.gate(head: try world.commit(live("\(record)"), by: World.bob, branch: branch), base: base)
            #expect(report.verdict.outcome == .deny)
            let finding = try #require(report.verdict.subjects.first?.findings.first)
            #expect(finding.message.contains(said))
            #expect(finding.location?.description == "environments/production.yaml:4:35")
        }
    }

    @Test func `a record of another model may not be live under this one's name`() async throws {
        var files = World.files
        files["models/other.yaml"] = files["models/m.yaml"]?.replacing("name: m,", with: "name: other,")
        let world = try World(files: files)
        let record = try await record(world)
        let entry = try #require(
            try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries().first { $0.digest == record })
        let wrong = entry.record.subject.name == "m" ? "other" : "m"
        let base = try world.main
        let head = try world.commit(live("\(record)", model: wrong), by: World.bob, branch: "refs/heads/proposal")
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .deny)
        #expect(report.verdict.subjects.first?.findings.first?.message.contains("not of Model/\(wrong)") == true)
    }

    @Test func `promotion takes the newest that passed, and a rollback the different one before`() async throws {
        let world = try World()
        let first = try await record(world)
        let text = try #require(World.files["models/m.yaml"])
        try world.commit(["models/m.yaml": text.replacing("rounds: 5", with: "rounds: 6")], by: World.bob)
        let second = try await record(world)
        // The same model under a policy that says something else is judged and recorded again.
        let policy = try #require(World.files["policies/useful.yaml"])
        try world.commit(["policies/useful.yaml": policy.replacing("selected: 0.7", with: "selected: 0.71")], by: World.alice)
        let third = try await record(world)
        #expect(Set([first, second, third]).count == 3)
        try world.commit(["models/m.yaml": text.replacing("threshold: 0.5", with: "threshold: 0.0")], by: World.bob)
        _ = try await record(world)

        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("environments/production.yaml")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let before = World.files["environments/production.yaml"] ?? ""
        try Data(("# what customers meet\n" + before).utf8).write(to: file)

        func choose(rollBack: Bool) throws -> Digest {
            try FileEdits.record(
                of: "m", toRollBack: rollBack ? "production" : nil, in: folder.path, repository: world.server, ledgerReference: Self.ledger)
        }
        #expect(throws: ReconciliationError.self) { try choose(rollBack: true) }
        #expect(try choose(rollBack: false) == third)
        _ = try FileEdits.setLive(model: "m", record: third, environment: "production", in: folder.path)
        #expect(try choose(rollBack: true) == first)
        _ = try FileEdits.setLive(model: "m", record: first, environment: "production", in: folder.path)
        let edited = try String(contentsOf: file, encoding: .utf8)
        #expect(edited.hasPrefix("# what customers meet\n"))
        #expect(edited.contains("\(first)") && !edited.contains("\(third)"))
        #expect(throws: ReconciliationError.self) { try choose(rollBack: true) }
    }

    /// A world whose policy lets environments choose how many may be selected, and whose production does.
    func world(_ params: String, overridable: String = "[selected]") throws -> World {
        var files = World.files
        files["policies/useful.yaml"] = files["policies/useful.yaml"]?.replacing(
            "  validations:", with: "  overridable: \(overridable)\n  validations:")
        files["environments/production.yaml"] =
            World.head + "kind: Environment\nmetadata: {name: production}\nspec: {params: {useful: \(params)}, models: []}\n"
        return try World(files: files)
    }

    @Test(arguments: [("{selected: 0.9}", Outcome.pass), ("{selected: 0.01}", .deny)])
    func `an environment judges what was recorded by its own parameters`(params: String, outcome: Outcome) async throws {
        let world = try world(params)
        let record = try await record(world)
        let text = try world.text("environments/production.yaml", at: world.main)
        let change = ["environments/production.yaml": text.replacing("models: []", with: "models: [{name: m, record: '\(record)'}]")]
        let head = try world.commit(change, by: World.bob, branch: "refs/heads/proposal")
        let report = try await world.gate(head: head, base: world.main)
        #expect(report.verdict.outcome == outcome)
        let verdict = try #require(report.verdict.subjects.first)
        #expect(verdict.rules.first { $0.rule == "not-everybody" }?.state == (outcome == .pass ? .pass : .fail))
        #expect(verdict.findings.last?.message.contains("judged with the parameters of production: \(outcome.rawValue)") == true)
        try world.commit(change, by: World.bob)
        #expect(try await world.reconcile().outcome == outcome)
    }

    @Test func `parameters of an environment are those of the base, and a change of them is guarded`() async throws {
        let world = try world("{selected: 0.01}")
        let record = try await record(world)
        let text = try world.text("environments/production.yaml", at: world.main)
        let change = text.replacing("models: []", with: "models: [{name: m, record: '\(record)'}]").replacing("0.01", with: "0.99")
        let report = try await world.gate(
            head: try world.commit(["environments/production.yaml": change], by: World.bob, branch: "refs/heads/proposal"), base: world.main)
        #expect(report.verdict.findings.contains { $0.kind == "guardedChange" && $0.outcome == .undecided })
        #expect(report.verdict.subjects.first?.outcome == .deny)
        let other = text.replacing("name: production", with: "name: other")
        let created = try await world.gate(
            head: try world.commit(["environments/other.yaml": other], by: World.bob, branch: "refs/heads/other"), base: world.main)
        #expect(created.verdict.findings.contains { $0.kind == "guardedChange" && $0.outcome == .undecided })
    }
}
