import CLibYAML
public import Diagnostics

/// Reads one YAML 1.2 document strictly, with the place of every node.
///
/// Refused: several documents, tags beyond the core schema's, keys that are no strings, repeated keys, merge keys, aliases that expand beyond the
/// limits, tabs as indentation, bytes that are not UTF-8.
public enum YAMLDocument {
    /// - Returns: the tree if there is one, and everything that is wrong. libyaml stops at its first syntax error; what comes before it is reported.
    public static func parse(
        bytes: [UInt8], path: String, limits: YAMLLimits = YAMLLimits()
    ) -> (value: LocatedValue?, diagnostics: [Diagnostic]) {
        guard bytes.count <= limits.bytes else {
            let file = SourceFile(path: path, text: "")
            return (
                nil, [Diagnostic(.fileTooLarge, "the file has \(bytes.count) bytes; at most \(limits.bytes) are read", at: SourceSpan(startOf: file))]
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { return (nil, [invalidUTF8(bytes, path: path)]) }
        return parse(SourceFile(path: path, text: text), limits: limits)
    }

    public static func parse(_ file: SourceFile, limits: YAMLLimits = YAMLLimits()) -> (value: LocatedValue?, diagnostics: [Diagnostic]) {
        var builder = TreeBuilder(source: SourceText(file), limits: limits)
        let value = builder.document()
        return (builder.diagnostics.hasErrors ? nil : value, builder.diagnostics)
    }

    /// Names the first bad byte's line and column, counting the code points before it.
    private static func invalidUTF8(_ bytes: [UInt8], path: String) -> Diagnostic {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        var position = SourcePosition(line: 1, column: 1)
        reading: while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                offset += encoded.count
                position.column += 1
                if encoded.first == UInt8(ascii: "\n") { position = SourcePosition(line: position.line + 1, column: 1) }
            case .error, .emptyInput: break reading
            }
        }
        let file = SourceFile(path: path, text: String(decoding: bytes, as: UTF8.self))
        return Diagnostic(
            .notUTF8, "byte 0x\(String(bytes[offset], radix: 16)) at offset \(offset) is not valid UTF-8",
            at: SourceSpan(file: file, start: position, end: SourcePosition(line: position.line, column: position.column + 1)),
            hint: "save the file as UTF-8")
    }
}
