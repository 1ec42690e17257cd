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

    @Test func `an error of the expression has its place, one of its evaluation its reason`() throws {
        let wrong = try run("a + 'x'", "--input", "in.json", "--types", "types.json")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("expression:1:1: error[E0303]"))
        let failing = try run("a.map(x, x / 0)", "--input", "in.json")
        #expect(failing.status == 1)
        #expect(failing.text.hasPrefix("error: division by zero\n"))
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
}
