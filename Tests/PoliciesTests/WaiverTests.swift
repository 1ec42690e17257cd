import Attestations
import Basics
import Specs
import Testing

@testable import Policies

@Suite struct WaiverTests {
    static let policies = ["p": JudgeTests.fails, "q": JudgeTests.open]

    /// The verdict on model `m` with waivers given as specs by name.
    func verdict(_ waivers: [String: String], policies: [String: String] = policies, days: Int64 = 90) throws -> Verdict {
        try JudgeTests.verdict(try JudgeTests.judge(policies, waivers: waivers, maximumWaiverDays: days))
    }

    func states(_ verdict: Verdict) -> [String: RuleResult.State] {
        Dictionary(uniqueKeysWithValues: verdict.rules.map { ($0.policy, $0.state) })
    }

    static let subject = "subject: {kind: Model, name: m}"

    @Test func `a waiver covers a rule that fails or is open, and says who answers for it`() throws {
        let verdict = try verdict([
            "w": "policy: p, rules: [rule], \(Self.subject), expires: 2026-12-01", "v": "policy: q, \(Self.subject), expires: 2026-12-01",
        ])
        #expect(verdict.outcome == .pass)
        #expect(states(verdict) == ["p": .waived, "q": .waived])
        #expect(verdict.rules.first?.waiver?.hasPrefix("w (a@b.org, approved by c@d.org, until 2026-12-01T00:00:00Z): because") == true)
        #expect(verdict.findings.isEmpty)
        // What was read and found stays in the record.
        #expect(verdict.rules.last?.taints == ["evidence.performance.f1 is missing"])
    }

    @Test func `a waiver of one policy or subject covers no other`() throws {
        #expect(try states(verdict(["w": "policy: p, \(Self.subject), expires: 2026-12-01"])) == ["p": .waived, "q": .undecided])
        let other = try verdict(["w": "policy: p, subject: {kind: Model, name: other}, expires: 2026-12-01"])
        #expect(states(other) == ["p": .fail, "q": .undecided])
        #expect(other.findings.isEmpty)
    }

    @Test func `a waiver of named rules covers just those`() throws {
        let two = ["p": "validations: [{name: first, expression: 'false'}, {name: second, expression: 'false'}]"]
        let verdict = try verdict(["w": "policy: p, rules: [second], \(Self.subject), expires: 2026-12-01"], policies: two)
        #expect(verdict.rules.map(\.state) == [.fail, .waived])
        #expect(verdict.outcome == .deny)
    }

    @Test func `a waiver ends at its instant`() throws {
        // The fixture's instant is 2026-11-23T16:00:00Z.
        for (expires, state) in [("2026-11-23T16:00:00Z", RuleResult.State.fail), ("2026-11-23T16:00:01Z", .waived)] {
            let verdict = try verdict(["w": "policy: p, \(Self.subject), expires: '\(expires)'"])
            #expect(states(verdict)["p"] == state)
            #expect(verdict.findings.map(\.kind) == (state == .fail ? ["expiredWaiver"] : []))
        }
    }

    @Test func `a waiver that runs too long does not count`() throws {
        for (expires, state) in [("2026-12-03T16:00:00Z", RuleResult.State.waived), ("2026-12-03T16:00:01Z", .fail)] {
            let verdict = try verdict(["w": "policy: p, \(Self.subject), expires: '\(expires)'"], days: 10)
            #expect(states(verdict)["p"] == state)
            #expect(verdict.findings.map(\.kind) == (state == .fail ? ["waiverTooLong"] : []))
        }
    }

    @Test func `a waiver that nothing needs is reported and harms nothing`() throws {
        let verdict = try verdict(["w": "policy: p, \(Self.subject), expires: 2026-12-01"], policies: ["p": ""])
        #expect(verdict.outcome == .pass)
        #expect(verdict.rules.map(\.state) == [.pass])
        #expect(verdict.findings.map(\.kind) == ["needlessWaiver"])
        #expect(verdict.findings.map(\.outcome) == [.pass])
    }

    @Test func `of rules that a waiver names those that hold are reported`() throws {
        let rules = "validations: [{name: a, expression: 'false'}, {name: b, expression: 'true'}, {name: c, expression: 'true'}]"
        let named = try verdict(["w": "policy: p, rules: [a, b], \(Self.subject), expires: 2026-12-01"], policies: ["p": rules])
        #expect(named.outcome == .pass && named.findings.map(\.message) == ["the waiver 'w' covers 'b', which hold"])
        // One of the whole policy is needed by any of its rules.
        let whole = try verdict(["w": "policy: p, \(Self.subject), expires: 2026-12-01"], policies: ["p": rules])
        #expect(whole.outcome == .pass && whole.findings == [])
    }

    @Test func `of two waivers of one rule the first by name covers it`() throws {
        let verdict = try verdict([
            "a": "policy: p, \(Self.subject), expires: 2026-12-01", "b": "policy: p, \(Self.subject), expires: 2026-12-02",
        ])
        #expect(verdict.rules.first?.waiver?.hasPrefix("a (") == true)
        #expect(verdict.findings.map(\.kind) == ["needlessWaiver"])
    }

