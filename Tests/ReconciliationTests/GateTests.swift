import Attestations
import Basics
import Diagnostics
import Git
import Reconciliation
import TestSupport
import TestWorld
import Testing

@Suite struct GateTests {
    @Test func `a change that nothing judges and nothing guards passes`() async throws {
        let world = try World()
        let base = try world.main
        let head = try world.commit(["README.md": "hello"], by: nil, branch: "refs/heads/proposal")
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .pass)
        #expect(report.verdict.subjects.isEmpty)
        #expect(report.verdict.tree == (try world.server.commit(head).tree.hex))
    }

    @Test func `only the affected models are judged, on evidence made for the merge result`() async throws {
        var files = World.files
        files["models/other.yaml"] = files["models/m.yaml"]?.replacing("name: m,", with: "name: other,")
        let world = try World(files: files)
        let base = try world.main
        let report = try await world.gate(head: try world.proposal("models/m.yaml", "rounds: 5", "rounds: 6"), base: base)
        #expect(report.verdict.outcome == .pass)
        #expect(report.verdict.subjects.map(\.subject.description) == ["Model/m"])
        #expect(report.verdict.subjects.first?.rules.map(\.state) == [.pass, .pass])
    }

    @Test func `a threshold that selects too many is denied at its line with value and limit`() async throws {
        let world = try World()
        let base = try world.main
        let head = try world.proposal("models/m.yaml", "threshold: 0.5", "threshold: 0.0")
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .deny)
        let rule = try #require(report.verdict.subjects.first?.rules.first { $0.state == .fail })
        #expect(rule.rule == "not-everybody")
        #expect(rule.subjectLocation?.description == "models/m.yaml:10:25")
        #expect(rule.policyLocation.path == "policies/useful.yaml")
        #expect(
            rule.readings.map { "\($0.expression) = \($0.value)" } == [
                "evidence.fairness['g'].selectionRate.overall.value = 1", "params.selected = 0.7",
            ])
    }

    @Test func `a change that breaks a file is undecided and says where`() async throws {
        let world = try World()
        let base = try world.main
        let report = try await world.gate(head: try world.proposal("models/m.yaml", "rounds: 5", "rounds: many"), base: base)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.diagnostics.map { $0.code } == [.wrongType])
        #expect(report.diagnostics.first?.span?.start.line == 9)
        #expect(report.verdict.findings.map(\.kind) == ["invalidSpecs"])
    }

    @Test func `a base that is broken judges nothing`() async throws {
        let world = try World()
        let broken = try world.commit(["models/m.yaml": "nonsense"], by: World.alice)
        let sound = try #require(World.files["models/m.yaml"])
        let head = try world.commit(["models/m.yaml": sound], by: World.bob, branch: "refs/heads/proposal", parent: broken)
        let report = try await world.gate(head: head, base: broken)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.findings.map(\.kind) == ["invalidBase"])
    }

    @Test func `data that are not the pinned ones are undecided`() async throws {
        let world = try World()
        let base = try world.main
        let head = try world.commit(["data/d.csv": World.data + "0.5,0.5,a,true\n"], by: World.bob, branch: "refs/heads/proposal")
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.diagnostics.map { $0.code } == [.dataDigestMismatch])
    }

    @Test func `a model that no policy applies to does not pass`() async throws {
        var files = World.files
        files["policies/useful.yaml"] = nil
        let world = try World(files: files)
        let base = try world.main
        let report = try await world.gate(head: try world.proposal("models/m.yaml", "rounds: 5", "rounds: 6"), base: base)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.subjects.first?.findings.map(\.kind) == ["noPolicy"])
    }

    @Test func `a relabelled model is judged by the policies of its old labels too`() async throws {
        let policy = try #require(World.files["policies/useful.yaml"])
        var files = World.files
        files["policies/useful.yaml"] = policy.replacing("kinds: [Model]", with: "kinds: [Model], labels: {team: x}")
            .replacing("selected: 0.7", with: "selected: 0.01")
        let world = try World(files: files)
        let base = try world.main
        let report = try await world.gate(head: try world.proposal("models/m.yaml", "team: x", "team: other"), base: base)
        #expect(report.verdict.outcome == .deny)
        #expect(report.verdict.subjects.first?.rules.contains { $0.rule == "not-everybody" && $0.state == .fail } == true)
    }

    @Test func `the same question gets the same answer`() async throws {
        let world = try World()
        let base = try world.main
        let head = try world.proposal("models/m.yaml", "threshold: 0.5", "threshold: 0.0")
        let first = try await world.gate(head: head, base: base)
        let second = try await world.gate(head: head, base: base)
        #expect(first.verdict.json.canonicalBytes == second.verdict.json.canonicalBytes)
    }

    @Test func `a gate writes neither object nor reference`() async throws {
        let world = try World()
        let base = try world.main
        let head = try world.proposal("models/m.yaml", "rounds: 5", "rounds: 7")
        try world.commit(["README.md": "meanwhile"], by: World.alice)
        let before = try world.serverFiles()
        let report = try await world.gate(head: head, base: try world.main)
        #expect(report.verdict.tree != (try world.server.commit(head).tree.hex))
        #expect(base != (try world.main))
        let after = try world.serverFiles()
        let written = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        #expect(written.isEmpty, "\(written)")
    }
}
