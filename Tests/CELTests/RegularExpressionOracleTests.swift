import Basics
import CEL
import Testing

/// RE2's own answers: which patterns there are, where they match, and what each group has.
@Suite struct RegularExpressionOracleTests {
    @Test func `patterns match as RE2 has it, with their groups`() throws {
        let replacing = try CELOracle.compile("regex.replace(a, b, c)")
        let finding = try CELOracle.compile("a.matches(b)")
        var failures: [String] = []
        let cases = try CELOracle.cases("regex")
        for test in cases {
            guard let pattern = test["pattern"]?.stringValue, let text = test["text"]?.stringValue else { continue }
            let expected = test["replaced"]?.stringValue
            let groups = (0...(test["groups"]?.intValue ?? 0)).map { "\\\($0)" }.joined(separator: "|")
            var given: String?
            if case .string(let text)? = CELOracle.value(replacing, ["a": text, "b": pattern, "c": "<\(groups)>"]) { given = text }
            if given.map({ Array($0.utf8) }) != expected.map({ Array($0.utf8) }) {
                failures.append("\(pattern) on \(text): \(given ?? "error"), RE2: \(expected ?? "error")")
            }
            var isMatch: Bool?
            if case .bool(let answer)? = CELOracle.value(finding, ["a": text, "b": pattern]) { isMatch = answer }
            if isMatch != expected.map({ $0 != text || $0.contains("<") }) {
                failures.append("\(pattern) on \(text): matches() gives \(isMatch as Bool?)")
            }
        }
        #expect(cases.count > 1500)
        #expect(failures.isEmpty, "\(failures.count) differ:\n\(failures.prefix(40).joined(separator: "\n"))")
    }
}
