import Attestations
public import Policies

/// Policy tests in the XML that CI systems read (the JUnit form, as Jenkins and GitLab document it).
public enum JUnit {
    public static func render(_ report: PolicyTestReport) -> String {
        let failures = report.failed + report.problems.count
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites name="proviso policy test" tests="\#(report.cases.count + report.problems.count)" failures="\#(failures)">"#,
        ]
        var tests: [String] = []
        for each in report.cases where !tests.contains(each.test) { tests.append(each.test) }
        for test in tests {
            let cases = report.cases.filter { $0.test == test }
            lines.append(
                #"  <testsuite name="\#(escape(test))" tests="\#(cases.count)" failures="\#(cases.count { !$0.failures.isEmpty })">"#)
            for each in cases { lines += render(each) }
            lines.append("  </testsuite>")
        }
        if !report.problems.isEmpty {
            let count = report.problems.count
            lines.append(#"  <testsuite name="policies" tests="\#(count)" failures="\#(count)">"#)
            for problem in report.problems {
                lines += [
                    #"    <testcase name="\#(escape(problem.message))" classname="policies">"#, failure(problem), "    </testcase>",
                ]
            }
            lines.append("  </testsuite>")
        }
        return (lines + ["</testsuites>"]).joined(separator: "\n")
    }

    private static func render(_ each: PolicyTestReport.CaseResult) -> [String] {
        let head = #"    <testcase name="\#(escape(each.name))" classname="\#(escape(each.policy))" file="\#(escape(each.location.path))""#
        guard !each.failures.isEmpty else { return [head + "/>"] }
        return [head + ">"] + each.failures.map(failure) + ["    </testcase>"]
    }

    private static func failure(_ failure: PolicyTestReport.Failure) -> String {
        #"      <failure message="\#(escape(failure.message))">\#(escape("\(failure.location)"))</failure>"#
    }

    /// For attributes and text; characters that XML 1.0 cannot have become U+FFFD.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n": escaped += "&#10;"
            case "\t": escaped += "&#9;"
            case "\r": escaped += "&#13;"
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                escaped.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return escaped
    }
}
