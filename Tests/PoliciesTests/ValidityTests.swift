import Attestations
import Basics
import Policies
import Testing

/// When policies hold. The policy of these tests denies, so that a verdict tells whether it does.
@Suite struct ValidityTests {
    private typealias Fixture = PolicyFixture
    private static let noon = "2026-06-01T12:00:00Z"
    private static let justBefore = "2026-06-01T11:59:59Z"
    private static let justAfter = "2026-06-01T12:00:01Z"

    private func verdict(_ spec: String, others: [String: String] = [:], at instant: String) throws -> Verdict {
        let files = others.merging(["policies/p.yaml": Fixture.policy(rule: "false", spec: spec)]) { $1 }
        let instant = try #require(Instant(instant))
        return Fixture.judge(files).judge(JudgementInput(subject: try Fixture.subject(), evidence: [:], instant: instant))
    }

    @Test(arguments: [(justBefore, false), (noon, true), (justAfter, true)])
    func `a policy holds from its first instant on`(instant: String, holds: Bool) throws {
        #expect(try verdict("effectiveFrom: \(Self.noon)", at: instant).rules.isEmpty != holds)
    }

    @Test(arguments: [(justBefore, true), (noon, false), (justAfter, false)])
    func `a policy holds until its last instant, which is no longer its own`(instant: String, holds: Bool) throws {
        #expect(try verdict("effectiveUntil: \(Self.noon)", at: instant).rules.isEmpty != holds)
    }

    /// Between a policy and its successor there is no gap, and no moment at which both hold.
    @Test(arguments: [(justBefore, "p"), (noon, "next"), (justAfter, "next")])
    func `a successor replaces a policy once it is in force`(instant: String, policy: String) throws {
        let next = ["policies/next.yaml": Fixture.policy("next", spec: "effectiveFrom: \(Self.noon)")]
        #expect(try verdict("supersededBy: next", others: next, at: instant).rules.map(\.policy) == [policy])
    }

    @Test func `a successor that has ended replaces nothing`() throws {
        let next = ["policies/next.yaml": Fixture.policy("next", spec: "effectiveUntil: \(Self.noon)")]
        #expect(try verdict("supersededBy: next", others: next, at: Self.justBefore).rules.map(\.policy) == ["next"])
        #expect(try verdict("supersededBy: next", others: next, at: Self.justAfter).rules.map(\.policy) == ["p"])
    }

    /// Three versions in a row, of which the second has ended: the first does not come back.
    @Test func `what replaced a successor replaces what the successor replaced`() throws {
        let others = [
            "policies/next.yaml": Fixture.policy("next", spec: "supersededBy: last\neffectiveUntil: \(Self.noon)"),
            "policies/last.yaml": Fixture.policy("last", spec: "effectiveFrom: \(Self.noon)"),
        ]
        #expect(try verdict("supersededBy: next", others: others, at: Self.justBefore).rules.map(\.policy) == ["next"])
        #expect(try verdict("supersededBy: next", others: others, at: Self.justAfter).rules.map(\.policy) == ["last"])
        #expect(try verdict("supersededBy: next", others: others, at: Self.justBefore).nextBoundary == Instant(Self.noon))
    }

    @Test func `only the named successor replaces`() throws {
        let others = ["policies/a.yaml": Fixture.policy("a"), "policies/next.yaml": Fixture.policy("next", spec: "effectiveFrom: \(Self.noon)")]
        #expect(try verdict("supersededBy: next", others: others, at: Self.justBefore).rules.map(\.policy) == ["a", "p"])
    }

    @Test(arguments: [
        ("2026-05-01", "2026-06-01"), ("2026-06-01", "2026-07-01"), ("2026-06-15", "2026-07-01"), ("2026-07-01", "2026-08-01"),
    ])
    func `the next boundary is the first begin or end after the instant`(instant: String, boundary: String) throws {
        let next = ["policies/next.yaml": Fixture.policy("next", spec: "effectiveFrom: 2026-07-01\neffectiveUntil: 2026-08-01")]
        let verdict = try verdict("effectiveFrom: 2026-06-01\neffectiveUntil: 2026-07-01", others: next, at: instant)
        #expect(verdict.nextBoundary == Instant(boundary))
    }

    @Test func `after the last boundary there is none`() throws {
        #expect(try verdict("effectiveUntil: 2026-07-01", at: "2026-07-01").nextBoundary == nil)
    }

    /// The successor need not apply to the subject to end the policy that it replaces.
    @Test func `a successor's begin and end are boundaries`() throws {
        let match = "{kinds: [Model], labels: {team: z}}"
        let next = ["policies/next.yaml": Fixture.policy("next", match: match, spec: "effectiveFrom: 2026-07-01\neffectiveUntil: 2026-08-01")]
        #expect(try verdict("supersededBy: next", others: next, at: "2026-06-01").nextBoundary == Instant("2026-07-01"))
        #expect(try verdict("supersededBy: next", others: next, at: "2026-07-01").nextBoundary == Instant("2026-08-01"))
        #expect(try verdict("supersededBy: next", others: next, at: "2026-07-01").outcome == .undecided)
        #expect(try verdict("", others: next, at: "2026-06-01").nextBoundary == nil)
    }
}
