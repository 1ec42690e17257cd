/// A document to be written: keys keep their order, and comments stand where they are put.
public indirect enum YAMLNode: Hashable, Sendable {
    /// A string; quoted where another reader could take it for something else.
    case text(String)
    /// A scalar that is written as it is: a number, `true`, `null`.
    case literal(String)
    case list([YAMLNode])
    /// A list on one line.
    case row([YAMLNode])
    case map([(key: String, value: YAMLNode)])
    /// A mapping on one line.
    case braces([(key: String, value: YAMLNode)])

    public static func == (left: YAMLNode, right: YAMLNode) -> Bool { YAMLWriter.write(left) == YAMLWriter.write(right) }
    public func hash(into hasher: inout Hasher) { hasher.combine(YAMLWriter.write(self)) }
}

/// Writes documents in block style, as people write them.
public enum YAMLWriter {
    /// Ends with a line break.
    public static func write(_ node: YAMLNode) -> String {
        let text = block(node, indent: 0)
        return text.hasPrefix("\n") ? String(text.dropFirst()) + "\n" : text.drop { $0 == " " } + "\n"
    }

    /// Behind a key or a dash: begins with a blank if it fits on the line, with a line break otherwise.
    private static func block(_ node: YAMLNode, indent: Int) -> String {
        let margin = "\n" + String(repeating: " ", count: indent)
        switch node {
        case .text(let text):
            if let lines = literalLines(text) { return " |-" + lines.map { $0.isEmpty ? "\n" : margin + $0 }.joined() }
            return " " + YAMLText.written(text)
        case .literal(let text): return " " + text
        case .row, .braces: return " " + flow(node)
        case .list(let elements):
            if elements.isEmpty { return " []" }
            return elements.map { margin + "-" + hanging($0, indent: indent + 2) }.joined()
        case .map(let members):
            if members.isEmpty { return " {}" }
            return members.map { margin + YAMLText.written($0.key) + ":" + block($0.value, indent: indent + 2) }.joined()
        }
    }

    /// A mapping or list behind a dash begins on the dash's line.
    private static func hanging(_ node: YAMLNode, indent: Int) -> String {
        let text = block(node, indent: indent)
        guard text.hasPrefix("\n") else { return text }
        return " " + text.dropFirst(1 + indent)
    }

    private static func flow(_ node: YAMLNode) -> String {
        switch node {
        case .text(let text): YAMLText.written(text)
        case .literal(let text): text
        case .list(let elements), .row(let elements): "[\(elements.map(flow).joined(separator: ", "))]"
        case .map(let members), .braces(let members):
            "{\(members.map { "\(YAMLText.written($0.key)): \(flow($0.value))" }.joined(separator: ", "))}"
        }
    }

    /// The lines of a text of several, if a literal block can hold it unchanged.
    private static func literalLines(_ text: String) -> [Substring]? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) || $0 == "\n" }
        guard lines.count > 1, isPrintable, let first = lines.first, let last = lines.last, !first.isEmpty, first.first != " ", !last.isEmpty,
            !text.unicodeScalars.contains(where: { $0.value == 0x2028 || $0.value == 0x2029 || $0.value == 0xFEFF })
        else { return nil }
        return lines
    }
}
