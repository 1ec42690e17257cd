import Attestations
import Basics
import Policies
import Signatures
import Specs
import Testing

@Suite struct ChangeGuardTests {
    private static let policy = ChangeGuard.Touched(file: "policies/p.yaml", description: "Policy 'p' is removed", location: nil)

    /// The finding on a touched policy, whose owners are carol and dave.
    private func finding(approvals: [[UInt8]], change: (inout ChangeGuard) throws -> Void = { _ in }) throws -> Finding {
        var guarding = try GuardFixture.changeGuard(approvals: approvals)
        try change(&guarding)
        let findings = guarding.findings(on: [Self.policy])
        #expect(findings.count == 1)
        let finding = try #require(findings.first)
        #expect(finding.kind == "guardedChange")
        #expect(finding.message.hasPrefix(Self.policy.description))
        return finding
    }

    private func approval(by name: String, base: String = GuardFixture.base, tree: String = GuardFixture.tree) throws -> [UInt8] {
        GuardFixture.approval(by: try GuardFixture.key(of: name), base: base, tree: tree)
    }

    @Test(arguments: ["carol", "dave"]) func `an owner who is no author approves`(name: String) throws {
        let finding = try finding(approvals: [approval(by: name)])
        #expect(finding.outcome == .pass)
        #expect(finding.message.hasSuffix("approved by \(name)"))
    }

    @Test func `without an approval a guarded change is undecided, and its owners are named`() throws {
        let finding = try finding(approvals: [])
        #expect(finding.outcome == .undecided)
        #expect(finding.message.hasSuffix("needs an approval by carol or dave"))
    }

    /// alice may approve other paths, bob nothing, and mallory's key is not in the base.
    @Test(arguments: ["alice", "bob", "mallory"]) func `the approval of somebody who does not own the path counts for nothing`(name: String) throws {
        let finding = try finding(approvals: [approval(by: name)])
        #expect(finding.outcome == .undecided)
        #expect(finding.message.hasSuffix("needs an approval by carol or dave"))
    }

    @Test func `an approval is for one base and one merge result`() throws {
        let other = String(repeating: "0", count: 40)
        #expect(try finding(approvals: [approval(by: "carol", base: other)]).outcome == .undecided)
        #expect(try finding(approvals: [approval(by: "carol", tree: other)]).outcome == .undecided)
        #expect(try finding(approvals: [approval(by: "carol", base: GuardFixture.tree, tree: GuardFixture.base)]).outcome == .undecided)
    }

    @Test func `what cannot be read as an approval neither counts nor hinders`() throws {
        let rubbish = Array("rubbish".utf8)
        #expect(try finding(approvals: [rubbish, Array(approval(by: "carol").dropLast())]).outcome == .undecided)
        #expect(try finding(approvals: [rubbish, approval(by: "mallory"), approval(by: "dave")]).outcome == .pass)
    }

    @Test func `nobody approves their own change, by name or by key`() throws {
        let carol = try GuardFixture.key(of: "carol").publicKey
        func approvedByCarol(_ change: (inout ChangeGuard) -> Void) throws -> Finding {
            try finding(approvals: [approval(by: "carol")], change: change)
        }
        for finding in [
            try approvedByCarol { $0.authors = ["carol"] },  // with another key of hers
            try approvedByCarol { $0.authorKeys = [carol] },  // under another name
            try approvedByCarol { ($0.authors, $0.authorKeys) = (["bob", "carol"], [carol]) },
        ] {
            #expect(finding.outcome == .undecided)
            #expect(finding.message.hasSuffix("was approved by its own author only"))
        }
    }

    @Test func `a second owner's approval mends an author's own`() throws {
        let finding = try finding(approvals: [approval(by: "carol"), approval(by: "dave")]) { $0.authors = ["carol"] }
        #expect(finding.outcome == .pass)
        #expect(finding.message.hasSuffix("approved by dave"))
    }

    @Test func `while an author is unknown, no approval counts: it might be the approver`() throws {
        let finding = try finding(approvals: [approval(by: "carol")]) { $0.unknownAuthor = "commit 1234567 is not signed" }
        #expect(finding.outcome == .undecided)
        #expect(finding.message.hasSuffix("its authors are not all known: commit 1234567 is not signed"))
    }

    @Test func `what nobody owns nobody approves`() throws {
        let finding = try finding(approvals: [approval(by: "carol")]) { $0.owners = GuardFixture.owners("models/ carol\n") }
        #expect(finding.outcome == .undecided)
        #expect(finding.message.hasSuffix("needs an approval, and nobody may give it"))
    }

    @Test(arguments: [
        (#"valid-before="20260101Z" "#, Outcome.undecided), (#"valid-after="20270101Z" "#, .undecided), (#"namespaces="git" "#, .undecided),
        (#"valid-after="20260101Z",valid-before="20270101Z",namespaces="git,proviso" "#, .pass),
    ])
    func `a key approves while the base says so and for what`(options: String, outcome: Outcome) throws {
        let signers = GuardFixture.signers([try GuardFixture.line("carol", options: options)])
        #expect(try finding(approvals: [approval(by: "carol")]) { $0.signers = signers }.outcome == outcome)
    }

    @Test func `each thing touched has its own owners and its own finding`() throws {
        let guarding = try GuardFixture.changeGuard(approvals: [approval(by: "carol")])
        let model = ChangeGuard.Touched(file: "models/m.yaml", description: "Model 'm' is removed", location: nil)
        let location = FileLocation(path: "policies/p.yaml", line: 3, column: 5, endLine: 3, endColumn: 9)
        let placed = ChangeGuard.Touched(file: "policies/p.yaml", description: "Policy 'p' is new", location: location)
        let findings = guarding.findings(on: [model, placed])
        #expect(findings.map(\.outcome) == [.undecided, .pass])
        #expect(findings.map(\.location) == [nil, location])
        #expect(findings[0].message.hasSuffix("needs an approval by alice"))
        #expect(guarding.findings(on: []).isEmpty)
    }

    @Test func `approvers are named for policies to read, owners or not`() throws {
        let guarding = try GuardFixture.changeGuard(approvals: [approval(by: "bob"), approval(by: "mallory"), approval(by: "carol")])
        #expect(guarding.approvers.map(\.name) == ["bob", "carol"])
    }
}
