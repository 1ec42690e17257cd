import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Policies
import Specs
import Testing

/// A model, its data and one policy with one rule, as files.
enum PolicyFixture {
    static func catalog(
        rule: String, variables: String = "", extra: String = "", actions: String = "[Deny]", model: String = "", waivers: [String] = []
    ) -> (Catalog, [Diagnostic]) {
        func entry(_ path: String, _ text: String) -> SpecEntry { SpecEntry(path: path, bytes: Array(text.utf8)) }
        let head = "apiVersion: proviso.dev/v1alpha1\n"
        var entries = [
            entry("proviso.yaml", head + "kind: Repository\nmetadata: {name: r}\nspec: {}\n"),
            entry(
                "datasets/d.yaml",
                head + """
                    kind: Dataset
                    metadata: {name: d}
                    spec:
                      source: {path: data/d.csv}
                      columns: [{name: a, type: float}, {name: g, type: category, protected: true}, {name: label, type: boolean, role: label}]
                      split: {random: {seed: 1, testShare: 0.2}}
                    """),
            entry(
                "models/m.yaml",
                head + """
                    kind: Model
                    metadata: {name: m, labels: {team: x}}
                    spec: {purpose: p, risk: high, owners: [a@b.org], dataset: d, estimator: {type: xgboost, seed: 1}\(model)}
                    """),
            entry(
                "policies/p.yaml",
                head + """
                    kind: Policy
                    metadata: {name: p}
                    spec:
                      match: {kinds: [Model]}
                      params: {limit: 0.8, count: 3}
                      validationActions: \(actions)
                    \(extra)\(variables)
                      validations:
                        - name: r
                          expression: >-
                            \(rule)
                    """),
        ]
        for (index, waiver) in waivers.enumerated() {
            entries.append(entry("waivers/w\(index).yaml", head + "kind: Waiver\nmetadata: {name: w\(index)}\nspec: \(waiver)\n"))
        }
        return Catalog.load(entries)
    }

    static let instant = Instant(secondsSinceEpoch: 1_795_449_600)

    static let evidence: JSONValue = [
        "performance": ["rocAUC": ["value": 0.93, "n": 100], "recall": ["n": 0, "undefined": "there is no positive row"]],
        "fairness": ["g": ["selectionRate": ["ratio": ["value": 0.9, "n": 10], "groups": [:]]], "h": [:]], "model": ["features": []],
    ]

    static func judge(
        rule: String, variables: String = "", extra: String = "", actions: String = "[Deny]", waivers: [String] = [],
        evidence: JSONValue = PolicyFixture.evidence, baseline: JSONValue? = nil, instant: Instant = PolicyFixture.instant
    ) throws -> Verdict {
        let (catalog, problems) = catalog(rule: rule, variables: variables, extra: extra, actions: actions, waivers: waivers)
        let (policies, diagnostics) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        #expect((problems + diagnostics).map(\.text) == [])
        let model = try #require(catalog.models["m"]).resource
        return Judge(policies: policies, waivers: Array(catalog.waivers.values), maximumWaiverDays: 90)
            .judge(JudgementInput(subject: model, evidence: evidence, baseline: baseline, instant: instant))
    }
}

@Suite struct TaintTests {
    @Test(arguments: [
        "evidence.performance.rocAUC.value >= params.limit", "evidence.fairness['g'].selectionRate.ratio.value > params.limit",
        "evidence.fairness.exists(k, k == 'g')", "true || evidence.performance.f1.value > 0.5", "subject.spec.risk == 'high'",
        "now > timestamp('2026-01-01T00:00:00Z')", "[].all(x, false)", "size(evidence.fairness) == 2",
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
        let variables = "  variables: [{name: v, expression: 'evidence.performance.f1'}, {name: w, expression: 'variables.v.value > 0.5 || true'}]"
        #expect(try PolicyFixture.judge(rule: "variables.w || true", variables: variables).outcome == .undecided)
    }

    @Test func `evidence that the policy calls optional does not taint`() throws {
        let extra = "  optionalEvidence: [evidence.performance.f1]\n"
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
