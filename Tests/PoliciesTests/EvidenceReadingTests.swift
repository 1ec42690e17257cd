import Attestations
import Basics
import Policies
import Testing

/// How evidence is seen by rules: its values by their declared types, and what is told of each kind of absence.
@Suite struct EvidenceReadingTests {
    private typealias Fixture = PolicyFixture

    private func rule(_ rule: String, _ evidence: JSONValue, spec: String = "") throws -> RuleResult {
        let verdict = Fixture.judge(["policies/p.yaml": Fixture.policy(rule: rule, spec: spec)]).judge(
            JudgementInput(subject: try Fixture.subject(), evidence: evidence, instant: Fixture.instant))
        return try #require(verdict.rules.first)
    }

    @Test(arguments: [
        "evidence.performance.threshold == 0.5", "evidence.performance.rows == 7", "evidence.data.digest == 'sha256:00'",
        "evidence.model.features == ['b', 'a']", "evidence.model.features[1] == 'a'", "size(evidence.model.features) == 2",
        "'a' in evidence.model.features", "evidence.fairness.map(k, k) == ['A', 'b', 'z', 'é']", "'z' in evidence.fairness",
        "evidence.fairness['z'].selectionRate.overall.value == 1.0", "has(evidence.data.digest)",
        "evidence.fairness.all(k, evidence.fairness[k].selectionRate.overall.value == 1.0)",
    ])
    func `evidence reads as it was measured, maps in order of their keys' bytes`(expression: String) throws {
        let group: JSONValue = ["selectionRate": ["overall": ["value": 1, "n": 3]]]
        let result = try rule(
            expression,
            [
                "performance": ["threshold": 0.5, "rows": 7], "data": ["digest": "sha256:00"], "model": ["features": ["b", "a"]],
                "fairness": ["z": group, "b": group, "é": group, "A": group],
            ])
        #expect(result.state == .pass)
        #expect(result.taints.isEmpty)
    }

    /// Objects that would be unequal to themselves would let `!=` pass whatever was measured.
    @Test(arguments: [
        ("evidence.performance == evidence.performance", RuleResult.State.pass), ("evidence.performance == baseline.performance", .pass),
        ("evidence.performance != baseline.performance", .fail), ("evidence.fairness == baseline.fairness", .pass),
        ("evidence.performance.recall != baseline.performance.recall", .fail), ("evidence.performance.recall == baseline.performance.f1", .fail),
        ("evidence.fairness['a'] in [baseline.fairness['b']]", .pass), ("evidence == baseline", .undecided), ("evidence != baseline", .undecided),
        ("dyn(change) != dyn(evidence)", .undecided),
    ])
    func `objects are equal by what they hold`(expression: String, state: RuleResult.State) throws {
        func evidence(_ n: JSONValue) -> JSONValue {
            let rate: JSONValue = ["selectionRate": ["overall": ["value": 1.0, "n": n]]]
            return ["performance": ["recall": ["value": 0.5, "n": n], "f1": ["value": 0.25, "n": n]], "fairness": ["a": rate, "b": rate]]
        }
        let verdict = Fixture.judge(["policies/p.yaml": Fixture.policy(rule: expression, spec: "baseline: required")]).judge(
            JudgementInput(
                subject: try Fixture.subject(), evidence: evidence(3), baseline: evidence(3.0), change: ["authors": []], instant: Fixture.instant))
        let rule = try #require(verdict.rules.first)
        #expect(rule.state == state, "\(rule.message) \(rule.taints)")
    }

