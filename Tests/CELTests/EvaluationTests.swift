import CEL
import Diagnostics
import Testing

@Suite struct EvaluationTests {
    static let environment = CELEnvironment(
        variables: ["x": .int, "d": .double, "s": .string, "m": .map(.string, .int), "l": .list(.int), "any": .dyn, "o": .object("Thing")],
        objectTypes: [ObjectTypeDeclaration("Thing", fields: [.init("name", .string), .init("threshold", .double)])])

    static func run(_ text: String, limits: EvaluationLimits = EvaluationLimits()) throws -> Value {
        let bindings: [String: Value] = [
            "x": .int(3), "d": .double(.nan), "s": .string("straße"), "m": .map(MapValue([("a", .int(1)), ("b", .int(2))])),
            "l": .list([.int(1), .int(2), .int(3)]), "any": .null,
        ]
        return try environment.compile(text).get().evaluate(bindings, limits: limits)
    }

    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("-9223372036854775808", "-9223372036854775808"), ("7 % -3", "1"), ("'a' + \"b\"", "\"ab\""), ("size(s)", "6"),
        ("m['b']", "2"), ("m.a", "1"), ("has(m.c)", "false"), ("l[2]", "3"), ("2 in l", "true"), ("'c' in m", "false"), ("1 == 1.0", "true"),
        ("1u == 1", "true"), ("d == d", "false"), ("!(d < 0.8)", "true"), ("x > 2 ? 'y' : 'n'", "\"y\""), ("[] == []", "true"),
        ("{'a': 1} == {'a': 1.0}", "true"),
        ("l.all(i, i > 0)", "true"), ("l.exists(i, i == 2)", "true"), ("l.exists_one(i, i > 1)", "false"), ("l.filter(i, i > 1)", "[2, 3]"),
        ("l.map(i, i * 2)", "[2, 4, 6]"), ("l.map(i, i > 1, i * 2)", "[4, 6]"), ("m.all(k, m[k] < 3)", "true"), ("[].all(i, false)", "true"),
        ("true || 1 / 0 == 1", "true"), ("1 / 0 == 1 || true", "true"), ("false && 1 / 0 == 1", "false"), ("1 / 0 == 1 && false", "false"),
        ("[1, 0].exists(i, 1 / i == 1)", "true"), ("[0, 1].exists(i, 1 / i == 1)", "true"), ("[0, 1].all(i, 2 / i > 1)", "error"),
        ("[0, 2].all(i, 4 / i > 3)", "false"), ("string(0.1)", "\"0.1\""), ("string(2.0)", "\"2\""), ("int('42')", "42"), ("double('1e3')", "1000"),
        ("int(1e30)", "error"), ("9223372036854775807 + 1", "error"), ("1 / 0", "error"), ("m.c", "error"), ("l[3]", "error"), ("uint(-1)", "error"),
        ("s.startsWith('str')", "true"), ("s.contains('ß')", "true"), ("s.endsWith('')", "true"), ("type(1)", "int"), ("type(1) == int", "true"),
        ("type([1])", "list"), ("type({})", "map"),
        ("timestamp('2026-11-23T16:00:00Z') + duration('1h30m') == timestamp('2026-11-23T17:30:00Z')", "true"),
        ("string(timestamp('2026-11-23T16:00:00.5+01:00'))", "\"2026-11-23T15:00:00.5Z\""), ("string(duration('-1.5s'))", "\"-1.5s\""),
        ("'\\u00fc' == 'ü' && b'\\x41' == b'A' && r'\\n' == '\\\\n'", "true"), ("0x1F", "31"),
        // An integer is compared as the nearest double: cel-cpp's answer, and the official tests'.
        ("9223372036854775807 < 9223372036854775808.0", "false"), ("9007199254740993 == 9007199254740992.0", "true"),
        // What is bound is looked at where it is read, as in cel-go and cel-cpp.
        ("cel.bind(y, 1 / 0, x > 9 && y > 0)", "false"), ("cel.bind(y, 1 / 0, x > 0 && y > 0)", "error"),
        ("cel.bind(y, 1 / 0, true || y > 0)", "true"),
        ("cel.block([1 / 0], true)", "true"), ("cel.block([1 / 0, 7 + x], cel.index(1))", "10"), ("cel.block([1 / 0], cel.index(0))", "error"),
        ("cel.block([1 / 0, cel.index(0)], cel.index(1) == 1 || true)", "true"), ("[1, 0].map(i, cel.bind(y, 1 / i, i > 0 ? y : 0))", "[1, 0]"),
        ("{1: 'a', 2u: 'b'}[2]", "\"b\""), ("dyn(1) == 'a'", "false"), ("[1, 'a', null]", "[1, \"a\", null]"), ("// comment\n1", "1"),
    ])
    func `expressions have the values of the specification`(text: String, expected: String) throws {
        let result = Result { try Self.run(text) }
        switch result {
        case .success(let value): #expect(value.description == expected, "\(text)")
        case .failure(let error): #expect(error is CELEvaluationError && expected == "error", "\(text): \(error)")
        }
    }

    @Test(arguments: [
        ("y + 1", DiagnosticCode.celUndeclaredReference, 0..<1), ("o.treshold > 1.0", .celUndefinedField, 2..<10),
        ("x + 'a'", .celNoMatchingOverload, 2..<3),
        ("1 +", .celSyntax, 3..<3), ("x.all(i, true)", .celTypeMismatch, 0..<1), ("has(x)", .celSyntax, 4..<5),
        ("has(o.nam)", .celUndefinedField, 6..<9),
        ("foo(1)", .celUndeclaredReference, 0..<3), ("'abc'.substr(1)", .celUndeclaredReference, 6..<12),
        ("x.size()", .celNoMatchingOverload, 2..<6), ("l[1.0]", .celNoMatchingOverload, 1..<2), ("x ? 1 : 2", .celNoMatchingOverload, 2..<3),
        ("!x", .celNoMatchingOverload, 0..<1), ("'a' in x", .celNoMatchingOverload, 4..<6), ("math.gratest(1)", .celUndeclaredReference, 5..<12),
        ("x = 1", .celSyntax, 2..<3), ("'abc", .celSyntax, 0..<4),
        ("99999999999999999999", .celSyntax, 0..<20),
        ("(((1)", .celSyntax, 5..<5), ("let", .celSyntax, 0..<3),
    ])
    func `what is wrong is told at its place`(text: String, code: DiagnosticCode, range: Range<Int>) {
        guard case .failure(let failure) = Self.environment.compile(text) else {
            Issue.record("\(text) compiles")
            return
        }
        #expect(failure.issues.first?.code == code, "\(text)")
        #expect(failure.issues.first?.range == range, "\(text)")
    }

    @Test(arguments: [
        (#"size("%s".format([b'a\xff\xfe\xfdb\xe2\x82'])) == 4 && size("%s".format([b'\xef\xbf\xbd\xef\xbf\xbd'])) == 2"#, "true"),
        (#""%s %s %s".format([type([1]), type({}), type(optional.of(1))])"#, #""list map optional_type""#),
        ("'%s'.format([optional.of(1)])", "error"), ("'%s'.format([[optional.none()]])", "error"),
    ])
    func `bytes and types are formatted as text`(text: String, expected: String) { #expect(LibraryTests.run(text) == expected) }

    @Test(arguments: [
        ("[1] + [dyn(2.0)]", "list(dyn)"), ("true ? 2.5 : dyn(1)", "dyn"), ("(false ? dyn(1) : 2.5) + 1.0", "double"), ("[1, 2.0]", "list(dyn)"),
        ("true ? [] : [1]", "list(int)"), ("[[], [1]]", "list(list(int))"), ("[1] + [2]", "list(int)"), ("[] + [1]", "list(int)"),
        ("true ? timestamp(0) : null", "google.protobuf.Timestamp"), ("[[1], [dyn(1)]]", "list(list(dyn))"), ("true ? [1] : [dyn(1)]", "list(dyn)"),
        ("[{'a': 1}, {'a': dyn(1)}]", "list(map(string, dyn))"), ("[{}, {'a': [1]}, {'a': []}]", "list(map(string, list(int)))"),
        ("[[]].map(x, x)", "list(list(dyn))"), ("{}.a", "dyn"), ("[][0].b", "dyn"),
        ("[].map(x, x.y)", "list(dyn)"), ("[?optional.none()]", "list(dyn)"),
        ("{'a': optional.of(1)}.?a", "optional_type(optional_type(int))"), ("optional.of({'a': 1}).?a", "optional_type(int)"),
        ("optional.none().orValue(1)", "int"), ("[optional.none(), optional.of('a')]", "list(optional_type(string))"),
        ("math.greatest(3, 2, 1)", "int"),
        ("true ? null : 1", "dyn"), ("math.greatest(3, 2u, 1.0)", "dyn"), ("[1, 2].indexOf(2.0)", "int"), ("{1: 2.5}[1u]", "double"),
    ])
    func `a type is only deduced of what has it`(text: String, type: String) throws {
        #expect(try LibraryTests.environment.compile(text).get().resultType.description == type)
    }

    @Test func `a slip suggests the name that was meant`() {
        guard case .failure(let failure) = Self.environment.compile("o.treshold > 1.0") else { return #expect(Bool(false)) }
        #expect(failure.issues[0].hint == "did you mean 'threshold'?")
    }

    @Test(arguments: [
        ("foo.bar(1)", "undeclared reference to 'foo'", "known here: any, d, l, m, o, s, x"),
        ("math.gretest(1)", "undeclared function 'math.gretest'", "did you mean 'math.greatest'?"),
        (
            "optional.zzzzzzz(1)", "undeclared function 'optional.zzzzzzz'",
            "there are: optional.none, optional.of, optional.ofNonZeroValue, optional.unwrap"
        ),
        ("any.zzzzzzzzz(1)", "undeclared function 'zzzzzzzzz'", ""),
        (
            "1 == 'a'", "no matching overload for 'int == string' applied to (int, string)",
            "int and string are never equal: convert one of them, as in string(1) == '1'"
        ),
        (
            "true ? 1 : 2.5", "no matching overload for 'bool ? A : A' applied to (bool, int, double)",
            "int and double are of no common type: convert one of them, or write dyn(…) around one"
        ),
        (
            "[1] + [[]]", "no matching overload for 'list(int) + list(list(dyn))' applied to (list(int), list(list(dyn)))",
            "candidates: list(A) + list(A)"
        ),
        (
            "optional.of(1).orValue(2.5)", "no matching overload for 'optional_type(int).orValue(double)' applied to (optional_type(int), double)",
            "candidates: optional_type(V).orValue(V)"
        ),
        (
            "math.greatest('a', 'b', 'c')", "no matching overload for 'math.greatest(list(string))' applied to (list(string))",
            "candidates: math.greatest(int); math.greatest(uint); math.greatest(double); math.greatest(list(int)); math.greatest(list(uint)); "
                + "math.greatest(list(double))"
        ),
        ("l[1.0]", "no matching overload for 'list(int)[double]' applied to (list(int), double)", "candidates: list(A)[int]"),
    ])
    func `a call that is none is told once, with what there is`(text: String, message: String, hint: String) {
        guard case .failure(let failure) = Self.environment.compile(text) else { return #expect(Bool(false), "\(text) compiles") }
        #expect(failure.issues.map(\.message) == [message])
        #expect(failure.issues.first?.hint ?? "" == hint)
    }

    @Test func `where nothing is known, nothing is listed`() {
        guard case .failure(let failure) = CELEnvironment(variables: [:]).compile("x") else { return #expect(Bool(false)) }
        #expect(failure.issues[0].hint == "no variable is known here")
    }

    @Test func `the budget ends what would take too long`() throws {
        var limits = EvaluationLimits()
        limits.cost = 1000
        let nested = "l.map(a, l.map(b, l.map(c, l.map(d, l.map(e, a)))))"
        #expect(throws: CELEvaluationError.self) { try Self.run(nested, limits: limits) }
        // The budget is not an error that || may absorb.
        #expect(throws: CELEvaluationError.self) { try Self.run("\(nested) == [] || true", limits: limits) }
    }

    @Test func `no depth exhausts the stack`() {
        for text in [
            String(repeating: "(", count: 50_000), String(repeating: "!", count: 50_000) + "true", String(repeating: "[", count: 50_000),
            "x" + String(repeating: ".a", count: 40_000), "1" + String(repeating: "+1", count: 40_000),
        ] {
            guard case .failure = Self.environment.compile(text) else {
                Issue.record("\(text.prefix(10))… compiles")
                continue
            }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func `no text makes the engine trap`(seed: UInt64) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let pieces = [
            "x", "d", "s", "m", "l", "any", "o", ".name", ".all(i,", ")", "(", "[", "]", "{", "}", ":", ",", "+", "-", "*", "/", "%", "==", "<", "&&",
            "||", "!",
            "?", "'", "\"", "1", "0", "9223372036854775807", "1e308", "u", "has(", "size(", "int(", "string(", "in", " ", "\\", "timestamp('", "i",
        ]
        for _ in 0..<3000 {
            let text = (0..<(1 + next(14))).map { _ in pieces[next(pieces.count)] }.joined()
            _ = Result { try Self.run(text) }
        }
    }
}
