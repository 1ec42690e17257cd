public import Diagnostics

/// A YAML node with its place. Scalars are resolved by YAML 1.2's core schema.
public struct LocatedValue: Hashable, Sendable {
    public enum Node: Hashable, Sendable {
        case null
        case bool(Bool)
        case int(Int64)
        case double(Double)
        case string(String)
        case sequence([LocatedValue])
        case mapping([Entry])
    }

    /// A key with its value, in the order of the file.
    public struct Entry: Hashable, Sendable {
        public let key: LocatedString
        public let value: LocatedValue

        public init(key: LocatedString, value: LocatedValue) {
            self.key = key
            self.value = value
        }
    }

    public let node: Node
    public let span: SourceSpan
    /// For every scalar, its text as written after unescaping and folding, with places; nil for collections.
    public let text: LocatedString?
    /// Whether a scalar was written without quotes.
    public let isPlain: Bool

    public init(node: Node, span: SourceSpan, text: LocatedString? = nil, isPlain: Bool = false) {
        self.node = node
        self.span = span
        self.text = text
        self.isPlain = isPlain
    }

    public var entries: [Entry]? { if case .mapping(let entries) = node { entries } else { nil } }
    public var elements: [LocatedValue]? { if case .sequence(let elements) = node { elements } else { nil } }

    /// The value of a mapping's key; nil if there is none or this is no mapping.
    public subscript(key: String) -> LocatedValue? { entries?.first { $0.key.value == key }?.value }

    /// The value at a path of keys and of indices written as decimal numbers.
    public func value(at path: some Sequence<String>) -> LocatedValue? {
        var parts = path.makeIterator()
        return value(behind: &parts)
    }

    /// Values are large, and copied once they are found only.
    private func value(behind parts: inout some IteratorProtocol<String>) -> LocatedValue? {
        guard let part = parts.next() else { return self }
        switch node {
        case .mapping(let entries):
            guard let index = entries.indices.first(where: { entries[$0].key.value == part }) else { return nil }
            return entries[index].value.value(behind: &parts)
        case .sequence(let elements):
            guard let index = Int(part), elements.indices.contains(index) else { return nil }
            return elements[index].value(behind: &parts)
        default: return nil
        }
    }

    /// Whether this is a plain string such as `NO`, `010` or `1:30`, which YAML 1.1 readers take for something else.
    public var isAmbiguousInYAML1: Bool {
        guard isPlain, let text = text?.value else { return false }
        return ScalarResolution.isAmbiguous(text)
    }

    /// What the node is, for messages.
    public var kindName: String {
        switch node {
        case .null: "null"
        case .bool: "a boolean"
        case .int: "an integer"
        case .double: "a number"
        case .string: "a string"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A scalar's text that knows where each of its characters stands in the file.
public struct LocatedString: Hashable, Sendable {
    public let value: String
    public let span: SourceSpan
    /// The place of each code point of `value`, and of its end: `count + 1` positions. Empty where text and source agree from `span.start` on.
    let positions: [SourcePosition]

    public init(value: String, span: SourceSpan, positions: [SourcePosition] = []) {
        self.value = value
        self.span = span
        self.positions = positions
    }

    /// Where a stretch of the text, in code points, stands in the file.
    public func span(ofCodePoints range: Range<Int>) -> SourceSpan {
        SourceSpan(file: span.file, start: position(range.lowerBound), end: endPosition(range))
    }

    private func position(_ offset: Int) -> SourcePosition {
        if positions.isEmpty { return SourcePosition(line: span.start.line, column: span.start.column + offset) }
        return positions[min(offset, positions.count - 1)]
    }

    /// The end of a stretch is behind its last code point, which may stand lines before the next one.
    private func endPosition(_ range: Range<Int>) -> SourcePosition {
        guard !range.isEmpty else { return position(range.lowerBound) }
        let last = position(range.upperBound - 1)
        return SourcePosition(line: last.line, column: last.column + 1)
    }
}
