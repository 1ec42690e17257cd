import Attestations
public import Basics
public import Diagnostics
import LocatedYAML
import OrderedCollections
public import Specs

/// Runs policy tests by the judge that gate and reconciler use.
public enum PolicyTestRunner {
    /// - Parameters:
    ///   - names: only tests of these policies; nil: all.
    ///   - file: the JSON document at a path of the repository, for `evidenceFile`.
    /// - Returns: the report, and what is wrong with the tests' own text. A case with such an error does not run.
    public static func run(
        _ catalog: Catalog, _ policies: [CompiledPolicy], only names: Set<String>?, file: @escaping (String) -> JSONValue?
    ) -> (report: PolicyTestReport, diagnostics: [Diagnostic]) {
        let tests = catalog.policyTests.values.filter { names?.contains($0.policy) ?? true }
        let recorder = CoverageRecorder()
        var cases: [PolicyTestReport.CaseResult] = []
        var problems: [PolicyTestReport.Failure] = []
        var diagnostics: [Diagnostic] = []
        for test in tests {
            guard let policy = policies.first(where: { $0.name == test.policy }) else { continue }
            recorder.policy = policy.name
            var isApplied = false
            let shared = EvidenceFixture.problems(test.resource.located.value(at: ["spec", "evidence"]))
            diagnostics += shared
            for each in test.cases {
                var run = PolicyTestRun(test: test, each: each, policy: policy, catalog: catalog, policies: policies, file: file, recorder: recorder)
                let result = run.result()
                diagnostics += run.diagnostics
                if run.isApplied { isApplied = true }
                if let result, shared.isEmpty { cases.append(result) }
            }
            guard !isApplied, !diagnostics.hasErrors else { continue }
            problems.append(
                .init(
                    message: "the policy '\(test.policy)' applies in no case of the test '\(test.name)'",
                    location: FileLocation(test.resource.span(at: ["spec", "policy"]))))
        }
        let covered = policies.filter { names?.contains($0.name) ?? true }
        return (PolicyTestReport(cases: cases, coverage: covered.map { PolicyCoverage($0, recorder) }, problems: problems), diagnostics)
    }
}

/// One case.
private struct PolicyTestRun {
    let test: PolicyTest
    let each: PolicyTest.Case
    let policy: CompiledPolicy
    let catalog: Catalog
    let policies: [CompiledPolicy]
    let file: (String) -> JSONValue?
    let recorder: CoverageRecorder
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var isApplied = false

    init(
        test: PolicyTest, each: PolicyTest.Case, policy: CompiledPolicy, catalog: Catalog, policies: [CompiledPolicy],
        file: @escaping (String) -> JSONValue?, recorder: CoverageRecorder
    ) {
        self.test = test
        self.each = each
        self.policy = policy
        self.catalog = catalog
        self.policies = policies
        self.file = file
        self.recorder = recorder
    }

    /// Nil if the case's text is not sound.
    mutating func result() -> PolicyTestReport.CaseResult? {
        let located = test.resource.located
        diagnostics += EvidenceFixture.problems(located.value(at: each.path + ["evidence"]))
        diagnostics += EvidenceFixture.problems(located.value(at: each.path + ["baseline"]), name: "baseline")
        let evidence = evidence()
        let policy = overridden()
        guard diagnostics.isEmpty, let evidence, let policy else { return nil }
        let waivers = test.waivers(of: each).map { waiver, approvers in
            // A test has no signatures: the owner's is taken as given.
            ApprovedWaiver(
                waiver,
                approvers: [.init(name: waiver.owner, isOwner: true)] + approvers.filter { $0 != waiver.owner }.map { .init(name: $0) })
        }
        let judge = Judge(
            policies: policies.map { $0.name == policy.name ? policy : $0 }, waivers: waivers,
            maximumWaiverDays: catalog.repository?.maximumWaiverDays ?? 0)
        let verdict = judge.judge(
            JudgementInput(
                subject: test.subject(of: each), evidence: evidence, baseline: each.json["baseline"], change: each.json["change"],
                instant: test.instant(of: each)), recorder: recorder)
        let rules = verdict.rules.filter { $0.policy == policy.name }
        isApplied = !rules.isEmpty
        return PolicyTestReport.CaseResult(
            test: test.name, policy: test.policy, name: each.name, location: location(["name"]), failures: failures(rules))
    }

