import Attestations
import Git
import Reconciliation
import Signatures
import TestSupport
import TestWorld
import Testing

@Suite struct GuardedChangeTests {
    /// What guards what: a file, a replacement in it, and the words of the finding.
    static let guarded: [(path: String, old: String, new: String, said: String)] = [
        ("models/m.yaml", "risk: high", "risk: low", #"Model 'm': spec.risk "high" → "low""#),
        ("models/m.yaml", "alice@example.org", "bob@example.org", "Model 'm': spec.owners"),
        ("models/m.yaml", "seed: 1", "seed: 2", "Model 'm': spec.estimator.seed 1 → 2"),
        ("models/m.yaml", "threshold: 0.5", "threshold: 0.55", "Model 'm': spec.decision.threshold 0.5 → 0.55"),
        ("datasets/d.yaml", "seed: 5", "seed: 6", "Dataset 'd': spec.split.random.seed 5 → 6"),
        ("datasets/d.yaml", ", protected: true", "", "Dataset 'd': spec.columns"),
        ("policies/useful.yaml", "minimum: 0.8", "minimum: 0.1", "Policy 'useful': spec.params.minimum 0.8 → 0.1"),
        ("policies/useful.yaml", "name: useful", "name: useless", "Policy 'useful' is removed"),
        (".proviso/owners", "* alice@example.org", "* bob@example.org", ".proviso/owners decides whose word counts"),
        (".proviso/allowed_signers", "bob@example.org", "robert@example.org", ".proviso/allowed_signers decides whose word counts"),
        (".proviso/ledger_signers", "reconciler@example.org", "bob@example.org", ".proviso/ledger_signers decides whose word counts"),
    ]

    @Test(arguments: guarded) func `a guarded change needs its owner's approval`(_ path: String, _ old: String, _ new: String, _ said: String)
        async throws
    {
        let world = try World()
        let base = try world.main
        let head = try world.proposal(path, old, new)
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .undecided)
        let finding = try #require(report.verdict.findings.first { $0.kind == "guardedChange" && $0.message.hasPrefix(said) })
        #expect(finding.outcome == .undecided)
        #expect(finding.message.hasSuffix("needs an approval by alice@example.org"))

        try await world.approve(head: head, by: World.alice)
        let approved = try await world.gate(head: head, base: base)
        #expect(approved.verdict.findings.filter { $0.kind == "guardedChange" }.allSatisfy { $0.outcome == .pass })
        #expect(approved.verdict.findings.contains { $0.message.hasSuffix("approved by alice@example.org") })
    }

    @Test func `a weaker policy is not yet in force: the base judges, approved or not`() async throws {
        let policy = try #require(World.files["policies/useful.yaml"])
        let model = try #require(World.files["models/m.yaml"])
        let world = try World()
        let base = try world.main
        let head = try world.commit(
            [
                "policies/useful.yaml": policy.replacing("selected: 0.7", with: "selected: 1.0"),
                "models/m.yaml": model.replacing("threshold: 0.5", with: "threshold: 0.0"),
            ], by: World.bob, branch: "refs/heads/proposal")
        try await world.approve(head: head, by: World.alice)
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .deny)
        #expect(report.verdict.subjects.first?.rules.first { $0.rule == "not-everybody" }?.state == .fail)
    }

    @Test func `nobody approves what is his own`() async throws {
        let world = try World()
        let base = try world.main
        let head = try world.proposal("models/m.yaml", "risk: high", "risk: low", by: World.alice)
        try await world.approve(head: head, by: World.alice)
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.findings.contains { $0.message.hasSuffix("was approved by its own author only") })
    }

    @Test(arguments: [World.bob, World.mallory]) func `an approval by somebody else does not count`(_ key: SigningKey) async throws {
        let world = try World()
        let base = try world.main
        let head = try world.proposal("models/m.yaml", "risk: high", "risk: low", by: World.bob)
        try await world.approve(head: head, by: key)
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.findings.contains { $0.message.hasSuffix("needs an approval by alice@example.org") })
    }

    @Test(arguments: [nil, World.mallory]) func `an author whom nobody knows cannot be approved`(_ key: SigningKey?) async throws {
        let world = try World()
        let base = try world.main
        let head = try world.proposal("models/m.yaml", "risk: high", "risk: low", by: key)
        try await world.approve(head: head, by: World.alice)
        let report = try await world.gate(head: head, base: base)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.findings.contains { $0.message.contains("its authors are not all known") })
    }

    @Test func `an approval is of one tree on one base: when the base moves, or the head, it is void`() async throws {
        let world = try World()
        let base = try world.main
        let head = try world.proposal("models/m.yaml", "risk: high", "risk: low")
        try await world.approve(head: head, by: World.alice)
        #expect(try await world.gate(head: head, base: base).verdict.outcome == .pass)
        let later = try world.commit(
            ["models/m.yaml": try world.text("models/m.yaml", at: head) + "# more\n"], by: World.bob, branch: "refs/heads/proposal")
        #expect(try await world.gate(head: later, base: base).verdict.outcome == .undecided)
        let moved = try world.commit(["README.md": "meanwhile"], by: World.alice)
        #expect(try await world.gate(head: head, base: moved).verdict.outcome == .undecided)
        // Even a base that leads to the same tree.
        let empty = try world.commit([:], by: World.alice, branch: "refs/heads/same", parent: base)
        #expect(try await world.gate(head: head, base: empty).verdict.outcome == .undecided)
    }

    @Test func `moving a file needs the owners of both places`() async throws {
        var files = World.files
        files[".proviso/owners"] = "* alice@example.org\npolicies/bob/ bob@example.org\n"
        let world = try World(files: files)
        let base = try world.main
        let head = try world.commit(
            ["policies/useful.yaml": nil, "policies/bob/useful.yaml": World.files["policies/useful.yaml"]], by: World.reconciler,
            branch: "refs/heads/proposal")
        let report = try await world.gate(head: head, base: base)
        let said = report.verdict.findings.map(\.message)
        #expect(said.filter { $0.hasPrefix("Policy 'useful': path") }.count == 2, "\(said)")
        #expect(report.verdict.outcome == .undecided)
    }

    @Test func `comments and order are nobody's concern`() async throws {
        let world = try World()
        let base = try world.main
        let head = try world.proposal("policies/useful.yaml", "spec:\n", "# as agreed\nspec:\n")
        #expect(try await world.gate(head: head, base: base).verdict.outcome == .pass)
    }

    @Test func `a first push is believed only when the root of trust signed it`() async throws {
        let world = try World()
        let head = try world.main
        #expect(try await world.gate(head: head, base: nil).verdict.outcome == .pass)
        let report = try await world.gate(head: try world.commit(["README.md": "hello"], by: World.bob), base: nil)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.findings.map(\.kind).contains("rootOfTrust"))
        #expect(try await world.gate(head: head, base: nil, root: []).verdict.outcome == .undecided)
        #expect(try await world.gate(head: head, base: nil, root: [World.bob.publicKey.fingerprint]).verdict.outcome == .undecided)
    }

    @Test(arguments: [[], [World.mallory.publicKey.fingerprint]]) func `a base that the root of trust does not vouch for judges nothing`(
        _ root: Set<String>
    ) async throws {
        let world = try World()
        let base = try world.main
        let report = try await world.gate(head: try world.proposal("models/m.yaml", "rounds: 5", "rounds: 6"), base: base, root: root)
        #expect(report.verdict.outcome == .undecided)
        #expect(report.verdict.findings.map(\.kind).contains("rootOfTrust"))
    }
}
