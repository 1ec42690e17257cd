public import Attestations
import Basics

/// Verdicts for people, plain text without colour.
///
///     DENY  Model/income
///       ✗ equalized-odds/by-sex (Deny): equalized odds difference 0.149 exceeds 0.1
///           evidence.fairness['sex'].equalizedOdds.difference.value = 0.149, limit 0.1
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
        // What a policy or its subject says is not to look like another line, nor to move the cursor over one.
        guard rule.state != .pass else { return [(head + readings(rule)).withoutControls] }
        return lines(of: rule, head).map(\.withoutControls)
    }

    private static func lines(of rule: RuleResult, _ head: String) -> [String] {
        var lines = ["\(head): \(rule.message)"]
        if let waiver = rule.waiver { lines.append("    waived by \(waiver)") }
        for taint in rule.taints { lines.append("    undecided since \(taint)") }
        for cause in rule.causes { lines += render(cause).map { "    " + $0 } }
        let told = Set(rule.causes.flatMap { [$0.measured, $0.limit] + $0.elements })
        for reading in rule.readings where !told.contains(reading) { lines.append("    \(reading.expression) = \(reading.value)") }
        if let control = rule.control { lines.append("    basis \(control)") }
        for location in places(of: rule) { lines.append("    rule  \(location)") }
        if let location = rule.subjectLocation { lines.append("    spec  \(location)") }
        return lines
    }

    /// The parts that decided, or the whole expression where none can be told.
    private static func places(of rule: RuleResult) -> [FileLocation] {
        var places: [FileLocation] = []
        for cause in rule.causes where !places.contains(cause.location) { places.append(cause.location) }
        return places.isEmpty ? [rule.policyLocation] : places
    }

    private static func render(_ cause: Cause) -> [String] {
        let line =
            if let measured = cause.measured, let limit = cause.limit {
                "\(measured.expression) = \(measured.value), limit \(limit.value)" + (isLiteral(limit) ? "" : " (\(limit.expression))")
            } else {
                "\(cause.expression) is \(cause.holds)"
            }
        return [line] + cause.elements.map { "  where \($0.expression) is \($0.value)" }
    }

    private static func isLiteral(_ reading: RuleResult.Reading) -> Bool {
        ["true", "false", "null"].contains(reading.expression) || reading.expression.first.map { $0.isNumber || "-'\"".contains($0) } == true
    }

    static func render(_ finding: Finding) -> [String] { lines(of: finding).map(\.withoutControls) }

    private static func lines(of finding: Finding) -> [String] {
        let mark = finding.outcome == .pass ? finding.isCaution ? "!" : "✓" : finding.outcome == .deny ? "✗" : "?"
        var lines = ["\(mark) \(finding.kind): \(finding.message)"]
        if let location = finding.location { lines.append("    at    \(location)") }
        if let hint = finding.hint { lines.append("    hint: \(hint)") }
        if let remark = finding.remark { lines += remark.split(separator: "\n").map { "    | \($0)" } }
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