    private mutating func evidence() -> JSONValue? {
        var evidence = test.spec["evidence"] ?? [:]
        if let name = each.json["evidenceFile"]?.stringValue {
            let folder = test.path.split(separator: "/").dropLast().joined(separator: "/")
            guard let document = file("\(folder)/\(name)") else {
                diagnostics.append(
                    Diagnostic(
                        .danglingReference, "there is no JSON document '\(name)' beside the test",
                        at: test.resource.span(at: each.path + ["evidenceFile"]), hint: "the path is relative to the test's folder"))
                return nil
            }
            evidence = evidence.merged(with: document)
        }
        return evidence.merged(with: each.json["evidence"] ?? [:])
    }

    /// The policy with the case's parameters; types stay what they are.
    private mutating func overridden() -> CompiledPolicy? {
        guard let changes = each.json["params"]?.objectValue, !changes.isEmpty else { return policy }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            let span = test.resource.span(at: each.path + ["params", name])
            guard let old = policy.parameters[name] else {
                let names = policy.parameters.keys.sorted()
                diagnostics.append(
                    Diagnostic(
                        .unknownField, "the policy '\(policy.name)' has no parameter '\(name)'", at: span,
                        hint: NameSuggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
                            ?? "there are: \(names.joined(separator: ", "))"))
                continue
            }
            guard ExpressionTypes.type(of: old) != ExpressionTypes.type(of: value) else { continue }
            diagnostics.append(
                Diagnostic(
                    .wrongType, "'\(name)' must be \(ExpressionTypes.type(of: old)), as in the policy, not \(ExpressionTypes.type(of: value))",
                    at: span))
        }
        return diagnostics.isEmpty ? policy.with(parameters: policy.parameters.overridden(by: changes)) : nil
    }

    private func failures(_ rules: [RuleResult]) -> [PolicyTestReport.Failure] {
        var failures: [PolicyTestReport.Failure] = []
        for (index, expected) in (each.json["expect"]?.arrayValue ?? []).enumerated() {
            let found = rules.first { $0.rule == expected["rule"]?.stringValue }
            let state = found?.state.rawValue ?? "notApplied"
            let place = ["expect", String(index)]
            if state != expected["state"]?.stringValue {
                failures.append(
                    .init(
                        message:
                            "\(expected["rule"]?.stringValue ?? "") is \(state), expected \(expected["state"]?.stringValue ?? "")\(reason(found))",
                        location: location(place + ["state"])))
            }
            if let message = expected["message"]?.stringValue, message != found?.message {
                failures.append(
                    .init(message: "the message is '\(found?.message ?? "")', expected '\(message)'", location: location(place + ["message"])))
            }
            if let taint = expected["taint"]?.stringValue, found?.taints.contains(where: { $0.contains(taint) }) != true {
                failures.append(
                    .init(
                        message: "the taints are [\(found?.taints.joined(separator: "; ") ?? "")], expected '\(taint)'",
                        location: location(place + ["taint"])))
            }
        }
        let outcome = rules.map(\.outcome).reduce(Outcome.pass) { $0.combined(with: $1) }
        if let expected = each.json["outcome"]?.stringValue, expected != outcome.rawValue {
            failures.append(.init(message: "the outcome is \(outcome.rawValue), expected \(expected)", location: location(["outcome"])))
        }
        return failures
    }

    private func reason(_ rule: RuleResult?) -> String {
        guard let rule else { return "" }
        let readings = rule.readings.map { "\($0.expression) = \($0.value)" }
        let parts = rule.state == .undecided ? rule.taints : (rule.state == .pass ? [] : [rule.message]) + readings
        return parts.isEmpty ? "" : ": " + parts.joined(separator: "; ")
    }

    private func location(_ path: [String]) -> FileLocation { FileLocation(test.resource.span(at: each.path + path)) }
}