    /// Ten days are the most here.
    @Test(arguments: [("2026-12-03T16:00:01Z", "2026-11-23T16:00:01Z"), ("2026-12-03T16:00:00Z", "2026-12-03T16:00:00Z")])
    func `a waiver that runs too long begins to count when its end is near enough, which is a boundary`(expires: String, boundary: String) throws {
        let verdict = try verdict(["w": "policy: p, \(Self.subject), expires: '\(expires)'"], days: 10)
        #expect(verdict.nextBoundary == Instant(boundary))
        let other = try self.verdict(["w": "policy: p, subject: {kind: Model, name: other}, expires: '\(expires)'"], days: 10)
        #expect(other.nextBoundary == nil)
    }

    @Test func `a waiver changes a rule's state and nothing else of what was found`() throws {
        let before = try verdict([:])
        let after = try verdict(["w": "policy: p, \(Self.subject), expires: 2026-12-01", "v": "policy: q, \(Self.subject), expires: 2026-12-01"])
        for (old, new) in zip(before.rules, after.rules) {
            #expect((old.policy, old.rule, old.action) == (new.policy, new.rule, new.action))
            #expect((old.message, old.readings, old.taints) == (new.message, new.readings, new.taints))
            #expect((old.policyDigest, old.policyLocation) == (new.policyDigest, new.policyLocation))
            #expect(old.subjectLocation == new.subjectLocation)
        }
    }

    @Test func `what waivers are told about has the place of what to change`() throws {
        func places(_ expires: String, policies: [String: String] = Self.policies) throws -> [String?] {
            try verdict(["w": "policy: p, \(Self.subject), expires: \(expires)"], policies: policies).findings.map { $0.location?.path }
        }
        for found in [try places("2026-11-01"), try places("2036-11-01"), try places("2026-12-01", policies: ["p": ""])] {
            #expect(found == ["waivers/w.yaml"])
        }
    }

    @Test func `a waiver for labels covers the subjects that have them`() throws {
        let judge = try JudgeTests.judge(
            Self.policies, waivers: ["w": "policy: p, subject: {kind: Model, labels: {tier: gold}}, expires: 2026-12-01"])
        let golden = try JudgeTests.verdict(judge, JudgeTests.model(labels: "{tier: gold, team: x}"))
        #expect(states(golden)["p"] == .waived)
        let other = try JudgeTests.verdict(judge, JudgeTests.model(labels: "{tier: tin}"))
        #expect(states(other)["p"] == .fail)
        #expect(other.findings.isEmpty)
    }

    @Test func `a policy shortens waivers of its rules, down to none, and lengthens none`() throws {
        func state(_ days: String, _ expires: String) throws -> RuleResult.State? {
            let policies = ["p": "maximumWaiverDays: \(days), " + JudgeTests.fails]
            return try states(verdict(["w": "policy: p, \(Self.subject), expires: '\(expires)'"], policies: policies, days: 10))["p"]
        }
        #expect(try state("3", "2026-11-26T16:00:00Z") == .waived)
        #expect(try state("3", "2026-11-26T16:00:01Z") == .fail)
        #expect(try state("0", "2026-11-23T16:00:01Z") == .fail)
        #expect(try state("90", "2026-12-03T16:00:01Z") == .fail)
    }

    @Test(
        arguments: [
            ([], "unapprovedWaiver"), ([("a@b.org", true)], "selfApprovedWaiver"), ([("a@b.org", true), ("x@y.org", false)], nil),
            // Whoever wrote it may have named any owner.
            ([("x@y.org", false)], "unownedWaiver"), ([("x@y.org", false), ("z@y.org", false)], "unownedWaiver"),
        ] as [([(String, Bool)], String?)])
    func `a waiver counts once its owner and somebody else have signed it`(approvers: [(String, Bool)], finding: String?) throws {
        let approved = try JudgeTests.judge(Self.policies, waivers: ["w": "policy: p, \(Self.subject), expires: 2026-12-01"])
        let waiver = try #require(approved.waivers.first).waiver
        let judge = Judge(
            policies: approved.policies, waivers: [ApprovedWaiver(waiver, approvers: approvers.map { .init(name: $0.0, isOwner: $0.1) })],
            maximumWaiverDays: 90)
        let verdict = try JudgeTests.verdict(judge)
        #expect(states(verdict)["p"] == (finding == nil ? .waived : .fail))
        #expect(verdict.findings.map(\.kind) == (finding.map { [$0] } ?? []))
        #expect(verdict.findings.allSatisfy { $0.hint?.contains("proviso approve --waiver waivers/w.yaml") == true })
        if finding == nil { #expect(verdict.rules.first?.waiver?.contains("approved by x@y.org,") == true) }
    }

    @Test func `no waiver stands for a policy that does not apply`() throws {
        let ended = ["p": "effectiveUntil: 2026-01-01, " + JudgeTests.fails]
        let verdict = try verdict(["w": "policy: p, \(Self.subject), expires: 2026-12-01"], policies: ended)
        #expect(verdict.outcome == .undecided)
        #expect(verdict.findings.map(\.kind) == ["noPolicy", "needlessWaiver"])
    }
}
