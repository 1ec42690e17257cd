extension JSONValue {
    /// Canonical bytes: members sorted by the UTF-8 bytes of their names, no white space, shortest escapes, integers in decimal, and doubles
    /// in Swift's shortest form that reads back to the same bits (always with `.` or `e`, so that a double never becomes an integer).
    ///
    /// JSON has no NaN and no infinity: they must have been turned into "undefined" before, and trap here.
    public var canonicalBytes: [UInt8] {
        var out: [UInt8] = []
        appendCanonical(to: &out)
        return out
    }

    func appendCanonical(to out: inout [UInt8]) { write(into: &out, indent: nil, depth: 0) }

    public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

    /// The same order and spelling, indented by two blanks and ended by a line feed: what people and `git diff` read.
    public var prettyBytes: [UInt8] {
        var out: [UInt8] = []
        write(into: &out, indent: 2, depth: 0)
        out.append(UInt8(ascii: "\n"))
        return out
    }

    public var prettyText: String { String(decoding: prettyBytes, as: UTF8.self) }

    /// The digest of the canonical bytes.
    public var digest: Digest { Digest.of(canonicalBytes) }

    private func write(into out: inout [UInt8], indent: Int?, depth: Int) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .int(let value): out.append(contentsOf: String(value).utf8)
        case .double(let value): out.append(contentsOf: Self.spelling(of: value).utf8)
        case .string(let value): Self.quote(value, into: &out)
        case .array(let elements):
            guard !elements.isEmpty else { return out.append(contentsOf: "[]".utf8) }
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.newline(into: &out, indent: indent, depth: depth + 1)
                element.write(into: &out, indent: indent, depth: depth + 1)
            }
            Self.newline(into: &out, indent: indent, depth: depth)
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            guard !members.isEmpty else { return out.append(contentsOf: "{}".utf8) }
            out.append(UInt8(ascii: "{"))
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.newline(into: &out, indent: indent, depth: depth + 1)
                Self.quote(member.key, into: &out)
                out.append(UInt8(ascii: ":"))
                if indent != nil { out.append(UInt8(ascii: " ")) }
                member.value.write(into: &out, indent: indent, depth: depth + 1)
            }
            Self.newline(into: &out, indent: indent, depth: depth)
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func newline(into out: inout [UInt8], indent: Int?, depth: Int) {
        guard let indent else { return }
        out.append(UInt8(ascii: "\n"))
        out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * depth))
    }

    /// JSON has no spelling for what is no finite number. Such a figure is a missing one, which leaves undecided every rule that reads it, and stops nothing else.
    static func spelling(of value: Double) -> String { value.isFinite ? value.description : "null" }

    private static func quote(_ text: String, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { units in
            var plain = 0
            for index in units.indices where unsafe Self.mustEscape[Int(units[index])] {
                unsafe out.append(contentsOf: units[plain..<index])
                unsafe Self.escape(units[index], into: &out)
                plain = index + 1
            }
            unsafe out.append(contentsOf: units[plain...])
        }
        out.append(UInt8(ascii: "\""))
    }
    private static let mustEscape = (0..<256).map { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }

    private static func escape(_ unit: UInt8, into out: inout [UInt8]) {
        switch unit {
        case UInt8(ascii: "\""): out.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): out.append(contentsOf: "\\\\".utf8)
        case 0x08: out.append(contentsOf: "\\b".utf8)
        case 0x09: out.append(contentsOf: "\\t".utf8)
        case 0x0A: out.append(contentsOf: "\\n".utf8)
        case 0x0C: out.append(contentsOf: "\\f".utf8)
        case 0x0D: out.append(contentsOf: "\\r".utf8)
        default: out.append(contentsOf: "\\u00\(Hex.encode([unit]))".utf8)
        }
    }
}