    @Test func `an absence is told with its place and its kind`() throws {
        func taints(_ expression: String, _ evidence: JSONValue) throws -> [String] { try rule(expression, evidence).taints }
        let recall = "evidence.performance.recall.value > 0.5"
        #expect(try taints(recall, [:]) == ["evidence.performance is missing"])
        #expect(try taints(recall, ["performance": .null]) == ["evidence.performance is missing"])
        #expect(try taints(recall, ["performance": 3]) == ["evidence.performance is not of its declared type"])
        #expect(try taints(recall, ["performance": ["recall": ["n": 3]]]) == ["evidence.performance.recall.value is missing"])
        #expect(
            try taints(recall, ["performance": ["recall": ["value": "high"]]]) == ["evidence.performance.recall.value is not of its declared type"])
        #expect(try taints(recall, "rubbish") == ["evidence is not of its declared type"])
        #expect(try taints("evidence.data.rows > 1", ["data": ["rows": 1.5]]) == ["evidence.data.rows is not of its declared type"])
        #expect(try taints("'a' in evidence.fairness", ["fairness": ["b": [:]]]) == ["evidence.fairness['a'] is missing"])
        #expect(
            try taints("evidence.model.features[0] == 'a'", ["model": ["features": [1]]]).first
                == "evidence.model.features[0] is not of its declared type")
    }

    /// The reason that the evidence gives belongs to the figure, not to what stands beside it.
    @Test func `an undefined figure is told with its reason`() throws {
        let evidence: JSONValue = ["performance": ["recall": ["undefined": "there is no positive row"]]]
        #expect(
            try rule("evidence.performance.recall.value > 0.5", evidence).taints
                == ["evidence.performance.recall.value is undefined: there is no positive row"])
        #expect(try rule("evidence.performance.recall.n > 0", evidence).taints == ["evidence.performance.recall.n is missing"])
        #expect(try rule("evidence.performance.recall.undefined.startsWith('there')", evidence).state == .pass)
    }

    @Test func `each absence is told once`() throws {
        let result = try rule("evidence.data.rows > 1 || evidence.data.rows > 2 || evidence.data.testRows > 3", ["data": [:]])
        #expect(result.taints == ["evidence.data.rows is missing", "evidence.data.testRows is missing"])
    }

    @Test(arguments: [
        ("evidence.fairness.all(k, false)", "evidence.fairness is empty"), ("size(evidence.model.features) == 0", "evidence.model.features is empty"),
        ("!('a' in evidence.model.features)", "evidence.model.features is empty"),
        ("evidence.model.features == []", "evidence.model.features is empty"),
    ])
    func `nothing to look at decides nothing`(expression: String, taint: String) throws {
        let result = try rule(expression, ["fairness": [:], "model": ["features": []]])
        #expect(result.state == .undecided)
        #expect(result.taints == [taint])
    }

    /// Rules that pass because of what is absent; `true` where the declaration covers it.
    @Test(arguments: [
        ("evidence.performance.f1", "!has(evidence.performance.f1)", true), ("evidence.performance.f1", "!has(evidence.performance.recall)", false),
        ("evidence.performance.f1", "!has(evidence.performance)", false),  // what holds it is not optional
        ("evidence.performance", "!has(evidence.performance)", true),
        ("evidence.fairness", "!('race' in evidence.fairness)", true), ("evidence.fairness['race']", "!('race' in evidence.fairness)", true),
        ("evidence.fairness['race']", "!('sex' in evidence.fairness)", false),
        ("evidence.model.features", "evidence.model.features.all(f, false)", true), ("evidence.model", "evidence.model.features.all(f, false)", true),
        ("evidence.data", "evidence.model.features.all(f, false)", false),
    ])
    func `optional is what a policy names, with all that is in it`(path: String, expression: String, covers: Bool) throws {
        let isThere = expression.contains("performance.") ? "performance" : "data"
        let evidence: JSONValue = [isThere: [:], "fairness": ["other": [:]], "model": ["features": []]]
        let result = try rule(expression, expression == "!has(evidence.performance)" ? [:] : evidence, spec: "optionalEvidence: [\"\(path)\"]")
        #expect(result.state == (covers ? .pass : .undecided))
    }

    @Test func `constants and the subject read in order of their keys, whatever the order in the file`() throws {
        let labels = "{d: '1', b: '2', a: '3', e: '4', c: '5'}"
        let verdict = Fixture.judge(["policies/p.yaml": Fixture.policy(rule: "subject.metadata.labels.map(k, k) == ['a', 'b', 'c', 'd', 'e']")])
            .judge(
                JudgementInput(subject: try Fixture.subject(Fixture.model(labels: labels)), evidence: [:], instant: Fixture.instant))
        #expect(verdict.outcome == .pass)
    }
}
