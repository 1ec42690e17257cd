import CEL
import Testing

/// The functions of the libraries, on the examples of cel-go's and Kubernetes' documentation and on what these leave open.
enum LibraryTests {
    static let environment = CELEnvironment(
        variables: ["ints": .list(.int), "empty": .list(.dyn), "names": .list(.string), "any": .dyn], libraries: CELLibrary.reproducible)

    /// The value as text; `error` where there is none. Its cost must be within the estimate.
    static func run(_ text: String, limits: EvaluationLimits = EvaluationLimits()) -> String {
        guard case .success(let expression) = environment.compile(text) else { return "compile error" }
        let bindings: [String: Value] = [
            "ints": .list([3, 1, 2].map { .int($0) }), "empty": .list([]), "names": .list(["b", "a"].map { .string($0) }),
            "any": .list([.int(1), .double(1), .string("x")]),
        ]
        let (result, cost) = expression.measured(bindings, limits: limits)
        guard case .success(let value) = result else { return "error" }
        let estimate = expression.estimatedCost
        guard cost >= estimate.minimum, cost <= estimate.maximum ?? .max else { return "costs \(cost), not \(estimate) as estimated" }
        return value.description
    }
}

@Suite struct RegularExpressionLibraryTests {
    @Test(arguments: [
        (#"regex.replace('hello world hello', 'hello', 'hi')"#, #""hi world hi""#), (#"regex.replace('banana', 'a', 'x', 0)"#, #""banana""#),
        (#"regex.replace('banana', 'a', 'x', 1)"#, #""bxnana""#), (#"regex.replace('banana', 'a', 'x', 2)"#, #""bxnxna""#),
        (#"regex.replace('banana', 'a', 'x', -12)"#, #""bxnxnx""#), (#"regex.replace('foo bar', '(fo)o (ba)r', r'\2 \1')"#, #""ba fo""#),
        (#"regex.replace('foo bar', '(', r'\2 \1')"#, "error"), (#"regex.replace('foo bar', '(', 'x', 0)"#, #""foo bar""#),
        (#"regex.replace('test', '(.)', r'\2')"#, "error"), (#"regex.replace('id=123', r'id=(?P<value>\d+)', r'value: \values')"#, "error"),
        (#"regex.replace('ab', 'b', r'\\\0\0')"#, #""a\\bb""#), (#"regex.replace('ab', 'b', '\\')"#, "error"),
        (#"regex.replace('abc', '', '-')"#, #""-a-b-c-""#), (#"regex.replace('xay', 'a|(q)', r'[\1]')"#, #""x[]y""#),
        (#"regex.extract('hello world', 'hello(.*)').value()"#, #"" world""#), (#"regex.extract('item-A, item-B', r'item-(\w+)').value()"#, #""A""#),
        (#"regex.extract('HELLO', 'hello')"#, "optional.none()"), (#"regex.extract('testuser@testdomain', '(.*)@([^.]*)')"#, "error"),
        (#"regex.extract('ab', 'a(x?)b')"#, "optional.none()"), (#"regex.extract('b', '(a)?b')"#, "optional.none()"),
        (#"regex.extract('ab', 'x*')"#, #"optional.of("")"#), (#"regex.extractAll('id:123, id:456', r'id:\d+')"#, #"["id:123", "id:456"]"#),
        (#"regex.extractAll('id:123, id:456', r'id:(\d)')"#, #"["1", "4"]"#), (#"regex.extractAll('id:123, id:456', 'assa')"#, "[]"),
        (#"regex.extractAll('testuser@testdomain', '(.*)@([^.]*)')"#, "error"), (#"'abc 123'.find('[0-9]+')"#, #""123""#),
        (#"'abc'.find('[0-9]+')"#, #""""#), (#"'123 abc 456'.findAll('[0-9]+')"#, #"["123", "456"]"#),
        (#"'123 abc 456'.findAll('[0-9]+', 1)"#, #"["123"]"#), (#"'123 abc 456'.findAll('[0-9]+', 0)"#, "[]"),
        (#"'123 abc 456'.findAll('[0-9]+', -1)"#, #"["123", "456"]"#), (#"'abc'.findAll('x')"#, "[]"), (#"'a'.find('(')"#, "error"),
        (#"'straße'.find('ß.')"#, #""ße""#), (#"'a'.findAll('a', 9223372036854775807)"#, #"["a"]"#),
    ])
    func `matches are found, taken out and replaced`(text: String, expected: String) { #expect(LibraryTests.run(text) == expected, "\(text)") }

    @Test(arguments: [
        ("EET", "9"), ("PST8PDT", "23"), ("America/New_York", "2"), ("Etc/GMT+1", "5"), ("EST", "1"), ("+05:30", "11"), ("", "6"), ("GMT", "6"),
        ("GMT+1", "error"), ("PST", "error"), ("IST", "error"), ("SST", "error"), ("Z", "error"), ("utc", "error"), ("Etc/Unknown", "error"),
    ])
    func `a time zone is named as its database names it`(zone: String, hours: String) throws {
        let expression = try CELEnvironment(variables: [:]).compile("timestamp('2026-07-01T06:00:00Z').getHours('\(zone)')").get()
        #expect((try? expression.evaluate([:]))?.description ?? "error" == hours)
    }

    @Test func `a search pays for its steps`() throws {
        let expression = try CELEnvironment(variables: ["text": .string]).compile("text.findAll('(x+x+)+y|x')").get()
        func cost(_ length: Int) -> UInt64 {
            var limits = EvaluationLimits()
            limits.cost = 1_000_000_000
            return expression.measured(["text": .string(String(repeating: "x", count: length))], limits: limits).cost
        }
        // Each of the matches looks as far as the end: twice the text is four times the work, which the budget then ends.
        #expect(cost(400) > 3 * cost(200))
        #expect(cost(400) < 5 * cost(200))
        var limits = EvaluationLimits()
        limits.cost = 20_000
        let long = Value.string(String(repeating: "x", count: 100_000))
        #expect(throws: CELEvaluationError.self) { try expression.evaluate(["text": long], limits: limits) }
    }

    @Test func `a short pattern that stands for a long program is paid for, also when it is known already`() throws {
        let expression = try CELEnvironment(variables: [:]).compile("''.matches('(?:(?:(?:ab){10}){10}){10}')").get()
        let costs = (0..<3).map { _ in expression.measured([:]).cost }
        #expect(costs[0] > 200)
        #expect(Set(costs).count == 1)
    }
}
