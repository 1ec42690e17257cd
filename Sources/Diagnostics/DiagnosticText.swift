extension SourceSpan {
    /// The line that it starts in, with carets under what of it lies there.
    public var excerpt: [String] { Diagnostic.snippet(self) }
}

extension Diagnostic {
    /// The form for people: message with place, the line with carets under the span, notes, hint.
    ///
    ///     models/income.yaml:12:3: error[E0201]: unknown field 'treshold'
    ///        12 |   treshold: 0.5
    ///           |   ^^^^^^^^
    ///       hint: did you mean 'threshold'?
    public var text: String {
        var lines: [String] = []
        let place = span.map { $0.location + ": " } ?? ""
        lines.append("\(place)\(severity.rawValue)[\(code.rawValue)]: \(message)")
        if let span { lines += Self.snippet(span) }
        for note in notes {
            lines.append("  note: " + (note.span.map { $0.location + ": " } ?? "") + note.message)
            if let span = note.span { lines += Self.snippet(span) }
        }
        if let hint { lines.append("  hint: \(hint)") }
        return lines.joined(separator: "\n")
    }

    /// The line a span starts in, and carets under what of the span lies in it. Tabs and control characters are shown as one blank each so
    /// that the carets stay below what they mean. Long lines are cut around the span.
    static func snippet(_ span: SourceSpan) -> [String] {
        let scalars = span.file.line(span.start.line).unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
        guard !scalars.isEmpty || span.start.column == 1, !span.file.text.isEmpty else { return [] }
        let start = min(span.start.column - 1, scalars.count)
        let end = span.end.line == span.start.line ? min(span.end.column - 1, scalars.count) : scalars.count
        let window = 160
        let offset = start > window - 40 ? start - 40 : 0
        let shown = scalars[offset..<min(scalars.count, offset + window)]
        var line = String(String.UnicodeScalarView(shown))
        if offset > 0 { line = "…" + line }
        if offset + window < scalars.count { line += "…" }
        let carets = max(1, min(end, offset + window) - start)
        let number = String(span.start.line)
        let margin = String(repeating: " ", count: max(0, 5 - number.count))
        let blank = String(repeating: " ", count: start - offset + (offset > 0 ? 1 : 0))
        return [
            "\(margin)\(number) | \(line)",
            "      | \(blank)\(String(repeating: "^", count: carets))",
        ]
    }
}
