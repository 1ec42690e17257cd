public import Basics
public import Diagnostics

/// All of a run's diagnostics in one of the forms that a command offers.
public enum DiagnosticsReport {
    public static func text(_ diagnostics: [Diagnostic]) -> String {
        let sorted = diagnostics.sortedForDisplay
        let errors = sorted.count { $0.severity == .error }
        let warnings = sorted.count { $0.severity == .warning }
        var parts = sorted.map(\.text)
        if errors + warnings > 0 {
            parts.append("\(count(errors, "error")), \(count(warnings, "warning"))")
        }
        return parts.joined(separator: "\n\n")
    }

    public static func gitHub(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.sortedForDisplay.map(\.gitHubAnnotation).joined(separator: "\n")
    }

    public static func json(_ diagnostics: [Diagnostic]) -> JSONValue {
        .array(diagnostics.sortedForDisplay.map(json))
    }

    private static func json(_ diagnostic: Diagnostic) -> JSONValue {
        JSONValue.object([
            "code": .string(diagnostic.code.rawValue), "severity": .string(diagnostic.severity.rawValue), "message": .string(diagnostic.message),
            "location": diagnostic.span.map(json) ?? .null, "hint": diagnostic.hint.map { .string($0) } ?? .null,
            "notes": .array(
                diagnostic.notes.map { JSONValue.object(["message": .string($0.message), "location": $0.span.map(json) ?? .null]).droppingNulls }),
        ]).droppingNulls
    }

    private static func json(_ span: SourceSpan) -> JSONValue {
        [
            "path": .string(span.file.path), "line": .int(Int64(span.start.line)), "column": .int(Int64(span.start.column)),
            "endLine": .int(Int64(span.end.line)), "endColumn": .int(Int64(span.end.column)),
        ]
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
