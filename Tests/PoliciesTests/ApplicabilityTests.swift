import Attestations
import Basics
import Policies
import Specs
import Testing

/// What `policy list` says is what the judge does.
@Suite struct ApplicabilityTests {
    func states(
        _ policies: [String: String], _ subject: Resource? = nil, base: Resource? = nil, at instant: Instant = JudgeTests.now
    ) throws -> [String: PolicyApplicability.State] {
        let judge = try JudgeTests.judge(policies)
        let input = JudgementInput(subject: try subject ?? JudgeTests.model(), baseSubject: base, evidence: [:], instant: instant)
        let list = judge.applicability(input)
        #expect(list.map(\.policy) == policies.keys.sorted())
        // A policy that is said not to apply has no rule in the verdict; one that applies has all of its.
        let judged = Set(judge.judge(input).rules.map(\.policy))
        for policy in list {
            if case .doesNotApply = policy.state { #expect(!judged.contains(policy.policy)) } else { #expect(judged.contains(policy.policy)) }
        }
        return Dictionary(uniqueKeysWithValues: list.map { ($0.policy, $0.state) })
    }

    @Test func `kind and labels decide, of the subject as it is or as it would be`() throws {
        let policies = ["gold": "match: {kinds: [Model], labels: {tier: gold, area: eu}}", "any": ""]
        #expect(try states(policies)["gold"] == .doesNotApply("the label area=eu and tier=gold is lacking"))
        #expect(try states(policies, JudgeTests.model(labels: "{tier: gold}"))["gold"] == .doesNotApply("the label area=eu is lacking"))
        #expect(try states(policies, JudgeTests.model(labels: "{tier: gold, area: eu}"))["gold"] == .applies)
        #expect(try states(policies, base: JudgeTests.model(labels: "{tier: gold, area: eu}"))["gold"] == .applies)
        #expect(try states(policies)["any"] == .applies)
    }

    @Test func `so do dates and successors`() throws {
        let policies = ["old": "supersededBy: new", "new": "effectiveFrom: 2026-12-01, effectiveUntil: 2026-12-31"]
        func at(_ day: String) throws -> [String: PolicyApplicability.State] { try states(policies, at: try #require(Instant(day))) }
        #expect(try at("2026-11-30") == ["old": .applies, "new": .doesNotApply("it begins at 2026-12-01T00:00:00Z")])
        #expect(try at("2026-12-01") == ["old": .doesNotApply("it is superseded by new"), "new": .applies])
        #expect(try at("2026-12-31") == ["old": .applies, "new": .doesNotApply("it ended at 2026-12-31T00:00:00Z")])
    }

    @Test func `conditions decide as far as they can without evidence`() throws {
        let low = "matchConditions: [{name: low, expression: subject.spec.risk == 'low'}]"
        #expect(try states(["p": low])["p"] == .doesNotApply("its conditions low do not hold"))
        #expect(try states(["p": low], JudgeTests.model(risk: "low"))["p"] == .applies)
        let measured = "matchConditions: [{name: large, expression: evidence.data.rows > 10}]"
        #expect(try states(["p": measured])["p"] == .dependsOnEvidence(["evidence.data is missing"]))
    }

    @Test func `rules and place are named`() throws {
        let judge = try JudgeTests.judge(["p": "validations: [{name: b, expression: 'true'}, {name: a, expression: 'true'}]"])
        let list = judge.applicability(JudgementInput(subject: try JudgeTests.model(), evidence: [:], instant: JudgeTests.now))
        #expect(list.map(\.rules) == [["b", "a"]])
        #expect(list.map(\.location.description) == ["policies/p.yaml:3:18"])
    }
}
