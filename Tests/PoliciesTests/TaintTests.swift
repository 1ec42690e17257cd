import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Policies
import Specs
import Testing

@Suite struct TaintTests {
    @Test(arguments: [
        "evidence.performance.rocAUC.value >= params.limit", "evidence.fairness['g'].selectionRate.ratio.value > params.limit",
        "evidence.fairness.exists(k, k == 'g')", "true || evidence.performance.f1.value > 0.5", "subject.spec.risk == 'high'",
        "now > timestamp('2026-01-01T00:00:00Z')", "[].all(x, false)", "evidence.?performance.rocAUC.value.orValue(0.0) > 0.9",
        "evidence.fairness.exists(k, v, k == 'g' && v.selectionRate.ratio.value > 0.8)", "cel.bind(a, evidence.performance.rocAUC.value, a > 0.9)",
        "subject.spec.owners.all(o, o.matches('^[a-z]+@b[.]org$'))", "'%.2f'.format([evidence.performance.rocAUC.value]) == '0.93'",
        "size(evidence.fairness) == 2",
    ])
    func `a rule on evidence that is there passes`(rule: String) throws {
        #expect(try PolicyFixture.judge(rule: rule).outcome == .pass)
    }

    @Test(arguments: [
        "evidence.performance.rocAUC.value >= 0.95", "evidence.fairness['g'].selectionRate.ratio.value > 0.95", "subject.spec.risk == 'low'",
        "!(evidence.performance.rocAUC.value >= params.limit)",
    ])
    func `a rule that is false denies`(rule: String) throws {
        let verdict = try PolicyFixture.judge(rule: rule)
        #expect(verdict.outcome == .deny)
        #expect(verdict.rules[0].state == .fail)
    }

    /// What CEL by itself would call true, or an error, and what must block all the same.
    @Test(arguments: [
        "evidence.performance.f1.value > 0.5 || true", "has(evidence.performance.f1) ? evidence.performance.f1.value > 0.5 : true",
        "!has(evidence.performance.f1)", "evidence.fairness['g'].selectionRate.groups.all(k, false)", "!('race' in evidence.fairness)",
        "evidence.performance.recall.value > 0.5 || true", "!(evidence.performance.recall.value < 0.8)", "evidence.performance.f1.value > 0.5",
        "evidence.fairness.filter(k, k == 'race').all(k, false)", "evidence.fairness.map(k, k).filter(k, false).all(k, false)",
        "evidence.fairness.all(k, [k].filter(i, false).all(i, false))", "{'a': evidence}.a.performance.f1.value > 0.5 || true",
        "[evidence.performance].all(p, has(p.f1) ? p.f1.value > 0.5 : true)", "evidence.model.features.all(f, false)",
        "evidence.fairness['race'].selectionRate.ratio.value > 0.8 || true", "evidence.fairness.h.selectionRate.ratio.value > 0.8 || true",
        "evidence.?performance.?f1.hasValue() || true", "!evidence.performance.?f1.hasValue()", "evidence.performance.?f1.?value.orValue(1.0) > 0.5",
        "evidence.fairness[?'race'].optMap(r, r.selectionRate.ratio.value > 0.8).orValue(true)", "!evidence.fairness[?'race'].hasValue()",
        "evidence.fairness.g.selectionRate.groups.all(k, v, v.value > 0.5)", "evidence.fairness.transformList(k, v, k == 'race', k).all(k, false)",
        "cel.bind(none, evidence.fairness.filter(k, k == 'race'), none.all(k, false))", "cel.bind(f, evidence.performance.?f1, !f.hasValue())",
        "[1].all(evidence, .evidence.fairness.filter(k, k == 'race').all(k, false))",
        "size([1].filter(evidence, !has(.evidence.performance.f1))) == 1",
        "1 / 0 == 1", "change.authors.all(a, a == 'x') || true",
    ])
    func `reading what is not there is undecided whatever the expression makes of it`(rule: String) throws {
        let verdict = try PolicyFixture.judge(rule: rule)
        #expect(verdict.outcome == .undecided)
        #expect(verdict.rules[0].state == .undecided)
        #expect(!verdict.rules[0].taints.isEmpty)
    }

    @Test func `NaN in evidence taints`() throws {
        let evidence: JSONValue = ["performance": ["rocAUC": ["value": .double(.nan), "n": 1]]]
        let verdict = try PolicyFixture.judge(rule: "!(evidence.performance.rocAUC.value < 0.8)", evidence: evidence)
        #expect(verdict.outcome == .undecided)
        #expect(verdict.rules[0].taints == ["evidence.performance.rocAUC.value is NaN"])
    }

    @Test func `taint passes through variables`() throws {
        let variables = "variables: [{name: v, expression: 'evidence.performance.f1'}, {name: w, expression: 'variables.v.value > 0.5 || true'}]"
        #expect(try PolicyFixture.judge(rule: "variables.w || true", variables: variables).outcome == .undecided)
    }

    @Test func `evidence that the policy calls optional does not taint`() throws {
        let extra = "optionalEvidence: [evidence.performance.f1]"
        let rule = "has(evidence.performance.f1) ? evidence.performance.f1.value > 0.5 : true"
        #expect(try PolicyFixture.judge(rule: rule, extra: extra).outcome == .pass)
        let other = "has(evidence.performance.accuracy) ? false : true"
        #expect(try PolicyFixture.judge(rule: other, extra: extra).outcome == .undecided)
    }

    @Test(arguments: ["[Warn]", "[Audit]"]) func `only Deny blocks`(actions: String) throws {
        for rule in ["evidence.performance.rocAUC.value >= 0.95", "evidence.performance.f1.value > 0.5"] {
            let verdict = try PolicyFixture.judge(rule: rule, actions: actions)
            #expect(verdict.outcome == .pass)
            #expect(verdict.rules[0].state != .pass)
        }
    }

    @Test func `a misspelt evidence field is an error at its place in the YAML file`() throws {
        let (catalog, _) = PolicyFixture.catalog(rule: "evidence.performance.rocAuc.value > 0.5")
        let diagnostics = PolicyCompiler.compile(catalog.policies.values, catalog: catalog).diagnostics
        let diagnostic = try #require(diagnostics.first)
        #expect(diagnostic.code == .celUndefinedField)
        #expect(diagnostic.hint == "did you mean 'rocAUC'?")
        let span = try #require(diagnostic.span)
        #expect(span.file.line(span.start.line).dropFirst(span.start.column - 1).hasPrefix("rocAuc.value"))
    }
}
