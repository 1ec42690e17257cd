import Basics
import Diagnostics
import Policies
import Testing

/// JSON that says what was measured, and what in it is none of it.
@Suite struct EvidenceDocumentTests {
    private func problems(_ text: String) throws -> [String] {
        let json = try JSONValue(parsing: Array(text.utf8))
        return EvidenceDocument.problems(json, in: SourceFile(path: "e.json", text: text)).map {
            "\($0.span?.start.line ?? 0):\($0.span?.start.column ?? 0) \($0.message)"
        }
    }

    @Test func `what is no evidence is told at its place`() throws {
        #expect(try problems(#"{"performance": {"rocAUC": {"value": 0.9, "n": 3}}}"#) == [])
        #expect(
            try problems("{\"performanc\": {},\n  \"performance\": {\"rocAUC\": {\"value\": \"x\"}}}") == [
                "1:2 Evidence has no field 'performanc'", "2:39 'value' must be a number, not a string",
            ])
        #expect(try problems("[]") == ["1:1 'evidence' must be a mapping, not a list"])
    }

    /// YAML has no surrogate pairs: such a document is checked all the same, in the order of its names.
    @Test func `JSON that is no YAML is checked too`() throws {
        let text = "\n{\"b\": 1, \"d\": 1, \"a\": 1, \"c\": 1, \"performance\": {\"rocAUC\": {\"undefined\": \"\\ud83d\\ude00\"}}}"
        #expect(try problems(text) == ["a", "b", "c", "d"].map { "1:1 Evidence has no field '\($0)'" })
    }
}
