import Diagnostics

/// Puts text into a file at places of its tree.
struct YAMLSplicer {
    private let source: SourceText
    private let lineBreak: String

    init(source: SourceText) {
        self.source = source
        lineBreak = source.file.text.unicodeScalars.contains("\r") ? "\r\n" : "\n"
    }

    func first(of value: LocatedValue) -> Unicode.Scalar? {
        let range = range(of: value)
        return range.isEmpty ? nil : source.scalars[range.lowerBound]
    }

    /// What a value's own text is: libyaml's ends of block scalars and collections lie behind blank lines and comments that are not theirs.
    func range(of value: LocatedValue) -> Range<Int> {
        let start = source.index(value.span.start)
        var end = max(start, min(source.index(value.span.end), source.scalars.count))
        if !isFlow(value), let last = value.entries?.last?.value ?? value.elements?.last { end = range(of: last).upperBound }
        while end > start, source.isBlank(end - 1) || source.isBreak(end - 1) { end -= 1 }
        return start..<end
    }

    private func isFlow(_ value: LocatedValue) -> Bool {
        let start = source.index(value.span.start)
        guard value.text == nil, start < source.scalars.count else { return false }
        return source.scalars[start] == "{" || source.scalars[start] == "["
    }

    func replace(_ range: Range<Int>, by text: String, spaced: Bool = false) -> String {
        var view = String.UnicodeScalarView(source.scalars[..<range.lowerBound])
        let needsBlank = spaced && range.lowerBound > 0 && !source.isBlank(range.lowerBound - 1)
        view.append(contentsOf: ((needsBlank ? " " : "") + text).unicodeScalars)
        view.append(contentsOf: source.scalars[range.upperBound...])
        return String(view)
    }

    /// A new last entry of a mapping.
    func insert(block: [String], flow: String, into mapping: LocatedValue) -> String? {
        guard let entries = mapping.entries else { return nil }
        guard let last = entries.last else { return fill(mapping, with: flow) }
        if isFlow(mapping) {
            let end = range(of: last.value).upperBound
            return replace(end..<end, by: ", " + flow)
        }
        return insertLines(block, behind: range(of: last.value).upperBound, indentation: entries[0].key.span.start.column - 1)
    }

    /// A new last element of a list that has some.
    func append(block: [String], flow: String, behind last: LocatedValue, in list: LocatedValue) -> String? {
        let end = range(of: last).upperBound
        if isFlow(list) { return replace(end..<end, by: ", " + flow) }
        var dash = source.index(last.span.start)
        while dash > 0, source.isBlank(dash - 1) { dash -= 1 }
        guard dash > 0, source.scalars[dash - 1] == "-" else { return nil }
        return insertLines(block, behind: end, indentation: source.position(dash - 1).column - 1)
    }

    /// The first content of `{}` or `[]`.
    func fill(_ collection: LocatedValue, with text: String) -> String? {
        guard isFlow(collection) else { return nil }
        let start = source.index(collection.span.start) + 1
        return replace(start..<start, by: text)
    }

    /// `key: []` in block layout becomes a list in block layout; a comment behind it stays in its line.
    func replaceEmptyList(_ list: LocatedValue, under key: LocatedString, by lines: [String]) -> String? {
        let range = range(of: list)
        guard isFlow(list), list.span.start.line == key.span.start.line, list.span.end.line == list.span.start.line else { return nil }
        // In a flow mapping there is no block layout: its brace or a comma stands before the key, or a comma or brace behind the list.
        let keyStart = source.index(key.span.start)
        guard source.scalars[source.index(SourcePosition(line: key.span.start.line, column: 1))..<keyStart].allSatisfy({ $0 == " " || $0 == "-" })
        else { return nil }
        var end = range.upperBound
        while source.isBlank(end) { end += 1 }
        guard end == source.scalars.count || source.isBreak(end) || source.scalars[end] == "#" else { return nil }
        let isLast = end == source.scalars.count || source.isBreak(end)
        var start = range.lowerBound
        if isLast { while source.isBlank(start - 1) { start -= 1 } }
        let lineEnd = endOfLine(end)
        let rest = isLast ? "" : String(String.UnicodeScalarView(source.scalars[end..<lineEnd]))
        return replace(start..<lineEnd, by: rest + joined(lines, indentation: key.span.start.column + 1))
    }

    private func insertLines(_ lines: [String], behind index: Int, indentation: Int) -> String {
        let end = endOfLine(index)
        return replace(end..<end, by: joined(lines, indentation: indentation))
    }

    private func joined(_ lines: [String], indentation: Int) -> String {
        lines.map { lineBreak + String(repeating: " ", count: indentation) + $0 }.joined()
    }

    private func endOfLine(_ index: Int) -> Int {
        var end = index
        while end < source.scalars.count, !source.isBreak(end) { end += 1 }
        return end
    }
}
