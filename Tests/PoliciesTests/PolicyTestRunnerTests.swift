import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Policies
import Specs
import Testing

@Suite struct PolicyTestRunnerTests {
    static let rule = "evidence.performance.rocAUC.value >= params.limit"

    /// A test of the policy `p`; `cases` are lines of its list.
    static func files(_ cases: String, rule: String = rule, policySpec: String = "", testSpec: String = "") -> [String: String] {
        let lines = { (text: String, by: String) in text.split(separator: "\n", omittingEmptySubsequences: false).map { "\(by)\($0)\n" }.joined() }
        return [
            "policies/p.yaml": PolicyFixture.policy(rule: rule, spec: policySpec),
            "policies/p_test.yaml":
                "kind: PolicyTest\nmetadata: {name: t}\nspec:\n  policy: p\n\(lines(testSpec, "  "))  cases:\n\(lines(cases, "    "))",
        ]
    }

    static func run(
        _ files: [String: String], only names: Set<String>? = nil, documents: [String: JSONValue] = [:]
    ) -> (report: PolicyTestReport, diagnostics: [Diagnostic]) {
        let catalog = PolicyFixture.catalog(files)
        let (policies, problems) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        #expect(problems.map(\.text) == [])
        return PolicyTestRunner.run(catalog, policies, only: names) { documents[$0] }
    }

    static func messages(_ cases: String, rule: String = rule, policySpec: String = "", testSpec: String = "") -> [String] {
        let (report, diagnostics) = run(files(cases, rule: rule, policySpec: policySpec, testSpec: testSpec))
        #expect(diagnostics.map(\.text) == [])
        return report.cases.flatMap { $0.failures.map(\.message) } + report.problems.map(\.message)
    }

