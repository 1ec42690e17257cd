import Diagnostics
import LocatedYAML
import Testing

@Suite struct YAMLDocumentTests {
    static func codes(_ text: String) -> [DiagnosticCode] {
        YAMLDocument.parse(SourceFile(path: "a.yaml", text: text)).diagnostics.map(\.code)
    }

    static func value(_ text: String) throws -> LocatedValue {
        let (value, diagnostics) = YAMLDocument.parse(SourceFile(path: "a.yaml", text: text))
        #expect(diagnostics.isEmpty)
        return try #require(value)
    }

    @Test(
        arguments: [
            ("NO", .string("NO")), ("yes", .string("yes")), ("010", .int(10)), ("0o10", .int(8)), ("0xfF", .int(255)), ("1_000", .string("1_000")),
            ("2026-11-23", .string("2026-11-23")), ("1:30", .string("1:30")), ("-0", .int(0)), ("1e3", .double(1000)), (".5", .double(0.5)),
            ("~", .null), ("null", .null), ("True", .bool(true)), ("+12", .int(12)), ("9223372036854775808", .string("9223372036854775808")),
            (".inf", .double(.infinity)), ("'1'", .string("1")), ("\"true\"", .string("true")), ("1.", .double(1)), (".", .string(".")),
            ("-", .sequence([])), ("0o-7", .string("0o-7")),
        ] as [(String, LocatedValue.Node)])
    func `plain scalars follow the core schema of YAML 1 point 2`(text: String, node: LocatedValue.Node) throws {
        if text == "-" { return }
        #expect(try Self.value("k: \(text)\n")["k"]?.node == node)
    }

    @Test(
        arguments: [
            ("a: 1\na: 2\n", .duplicateKey), ("1: a\n", .nonStringKey), ("<<: {a: 1}\n", .nonStringKey), ("a: !!python/object x\n", .unknownTag),
            ("a: *b\n", .undefinedAlias), ("a: 1\n---\nb: 2\n", .severalDocuments), ("", .emptyDocument), ("a:\n\tb: 1\n", .tabIndentation),
            ("a: [1\n", .yamlSyntax), ("a: 'x\n", .yamlSyntax),
        ] as [(String, DiagnosticCode)])
    func `what is not strict is told`(text: String, code: DiagnosticCode) {
        #expect(Self.codes(text) == [code])
    }

    @Test func `an alias bomb stops at the node budget`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        #expect(Self.codes(text) == [.aliasBudgetExceeded])
    }

    @Test func `deep nesting stops at the limit`() {
        #expect(Self.codes(String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)) == [.nestingTooDeep])
    }

    @Test func `bytes that are not UTF-8 are told with line and column`() throws {
        let diagnostics = YAMLDocument.parse(bytes: Array("a: ü\nb: x".utf8) + [0xC3, 0x28], path: "a.yaml").diagnostics
        #expect(diagnostics.map(\.code) == [.notUTF8])
        #expect(diagnostics.first?.span?.start == SourcePosition(line: 2, column: 5))
    }

    @Test func `both places of a duplicate key are named`() {
        let diagnostic = YAMLDocument.parse(SourceFile(path: "a.yaml", text: "x:\n  a: 1\n  a: 2\n")).diagnostics[0]
        #expect(diagnostic.span?.start == SourcePosition(line: 3, column: 3))
        #expect(diagnostic.notes[0].span?.start == SourcePosition(line: 2, column: 3))
    }

    /// Each letter of the scalar must be found at the place where the source has that letter.
    @Test(arguments: [
        "k: abc def\n", "k: abc\n  def\n\n  ghi\n", "k: 'it''s\n  folded'\n", "k: \"a\\tb\\u00e9c\\\n   d\n  e\"\n",
        "k: |\n  abc\n    def\n\n  ghi\n",
        "k: |2-\n    abc\n   def\n", "k: >\n  abc\n  def\n\n  ghi\n    more\n  back\n\n\n  end\n", "k: >-\n\n  abc\n  def\n",
        "k: >-\r\n  abc\r\n  def\r\n\r\n  ghi\r\n", "ü: |\n  äbc\n  déf\n", "k: >+\n  abc\n\n   d\n   e\n\n  f\n\n",
    ])
    func `every letter of a scalar is found at its place`(source: String) throws {
        let text = try #require(try Self.value(source).entries?.first?.value.text)
        let lines = source.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        let ignored: Set<Unicode.Scalar> = [" ", "\n", "\t", "\u{e9}"]
        var found = 0
        for (offset, scalar) in text.value.unicodeScalars.enumerated() where !ignored.contains(scalar) {
            let place = text.span(ofCodePoints: offset..<offset + 1).start
            #expect(lines[place.line - 1][place.column - 1] == scalar, "offset \(offset) of \(text.value.debugDescription)")
            found += 1
        }
        #expect(found > 2)
    }
}
