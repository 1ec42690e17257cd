import Basics
import Testing

@Suite struct JSONTests {
    @Test func `a canonical document reads back to itself`() throws {
        let value: JSONValue = ["b": [1, 2.0, -0.5e-7, "ü\u{1F600}\u{01}\"\\"], "a": ["x": nil, "y": true], "": [:]]
        #expect(try JSONValue(parsing: value.canonicalBytes) == value)
        #expect(try JSONValue(parsing: value.prettyBytes) == value)
        #expect(value.canonicalText == #"{"":{},"a":{"x":null,"y":true},"b":[1,2.0,-5e-08,"ü😀\u0001\"\\"]}"#)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "01", "1.", "+1", "nul", "\"\\ud800\"", "\"\\udc00\"", "{\"a\":1,\"a\":2}", "1 2", "9223372036854775808",
        "1e999", "\"\u{01}\"", "'a'", "\"\\u+123\"", "NaN",
    ])
    func `what is not strict JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func `a figure that is no number is written as a missing one, and stops nothing`() {
        let value: JSONValue = ["a": .double(.nan), "b": [.double(.infinity), .double(-.infinity), 1.5]]
        #expect(value.canonicalText == #"{"a":null,"b":[null,null,1.5]}"#)
        #expect((try? JSONValue(parsing: value.prettyBytes)) == ["a": .null, "b": [.null, .null, 1.5]])
    }

    @Test func `nesting is bounded`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
    }

    @Test func `surrogate pairs and all escapes are read`() throws {
        #expect(try JSONValue(parsing: #""\ud83d\ude00\b\f\n\r\t\/""#) == .string("😀\u{08}\u{0C}\n\r\t/"))
    }
}
