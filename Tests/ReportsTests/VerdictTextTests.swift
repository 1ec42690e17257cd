import Attestations
import Basics
import Testing

@testable import Reports

@Suite struct VerdictTextTests {
    static func rule(_ name: String, _ action: RuleResult.Action, _ state: RuleResult.State, taints: [String] = [], waiver: String? = nil)
        -> RuleResult
    {
        RuleResult(
            policy: "fair", policyDigest: Digest.of("fair"), rule: name, action: action, state: state, message: "difference 0.149 exceeds 0.1",
            readings: state == .undecided ? [] : [.init(expression: "e.value", value: "0.149")], taints: taints, waiver: waiver,
            policyLocation: FileLocation(path: "policies/fair.yaml", line: 9, column: 7, endLine: 9, endColumn: 20),
            subjectLocation: FileLocation(path: "models/income.yaml", line: 4, column: 3, endLine: 4, endColumn: 6))
    }

    @Test func `what blocks comes first, what passes is listed too`() {
        let verdict = Verdict(
            subject: SubjectName(kind: "Model", name: "income"), outcome: .deny,
            rules: [
                Self.rule("a", .deny, .pass), Self.rule("b", .warn, .fail), Self.rule("c", .deny, .fail),
                Self.rule("d", .deny, .undecided, taints: ["evidence.x is missing"]), Self.rule("e", .deny, .waived, waiver: "until-may"),
            ], findings: [Finding(kind: "guardedChange", outcome: .undecided, message: "risk was changed", hint: "ask for approval")],
            nextBoundary: Instant("2027-01-01"))
        #expect(
            VerdictText.render(verdict) == """
                DENY  Model/income
                  ✗ fair/c (Deny): difference 0.149 exceeds 0.1
                      e.value = 0.149
                      rule  policies/fair.yaml:9:7
                      spec  models/income.yaml:4:3
                  ? fair/d (Deny): difference 0.149 exceeds 0.1
                      undecided since evidence.x is missing
                      rule  policies/fair.yaml:9:7
                      spec  models/income.yaml:4:3
                  ! fair/b (Warn): difference 0.149 exceeds 0.1
                      e.value = 0.149
                      rule  policies/fair.yaml:9:7
                      spec  models/income.yaml:4:3
                  ~ fair/e (Deny): difference 0.149 exceeds 0.1
                      waived by until-may
                      e.value = 0.149
                      rule  policies/fair.yaml:9:7
                      spec  models/income.yaml:4:3
                  ✓ fair/a (Deny): e.value = 0.149
                  ? guardedChange: risk was changed
                      hint: ask for approval
                  judged again at 2027-01-01T00:00:00Z, when a period of validity begins or ends
                """)
    }

    @Test func `a change takes its worst outcome from subjects and findings alike`() {
        let pass = Verdict(subject: SubjectName(kind: "Model", name: "a"), outcome: .pass, rules: [], findings: [], nextBoundary: nil)
        func change(_ subjects: [Verdict], _ findings: [Finding]) -> Outcome {
            ChangeVerdict(base: "b", head: "h", tree: "t", instant: Instant(secondsSinceEpoch: 0), subjects: subjects, findings: findings).outcome
        }
        #expect(change([], []) == .pass)
        #expect(change([pass], [Finding(kind: "k", outcome: .undecided, message: "m")]) == .undecided)
        #expect(change([pass], [Finding(kind: "k", outcome: .deny, message: "m"), Finding(kind: "k", outcome: .undecided, message: "m")]) == .deny)
    }

    @Test func `a waiver that does not count is no good news`() {
        // Words of a policy cannot look like another line, nor move the cursor.
        #expect("a\u{1B}[2K\nPASS".withoutControls == "a\\u001b[2K\\nPASS" && "größer ≥ 0.8".withoutControls == "größer ≥ 0.8")
        for kind in ["expiredWaiver", "waiverTooLong", "selfApprovedWaiver", "unownedWaiver", "unapprovedWaiver", "needlessWaiver"] {
            let verdict = Verdict(
                subject: SubjectName(kind: "Model", name: "m"), outcome: .pass, rules: [],
                findings: [
                    Finding(kind: kind, outcome: .pass, message: "it ended"), Finding(kind: "guardedChange", outcome: .pass, message: "approved"),
                ],
                nextBoundary: nil)
            #expect(VerdictText.render(verdict).contains("  ! \(kind): it ended"))
            #expect(VerdictText.render(verdict).contains("  ✓ guardedChange: approved"))
        }
    }
}