    @Test func `what goes as expected passes, and what does not says what it found and where`() {
        let cases = """
            - {name: a, evidence: {performance: {rocAUC: {value: 0.8}}}, expect: [{rule: r, state: pass}], outcome: pass}
            - name: b
              evidence: {performance: {rocAUC: {value: 0.7}}}
              outcome: pass
              expect:
                - {rule: r, state: pass, message: holds}
            - {name: c, expect: [{rule: r, state: undecided, taint: performance is missing}], outcome: undecided}
            - {name: d, expect: [{rule: r, state: undecided, taint: fairness}]}
            """
        let (report, _) = Self.run(Self.files(cases))
        #expect(report.cases.map { $0.failures.count } == [0, 3, 0, 1])
        let failures = report.cases.flatMap(\.failures)
        #expect(
            failures.map(\.message) == [
                "r is fail, expected pass: the rule 'r' does not hold; evidence.performance.rocAUC.value = 0.7; params.limit = 0.8",
                "the message is 'the rule 'r' does not hold', expected 'holds'", "the outcome is deny, expected pass",
                "the taints are [evidence.performance is missing], expected 'fairness'",
            ])
        #expect(failures.map(\.location.line) == [13, 13, 11, 15])
        #expect(!report.isPassed && report.failed == 2)
    }

    @Test func `a case changes what the test gives all of them`() {
        let testSpec = "evidence: {performance: {rocAUC: {value: 0.9}}}\nsubject: {spec: {risk: high}, labels: {team: x}}\nnow: 2026-02-01T00:00:00Z"
        let rule = "evidence.performance.rocAUC.value >= params.limit && subject.spec.risk == 'high' && now < timestamp('2027-01-01T00:00:00Z')"
        let cases = """
            - {name: as-it-is, expect: [{rule: r, state: pass}]}
            - {name: other-evidence, evidence: {performance: {rocAUC: {value: 0.1}}}, expect: [{rule: r, state: fail}]}
            - {name: taken-away, evidence: {performance: null}, expect: [{rule: r, state: undecided}]}
            - {name: other-subject, subject: {spec: {risk: low}}, expect: [{rule: r, state: fail}]}
            - {name: other-time, now: 2028-01-01T00:00:00Z, expect: [{rule: r, state: fail}]}
            - {name: other-parameter, params: {limit: 0.95}, expect: [{rule: r, state: fail}]}
            - {name: defaults-are-there, subject: {spec: {decision: {}}}, expect: [{rule: r, state: pass}]}
            """
        #expect(Self.messages(cases, rule: rule, testSpec: testSpec) == [])
    }

    @Test func `a field of the subject that nobody gives is not there`() {
        #expect(Self.messages("- {name: a, expect: [{rule: r, state: undecided}]}", rule: "subject.spec.risk == 'low' || true") != [])
        #expect(Self.messages("- {name: a, expect: [{rule: r, state: undecided}]}", rule: "subject.spec.risk == 'low'") == [])
        #expect(Self.messages("- {name: a, expect: [{rule: r, state: pass}]}", rule: "subject.spec.decision.threshold == 0.5") == [])
    }

    @Test func `baseline, change and waivers are those of the case`() {
        let rule = "baseline.performance.rocAUC.value > 0.5 && 'a@b.org' in change.approvers"
        let cases = """
            - {name: none-live, expect: [{rule: r, state: notApplied}]}
            - name: approved
              baseline: {performance: {rocAUC: {value: 0.6}}}
              change: {approvers: [a@b.org]}
              expect: [{rule: r, state: pass}]
            - name: waived
              baseline: {performance: {rocAUC: {value: 0.6}}}
              change: {approvers: []}
              waivers: [{expires: 2026-02-01T00:00:00Z}]
              expect: [{rule: r, state: waived}]
            - name: waiver-of-another-time
              baseline: {performance: {rocAUC: {value: 0.6}}}
              change: {}
              waivers: [{expires: 2025-02-01T00:00:00Z}]
              expect: [{rule: r, state: fail}]
            """
        #expect(Self.messages(cases, rule: rule, policySpec: "baseline: ifPresent") == [])
    }

    @Test func `evidence may lie in a file beside the test`() {
        let files = Self.files(
            """
            - {name: a, evidenceFile: fixtures/good.json, expect: [{rule: r, state: pass}]}
            - {name: b, evidenceFile: fixtures/good.json, evidence: {performance: {rocAUC: {value: 0}}}, expect: [{rule: r, state: fail}]}
            """)
        let document: JSONValue = ["performance": ["rocAUC": ["value": 0.9]]]
        #expect(Self.run(files, documents: ["policies/fixtures/good.json": document]).report.isPassed)
        let (_, diagnostics) = Self.run(files)
        #expect(diagnostics.map(\.code) == [.danglingReference, .danglingReference])
    }

    @Test(arguments: [
        ("evidence: {performance: {rocAUV: {value: 1}}}", DiagnosticCode.unknownField, "did you mean 'rocAUC'?"),
        ("evidence: {performance: {rocAUC: 1}}", .wrongType, ""), ("baseline: {fairness: []}", .wrongType, ""),
        ("params: {limits: 1.0}", .unknownField, "did you mean 'limit'?"), ("params: {limit: high}", .wrongType, ""),
    ])
    func `what a case misspells is told at its place, and the case does not run`(line: String, code: DiagnosticCode, hint: String) {
        let (report, diagnostics) = Self.run(Self.files("- name: a\n  \(line)\n  expect: [{rule: r, state: undecided}]"))
        #expect(diagnostics.map(\.code) == [code])
        #expect((diagnostics.first?.hint ?? "") == hint)
        #expect(diagnostics.first?.span?.file.path == "policies/p_test.yaml" && diagnostics.first?.span?.start.line == 9)
        #expect(report.cases.isEmpty)
    }

    @Test func `coverage names each rule and branch that no case decides`() throws {
        let rule = "evidence.performance.rocAUC.value > 0.5 || subject.spec.risk == 'low' ? [1].all(x, x > 0 && true) : false"
        let (report, _) = Self.run(
            Self.files(
                "- {name: a, evidence: {performance: {rocAUC: {value: 0.9}}}, subject: {spec: {risk: low}}, expect: [{rule: r, state: pass}]}",
                rule: rule))
        let coverage = try #require(report.coverage.first)
        // The rule, what `?:` turns on, and both operands of `||` and of the `&&` within the macro, each both ways; not the macro's own `&&`.
        #expect(coverage.points == 12)
        #expect(
            Set(coverage.gaps.map(\.message)) == [
                "no case lets the rule 'r' fail",
                "no case makes 'evidence.performance.rocAUC.value > 0.5 || subject.spec.risk == 'low'' false",
                "no case makes 'evidence.performance.rocAUC.value > 0.5' false", "no case makes 'x > 0' false", "no case makes 'true' false",
                // Never looked at, since the first operand decides.
                "no case makes 'subject.spec.risk == 'low'' true", "no case makes 'subject.spec.risk == 'low'' false",
            ])
        #expect(Set(coverage.gaps.map(\.location.line)) == [9, 10] && coverage.covered == 5)
    }

    @Test func `an undecided rule covers nothing, though its expression be true`() throws {
        let (report, _) = Self.run(
            Self.files("- {name: a, expect: [{rule: r, state: undecided}]}", rule: "evidence.performance.rocAUC.value > 0.5 || true"))
        #expect(try #require(report.coverage.first).gaps.map(\.message).contains("no case lets the rule 'r' pass"))
    }

    @Test func `a policy without a test is not covered, and one that is never applied fails`() {
        let never = "- {name: a, subject: {labels: {team: other}}, expect: [{rule: r, state: notApplied}]}"
        var files = Self.files(never)
        files["policies/p.yaml"] = PolicyFixture.policy(match: "{kinds: [Model], labels: {team: x}}", rule: Self.rule)
        files["policies/q.yaml"] = PolicyFixture.policy("q")
        let (report, _) = Self.run(files)
        #expect(report.problems.map(\.message) == ["the policy 'p' applies in no case of the test 't'"])
        #expect(report.failed == 0 && !report.isPassed && report.percentCovered == 0)
        #expect(report.coverage.map(\.policy) == ["p", "q"])
        #expect(Self.run(files, only: ["q"]).report.cases.isEmpty)
    }

    @Test(arguments: [
        ("policies/t.yaml", "kind: PolicyTest\nmetadata: {name: t}\nspec: {policy: p, cases: [{name: a, expect: [{rule: r, state: pass}]}]}"),
        ("policies/q_test.yaml", PolicyFixture.policy("q")),
    ])
    func `tests and policies have files of their own`(path: String, text: String) {
        let (_, diagnostics) = PolicyFixture.load(["policies/p.yaml": PolicyFixture.policy(), path: text])
        #expect(diagnostics.map(\.code) == [.misplacedResource])
    }

    @Test(arguments: [
        ("{policy: p, cases: [{name: a, expect: [{rule: s, state: pass}]}]}", DiagnosticCode.danglingReference),
        ("{policy: o, cases: [{name: a, expect: [{rule: r, state: pass}]}]}", .danglingReference),
        ("{policy: p, cases: [{name: a, expect: [{rule: r, state: good}]}]}", .invalidValue),
        ("{policy: p, cases: [{name: a, expect: []}]}", .invalidValue), ("{policy: p, cases: []}", .invalidValue),
        ("{policy: p, cases: [{name: a, subject: {spec: {rsk: low}}, expect: [{rule: r, state: pass}]}]}", .unknownField),
        ("{policy: p, cases: [{name: a, expect: [{rule: r, state: pass}]}, {name: a, expect: [{rule: r, state: pass}]}]}", .invalidValue),
    ])
    func `what is wrong with a test is a diagnostic`(spec: String, code: DiagnosticCode) {
        let test = "kind: PolicyTest\nmetadata: {name: t}\nspec: \(spec)\n"
        let (_, diagnostics) = PolicyFixture.load(["policies/p.yaml": PolicyFixture.policy(), "policies/p_test.yaml": test])
        #expect(diagnostics.map(\.code) == [code])
    }
}
