import Testing

@testable import CEL

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
        ("^\\D\\S$", ["ab"], ["1b", "a "]), ("^\\p{Greek}+$", ["αβγ", "Ω"], ["a", "α1", "я"]), ("^\\P{Latin}$", ["1", "я"], ["a", "É"]),
        ("^[\\p{Han}\\p{Hiragana}]+$", ["漢字かな"], ["カナ"]), ("^\\p{^Cyrillic}$", ["a"], ["я"]), ("^(?i)\\p{Lu}$", ["a", "A"], ["1"]),
        ("^\\p{Any}$", ["a", "\n"], ["", "ab"]), ("^\\p{Common}\\p{Inherited}$", ["1\u{301}"], ["a\u{301}"]),
    ]

    @Test(arguments: cases) func `a pattern matches what it says`(_ pattern: String, _ yes: [String], _ no: [String]) throws {
        for text in yes { #expect(try Self.matches(text, pattern) == true, "\(pattern) on \(text)") }
        for text in no { #expect(try Self.matches(text, pattern) == false, "\(pattern) on \(text)") }
    }

    @Test(arguments: [
        "(", ")", "a)", "[a", "[z-a]", "*a", "a**", "(?<x", "(?z)", "\\", "\\1", "\\q", "\\x{zz}", "a{3,2}", "a{2000}", "\\p{Nothing}", "\\p{greek}",
        "\\p{Zzzz}", "[[:nope:]]",
        // RE2 lets two groups have one name; Go, and so cel-go, does not.
        "(?P<a>x)(?P<a>y)",
    ])
    func `what is no pattern is an error`(pattern: String) {
        #expect(throws: CELEvaluationError.self) { try Self.matches("a", pattern) }
    }

    /// Unicode 15.1 has 149,878 letters and controls with a script of their own, `Common` or `Inherited`; no letter has two.
    @Test func `every letter has one script`() {
        var ranges = UnicodeScripts.names.flatMap { UnicodeScripts.ranges(of: $0) ?? [] }
        ranges.sort { $0.lowerBound < $1.lowerBound }
        for (range, next) in zip(ranges, ranges.dropFirst()) { #expect(range.upperBound < next.lowerBound) }
        #expect(ranges.reduce(0) { $0 + $1.count } == 149_878)
        #expect(UnicodeScripts.names.count == 163)
    }

    /// A search that ends at the budget has spent it, and one that nobody wants any more ends.
    @Test func `what is used up is counted, and a long search can be cancelled`() throws {
        let expression = try CELEnvironment(variables: ["text": .string]).compile("text.findAll('a*b|a') == []").get()
        let bindings: [String: Value] = ["text": .string(String(repeating: "a", count: 2000))]
        var limits = EvaluationLimits()
        limits.cost = 10_000
        let (result, cost) = expression.measured(bindings, limits: limits)
        #expect(cost == 10_000)
        #expect { try result.get() } throws: { ($0 as? CELEvaluationError)?.code == .limit }
        limits.isCancelled = { true }
        #expect { try expression.evaluate(bindings, limits: limits) } throws: { ($0 as? CELEvaluationError)?.code == .cancelled }
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
