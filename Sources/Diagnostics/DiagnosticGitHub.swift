extension Diagnostic {
    /// A GitHub Actions workflow command, which shows the diagnostic beside the line in a pull request.
    public var gitHubAnnotation: String {
        var properties: [String] = []
        if let span {
            properties.append("file=\(Self.escapeProperty(span.file.path))")
            properties.append("line=\(span.start.line)")
            properties.append("col=\(span.start.column)")
            if span.end.line > span.start.line {
                properties.append("endLine=\(span.end.line)")
            } else {
                properties.append("endColumn=\(max(span.start.column, span.end.column - 1))")
            }
        }
        properties.append("title=\(code.rawValue)")
        let command = severity == .note ? "notice" : severity.rawValue
        let body = ([message] + notes.map(\.message) + (hint.map { ["hint: \($0)"] } ?? [])).joined(separator: "\n")
        return "::\(command) \(properties.joined(separator: ","))::\(Self.escapeData(body))"
    }

    private static func escapeData(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": out += "%25"
            case "\r": out += "%0D"
            case "\n": out += "%0A"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func escapeProperty(_ text: String) -> String {
        var out = ""
        for scalar in escapeData(text).unicodeScalars {
            switch scalar {
            case ":": out += "%3A"
            case ",": out += "%2C"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
