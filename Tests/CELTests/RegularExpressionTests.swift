import CEL
import Testing

/// `matches` in RE2's syntax. The answers are those of Python's `re.search`, which agrees with RE2 on these.
@Suite struct RegularExpressionTests {
    static func matches(_ text: String, _ pattern: String) throws -> Bool? {
        let environment = CELEnvironment(variables: ["text": .string, "pattern": .string])
        let expression = try environment.compile("text.matches(pattern)").get()
        guard case .bool(let answer) = try expression.evaluate(["text": .string(text), "pattern": .string(pattern)]) else { return nil }
        return answer
    }

    static let cases: [(pattern: String, yes: [String], no: [String])] = [
        ("abc", ["abc", "xabcx"], ["ab", "acb", ""]), ("^abc$", ["abc"], ["xabc", "abc\n", "abcd"]), ("", ["", "a"], []),
        ("a.c", ["abc", "aéc"], ["a\nc", "ac"]), ("(?s)a.c", ["a\nc"], ["ac"]), ("^a*$", ["", "aaa"], ["ab"]),
        ("^a+b?$", ["a", "aab"], ["", "abb"]),
        ("^(ab|cd)+$", ["abcdab"], ["abc", ""]), ("^a{2}$", ["aa"], ["a", "aaa"]), ("^a{2,}$", ["aa", "aaaa"], ["a"]),
        ("^a{1,3}?$", ["a", "aaa"], ["aaaa"]),
        ("a{x}", ["a{x}"], ["ax"]), ("^[a-c]x$", ["ax", "cx"], ["dx", "-x"]), ("^[^a-c]$", ["d", "é"], ["a"]), ("^[]a]$", ["]", "a"], ["b"]),
        ("^[a\\-z]$", ["-", "a", "z"], ["b"]), ("^[a-]$", ["-", "a"], ["b"]), ("^\\d+\\.\\d{2}$", ["12.50"], ["12,50", "1.5"]),
        ("\\bword\\b", ["a word here"], ["words"]),
        ("^\\w+\\s\\W$", ["ab !"], ["ab c"]), ("^[\\d\\s]+$", ["1 2"], ["a"]), ("(?i)straße", ["STRAßE", "straße"], ["strasse"]),
        ("(?i:a)b", ["Ab"], ["AB"]),
        ("(?m)^b$", ["a\nb\nc"], ["ab"]), ("^(?:a|b)(?P<n>c)$", ["ac", "bc"], ["c"]), ("\\x41\\x{e9}", ["Aé"], ["A"]),
        ("^\\p{Lu}\\p{L}*$", ["Éa", "Abc"], ["abc", "A1"]),
        ("^\\PN+$", ["abc"], ["ab1"]), ("^[[:alpha:]]+$", ["abc"], ["a1"]), ("^[[:^digit:]]$", ["a"], ["1"]), ("\\Qa.b\\E+", ["a.bb"], ["axb"]),
        ("^(a|ab)(c|bcd)$", ["abcd", "abc", "ac"], ["ab"]),
        ("^$", [""], ["\n"]), ("\\$", ["a$"], ["a"]), ("^(a*)*b$", ["aaab", "b"], ["aaa"]), ("a|", ["", "x"], []),
        ("^\\D\\S$", ["ab"], ["1b", "a "]),
    ]

    @Test(arguments: cases) func `a pattern matches what it says`(_ pattern: String, _ yes: [String], _ no: [String]) throws {
        for text in yes { #expect(try Self.matches(text, pattern) == true, "\(pattern) on \(text)") }
        for text in no { #expect(try Self.matches(text, pattern) == false, "\(pattern) on \(text)") }
    }

    @Test(arguments: [
        "(", ")", "a)", "[a", "[z-a]", "*a", "a**", "(?<x", "(?z)", "\\", "\\1", "\\q", "\\x{zz}", "a{3,2}", "a{2000}", "\\p{Nothing}", "[[:nope:]]",
        // RE2 lets two groups have one name; Go, and so cel-go, does not.
        "(?P<a>x)(?P<a>y)",
    ])
    func `what is no pattern is an error`(pattern: String) {
        #expect(throws: CELEvaluationError.self) { try Self.matches("a", pattern) }
    }

    /// A backtracking engine would need longer than the universe has.
    @Test(arguments: ["^(a+)+$", "^(a|a)*$", "^(a*)*$", "^(a|aa)+$", "(x+x+)+y", "^(.*?,){11}P"]) func `no pattern takes more than linear time`(
        pattern: String
    ) throws {
        let text = String(repeating: pattern.contains("x") ? "x" : "a", count: 3000) + "b"
        #expect(try Self.matches(text, pattern) == false)
    }

    @Test func `a pattern that would grow without bound is refused`() {
        #expect(throws: CELEvaluationError.self) { try Self.matches("a", "((a{100}){100}){100}") }
        #expect(throws: CELEvaluationError.self) {
            try Self.matches("a", String(repeating: "(", count: 5000) + "a" + String(repeating: ")", count: 5000))
        }
    }
}
