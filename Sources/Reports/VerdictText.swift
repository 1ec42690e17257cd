public import Attestations

/// Verdicts for people, plain text without colour.
///
///     DENY  Model/income
///       ✗ equalized-odds/by-sex (Deny): equalized odds difference 0.149 exceeds 0.1
///           evidence.fairness['sex'].equalizedOdds.difference.value = 0.149
///           rule  policies/equalized-odds.yaml:14:21
///           spec  models/income.yaml:19:16
///       ✓ discrimination/auc (Deny)
public enum VerdictText {
    public static func render(_ verdict: Verdict) -> String {
        var lines = ["\(word(verdict.outcome))  \(verdict.subject)"]
        let ordered = verdict.rules.sorted { rank($0) < rank($1) }
        for rule in ordered { lines += render(rule).map { "  " + $0 } }
        for finding in verdict.findings { lines += render(finding).map { "  " + $0 } }
        if let boundary = verdict.nextBoundary { lines.append("  judged again at \(boundary), when a period of validity begins or ends") }
        return lines.joined(separator: "\n")
    }

    public static func render(_ change: ChangeVerdict) -> String {
        var parts: [String] = []
        for verdict in change.subjects { parts.append(render(verdict)) }
        if !change.findings.isEmpty {
            parts.append((["CHANGE"] + change.findings.flatMap { render($0).map { "  " + $0 } }).joined(separator: "\n"))
        }
        if change.subjects.isEmpty { parts.append("No subject is affected by this change.") }
        let base = change.base.map { String($0.prefix(12)) } ?? "(nothing)"
        let tree = change.tree.map { " = tree \($0.prefix(12))" } ?? ""
        parts.append("\(word(change.outcome)): \(change.head.prefix(12)) into \(base)\(tree)")
        return parts.joined(separator: "\n\n")
    }

    public static func word(_ outcome: Outcome) -> String {
        switch outcome {
        case .pass: "PASS"
        case .deny: "DENY"
        case .undecided: "UNDECIDED"
        }
    }

    static func render(_ rule: RuleResult) -> [String] {
        let mark =
            switch rule.state {
            case .pass: "✓"
            case .fail: rule.action == .deny ? "✗" : "!"
            case .undecided: "?"
            case .waived: "~"
            }
        let head = "\(mark) \(rule.policy)/\(rule.rule) (\(rule.action.rawValue))"
        guard rule.state != .pass else { return [head + readings(rule)] }
        var lines = ["\(head): \(rule.message)"]
        if let waiver = rule.waiver { lines.append("    waived by \(waiver)") }
        for taint in rule.taints { lines.append("    undecided since \(taint)") }
        for reading in rule.readings { lines.append("    \(reading.expression) = \(reading.value)") }
        if let control = rule.control { lines.append("    basis \(control)") }
        lines.append("    rule  \(rule.policyLocation)")
        if let location = rule.subjectLocation { lines.append("    spec  \(location)") }
        return lines
    }

    static func render(_ finding: Finding) -> [String] {
        let mark = finding.outcome == .pass ? "✓" : finding.outcome == .deny ? "✗" : "?"
        var lines = ["\(mark) \(finding.kind): \(finding.message)"]
        if let location = finding.location { lines.append("    at    \(location)") }
        if let hint = finding.hint { lines.append("    hint: \(hint)") }
        return lines
    }

    private static func readings(_ rule: RuleResult) -> String {
        rule.readings.isEmpty ? "" : ": " + rule.readings.map { "\($0.expression) = \($0.value)" }.joined(separator: ", ")
    }

    private static func rank(_ rule: RuleResult) -> Int {
        switch rule.state {
        case .fail: rule.action == .deny ? 0 : 2
        case .undecided: 1
        case .waived: 3
        case .pass: 4
        }
    }
}
