import Diagnostics

/// Strings as YAML scalars.
enum YAMLText {
    /// Plain where every reader of YAML takes that for the same string, in double quotes otherwise; in the quotes of what it
    /// replaces, if that had any.
    static func written(_ text: String, like old: Unicode.Scalar? = nil) -> String {
        let isPrintable = text.unicodeScalars.allSatisfy { !mustEscape($0) }
        if old == "'", isPrintable { return "'\(text.replacing("'", with: "''"))'" }
        if old != "\"", isPrintable, isPlain(text) { return text }
        return "\"\(text.unicodeScalars.map(escaped).joined())\""
    }

    private static func isPlain(_ text: String) -> Bool {
        guard !ScalarResolution.isAmbiguous(text) else { return false }
        // The flow form forbids the most.
        let value = YAMLDocument.parse(SourceFile(path: "<scalar>", text: "[\(text)]")).value
        guard let elements = value?.elements, elements.count == 1 else { return false }
        return elements[0].isPlain && elements[0].node == .string(text)
    }

    private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"", "\\": return "\\\(scalar)"
        case "\n": return "\\n"
        case "\t": return "\\t"
        default:
            guard mustEscape(scalar) else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
