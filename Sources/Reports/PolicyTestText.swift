import Basics
public import Policies

/// Policy tests for people.
///
///     adverse-impact
///       ✓ equal-rates
///       ✗ small-ratio
///           four-fifths is pass, expected fail
///           at policies/adverse-impact_test.yaml:20:9
///     coverage of adverse-impact: 1 of 2 (50 %)
///       policies/adverse-impact.yaml:19:19 no case lets the rule 'four-fifths' fail
///     1 passed, 1 failed, 50 % covered
public enum PolicyTestText {
    public static func render(_ report: PolicyTestReport) -> String {
        var lines: [String] = []
        var test: String?
        for each in report.cases {
            if each.test != test { lines.append(each.test) }
            test = each.test
            lines.append("  \(each.failures.isEmpty ? "✓" : "✗") \(each.name)")
            for failure in each.failures { lines += ["      \(failure.message)".withoutControls, "      at \(failure.location)"] }
        }
        for coverage in report.coverage {
            lines.append(
                "coverage of \(coverage.policy): \(coverage.covered) of \(coverage.points) (\(coverage.covered * 100 / max(1, coverage.points)) %)")
            for gap in coverage.gaps { lines.append("  \(gap.location) \(gap.message)") }
        }
        for problem in report.problems { lines.append("✗ \(problem.message)\n    at \(problem.location)") }
        lines.append("\(report.cases.count - report.failed) passed, \(report.failed) failed, \(report.percentCovered) % covered")
        return lines.joined(separator: "\n")
    }
}
