import Diagnostics
import OrderedCollections
import Policies
import Specs
import Testing

/// Rules that cannot come out differently though they read something.
@Suite struct StaticCheckTests {
    private func problems(_ rule: String, spec: String = "") -> [Diagnostic] {
        let catalog = PolicyFixture.catalog(["policies/p.yaml": PolicyFixture.policy(rule: rule, spec: spec), "models/m.yaml": PolicyFixture.model()])
        let (policies, diagnostics) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        #expect(diagnostics.map(\.text) == [])
        return PolicyChecks.problems(of: policies, in: catalog).filter { !$0.message.hasPrefix("the parameter") }
    }

    private static let auc = "evidence.performance.rocAUC.value"

    @Test(
        arguments: [
            ("\(auc) == \(auc)", true), ("\(auc) < \(auc)", false), ("\(auc) > 0.5 && \(auc) < 0.4", false), ("\(auc) >= 0.5 || \(auc) < 0.5", true),
            ("\(auc) > params.limit && \(auc) < 0.4", false), ("0.5 < \(auc) && \(auc) <= 0.5", false), ("!(\(auc) > 0.5) || \(auc) > 0.1", true),
            ("size(subject.spec.owners) >= 0", true), ("subject.spec.owners.size() < 0", false), ("size(subject.spec.owners) > -1", true),
            ("evidence.performance.rows > 3 && evidence.performance.rows < 4", false), ("type(\(auc)) == double", true),
            ("type(\(auc)) == string", false),
            ("[].all(q, q == \(auc))", true), ("[].exists(q, q == \(auc))", false), ("subject.spec.risk == 'hihg'", false),
            ("subject.spec.risk in ['low', 'limited', 'high']", true), ("subject.spec.risk in ['low', 'high']", nil),
            ("subject.spec.risk == 'low' && subject.spec.risk == 'high'", false),
            ("subject.spec.risk != 'low' || subject.spec.risk != 'high'", true),
            ("subject.spec.purpose == 'a' && subject.spec.purpose == 'b'", false),
            ("\(auc) > 0.5 && size(subject.spec.owners) > 0 && \(auc) < 0.4", false),
            // These may come out both ways.
            ("\(auc) > 0.5 && \(auc) < 0.6", nil), ("\(auc) >= 0.5 || \(auc) < 0.4", nil), ("size(subject.spec.owners) > 0", nil),
            ("evidence.performance.rows >= 3 && evidence.performance.rows < 4", nil), ("subject.spec.risk == 'high'", nil),
            ("\(auc) == evidence.performance.f1.value", nil), ("subject.spec.purpose == 'a' || subject.spec.purpose == 'b'", nil),
            ("[1].all(q, double(q) <= \(auc))", nil), ("subject.spec.purpose < 'a' || subject.spec.purpose > 'b'", nil),
        ] as [(String, Bool?)])
    func `a rule that always comes out one way is told of`(rule: String, outcome: Bool?) {
        let found = problems(rule).filter { $0.code == .policyConstantRule && $0.message.hasPrefix("the rule") }
        #expect(found.map(\.message) == (outcome.map { ["the rule 'r' always \($0 ? "passes" : "fails"), whatever is measured"] } ?? []), "\(rule)")
    }

    @Test func `what only a policy that does not compile may read is not called unread, and a waiver for nobody is told`() {
        func told(_ rule: String, waiver subject: String) -> [String] {
            let (catalog, _) = PolicyFixture.load([
                "models/m.yaml": PolicyFixture.model(),
                "policies/s.yaml": "kind: PolicyParameters\nmetadata: {name: s}\nspec: {values: {limit: 0.5}}\n",
                "policies/p.yaml": PolicyFixture.policy(rule: rule, spec: "paramsRef: s"),
                "waivers/w.yaml":
                    "kind: Waiver\nmetadata: {name: w}\nspec: {policy: p, subject: {kind: Model, \(subject)}, reason: r, owner: a@b.org, expires: 2026-12-01}\n",
            ])
            let (policies, _) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
            return PolicyChecks.problems(of: policies, in: catalog).map(\.message).filter { !$0.hasPrefix("the parameter") }
        }
        #expect(
            told("evidence.performance.rocAUC.value > 0.5", waiver: "name: m").contains { $0.hasPrefix("the value 'limit' is read by no policy") })
        #expect(told("evidence.performance.rocAUD.value > params.limit", waiver: "name: m") == [])
        #expect(told("evidence.performance.rocAUC.value > params.limit", waiver: "name: m") == [])
        let idle = told("evidence.performance.rocAUC.value > params.limit", waiver: "labels: {team: nosuch}")
        #expect(idle == ["the waiver 'w' is for no model of this repository"])
    }

    @Test func `a value that a field never has is told at its place, with what was meant`() {
        let found = problems("subject.spec.risk in ['hihg', 'low'] || evidence.performance.rows > 3")
        #expect(found.map(\.code) == [.policyConstantRule])
        #expect(found.first?.message == "subject.spec.risk is never 'hihg'")
        #expect(found.first?.hint == "did you mean 'high'?")
        let condition = problems(
            "evidence.performance.rows > 3", spec: "matchConditions: [{name: c, expression: \"subject.spec.risk == 'critical'\"}]")
        #expect(condition.contains { $0.message.hasPrefix("the condition 'c' never holds") })
        #expect(condition.contains { $0.hint?.hasPrefix("it may be ") == true })
    }

    @Test func `a variable that only an unused one reads is unused`() {
        let variables = "variables: [{name: a, expression: '1'}, {name: b, expression: variables.a + 1}, {name: c, expression: variables.a + 2}]"
        let found = problems("evidence.performance.rows > variables.c", spec: variables)
        #expect(found.map(\.message) == ["the variable 'b' is read by nothing"])
        let chain = problems("evidence.performance.rows > 3", spec: variables)
        #expect(chain.map(\.message) == ["a", "b", "c"].map { "the variable '\($0)' is read by nothing" })
    }
}
