import Basics
import Foundation
import TestSupport
import Testing

@Suite struct CELCommandTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Data(#"{"a": [1, 2, 3], "limit": 2.5, "name": "x"}"#.utf8).write(to: folder.url.appendingPathComponent("in.json"))
        try Data(#"{"a": "list(int)"}"#.utf8).write(to: folder.url.appendingPathComponent("types.json"))
        try Data(#"{"a": "lists"}"#.utf8).write(to: folder.url.appendingPathComponent("bad.json"))
    }

    func run(_ arguments: String...) throws -> StockTool.Result { try Program.run(["cel"] + arguments, in: folder.path) }

    @Test func `a value comes with its type and cost`() throws {
        let result = try run("a.map(x, x * 2)", "--input", "in.json", "--types", "types.json")
        #expect(result.status == 0)
        #expect(result.text.split(separator: "\n").first == "[2, 4, 6]")
        #expect(result.text.contains("type list(int), cost "))
        #expect(try run("1 + 1").text.hasPrefix("2\n"))
    }

    @Test func `the guide's lines print what it says`() throws {
        let root = TestFiles.fixtures.deletingLastPathComponent().deletingLastPathComponent()
        let guide = try String(contentsOf: root.appendingPathComponent("Docs/PolicyAuthors.md"), encoding: .utf8)
        let part = try #require(guide.components(separatedBy: "## Trying an expression\n").dropFirst().first?.components(separatedBy: "\n## ").first)
        let blocks = part.components(separatedBy: "```")
        try #require(blocks.count == 5)
        let path = "PATH=\(URL(fileURLWithPath: Program.path).deletingLastPathComponent().path):$PATH\n"
        let result = try StockTool.run("/bin/bash", ["-ec", path + blocks[1].dropFirst("sh\n".count)], in: folder.path)
        #expect(result.status == 0 && "\n" + result.text == blocks[3])
    }

    @Test func `a trace has every sub-expression in the order of evaluation`() throws {
        let result = try run("a.exists(x, x > 1) && limit < 3.0", "--input", "in.json", "--trace", "--format", "json")
        let steps = try JSONValue(parsing: result.output)["trace"]?.arrayValue?.map {
            "\($0["expression"]?.stringValue ?? "") = \($0["value"]?.stringValue ?? "")"
        }
        #expect(
            steps == [
                "a = [1, 2, 3]", "x = 1", "x > 1 = false", "x = 2", "x > 1 = true", "a.exists(x, x > 1) = true", "limit = 2.5", "limit < 3.0 = true",
                "a.exists(x, x > 1) && limit < 3.0 = true",
            ])
    }

    @Test func `a value that holds itself many times over is not written out, which would never end`() throws {
        let tenfold = String(repeating: ".map(x, [x, x, x, x, x, x, x, x, x, x])", count: 20)
        for format in ["text", "json"] {
            let result = try run("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\(tenfold)", "--format", format)
            #expect(result.status != 0 && result.text.contains("too many to write out"))
        }
        #expect(try run("size([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\(tenfold))").text.hasPrefix("10\n"))
    }

    @Test func `an error of the expression has its place, one of its evaluation its reason`() throws {
        let wrong = try run("a + 'x'", "--input", "in.json", "--types", "types.json")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("expression:1:3: error[E0303]"))
        let failing = try run("a.map(x, x / 0)", "--input", "in.json")
        #expect(failing.status == 1)
        #expect(failing.text.hasPrefix("error: division by zero\n"))
        let placed = try Program.run(["cel", "[1, 0].map(i, 10 / i)"], in: TestFiles.fixtures.path)
        #expect(placed.text.hasPrefix("error: division by zero\n    1 | [1, 0].map(i, 10 / i)\n      |               ^^^^^^\n"), "\(placed.text)")
        let costly = try run(
            "[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c, [1,2,3,4,5,6,7,8,9,10].map(d,"
                + " [1,2,3,4,5,6,7,8,9,10].map(e, [1,2,3,4,5,6,7,8,9,10].all(f, f > 0))))))")
        #expect(costly.status == 1)
        #expect(costly.text.contains("costs more than its budget"))
    }

    @Test func `types that are none and inputs that are no object are the caller's mistakes`() throws {
        let types = try run("a", "--input", "in.json", "--types", "bad.json")
        #expect(types.status == 2 && types.errors.contains("'lists', the type of 'a', is no CEL type"))
        try Data("[]".utf8).write(to: folder.url.appendingPathComponent("list.json"))
        #expect(try run("1", "--input", "list.json").status == 2)
        #expect(try run("1", "--input", "nowhere.json").status == 2)
    }

    @Test func `an expression may begin with a minus sign`() throws {
        #expect(try run("-1 + 2").text.hasPrefix("1\n"))
        #expect(try run("--format", "json", "-limit", "--input", "in.json").text.contains("\"value\": -2.5"))
        #expect(try run("--", "--1").text.hasPrefix("1\n"))
        #expect(try run("--inptu", "x").status == 2)
    }

    @Test func `a value is JSON, and its spelling quotes what must be quoted`() throws {
        func object(_ expression: String) throws -> JSONValue { try JSONValue(parsing: try run(expression, "--format", "json").output) }
        let text = try object("'a\"b\\\\'")
        #expect(text["value"] == .string("a\"b\\") && text["text"] == .string("\"a\\\"b\\\\\""))
        #expect(try object("{'a': [1, 2.5, null, true]}")["value"] == ["a": [1, 2.5, nil, true]])
        #expect(try object("null").objectValue?["value"] == .some(.null))
        #expect(try object("1 / 0").objectValue?["value"] == nil)
        #expect(try object("[timestamp(0), b'abc', 18446744073709551615u]")["value"] == ["1970-01-01T00:00:00Z", "YWJj", "18446744073709551615"])
    }

    @Test func `the input is read as its types say`() throws {
        try Data(
            #"{"t": "2026-11-24T10:00:00Z", "d": "1h", "b": "YWJj", "u": 7, "l": ["1s"], "m": {"1": 2}, "o": null, "i": "10.0.0.1"}"#.utf8
        ).write(to: folder.url.appendingPathComponent("typed.json"))
        try Data(
            (#"{"t": "timestamp", "d": "duration", "b": "bytes", "u": "uint", "l": "list(duration)", "m": "map(int, double)", "o": "optional_type(int)", "#
                + #""i": "net.IP", "zz": "string"}"#).utf8
        ).write(to: folder.url.appendingPathComponent("typed-types.json"))
        func typed(_ expression: String) throws -> StockTool.Result {
            try run(expression, "--input", "typed.json", "--types", "typed-types.json")
        }
        let all = try typed(
            "t.getFullYear() == 2026 && d == duration('60m') && b == b'abc' && u == 7u && l[0] < d && m[1] == 2.0 && !o.hasValue() && i.family() == 4"
        )
        #expect(all.text.hasPrefix("true\n"), "\(all.text)\(all.errors)")
        let lacking = try typed("zz == ''")
        #expect(lacking.status == 2 && lacking.errors.contains("the input has no 'zz'"))
        try Data(#"{"a": 5, "l": [1, "x"]}"#.utf8).write(to: folder.url.appendingPathComponent("wrong.json"))
        try Data(#"{"a": "string"}"#.utf8).write(to: folder.url.appendingPathComponent("a.json"))
        try Data(#"{"l": "list(int)"}"#.utf8).write(to: folder.url.appendingPathComponent("l.json"))
        let wrong = try run("size(a)", "--input", "wrong.json", "--types", "a.json")
        #expect(wrong.status == 2 && wrong.errors.contains("a is 5, which is no string"))
        #expect(try run("l", "--input", "wrong.json", "--types", "l.json").errors.contains("l[1] is \"x\", which is no int"))
    }

    @Test func `a long trace says how much it leaves out`() throws {
        let thousands =
            "[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4].all(d, a + b + c + d >= 0))))"
        let result = try run(thousands, "--trace")
        let lines = result.text.split(separator: "\n")
        #expect(lines.count == 10_003)
        #expect(lines.dropLast(2).last?.hasSuffix(" more") == true)
        #expect(try run(thousands).text.split(separator: "\n").count == 2)
    }
}
