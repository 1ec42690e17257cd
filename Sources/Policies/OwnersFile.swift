public import Diagnostics

/// `.proviso/owners`: who may approve changes of which paths. Lines of a pattern and principals; the last line that matches counts.
///
///     *            alice@example.org
///     policies/    carol@example.org dave@example.org
///
/// A pattern is a path from the root; with a trailing `/` it means everything below, `*` alone everything.
public struct OwnersFile: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        let pattern: String
        let principals: [String]
    }

    let lines: [Line]

    public static func parse(_ file: SourceFile) -> (file: OwnersFile, diagnostics: [Diagnostic]) {
        var lines: [Line] = []
        var diagnostics: [Diagnostic] = []
        // By scalars: CR LF is one letter, which a split by letters would not find.
        for (index, text) in file.text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = text.prefix { $0 != "#" }.split(whereSeparator: \.properties.isWhitespace).map { String($0) }
            guard let pattern = words.first else { continue }
            let span = SourceSpan(
                file: file, start: SourcePosition(line: index + 1, column: 1),
                end: SourcePosition(line: index + 1, column: file.line(index + 1).unicodeScalars.count + 1))
            if words.count < 2 {
                diagnostics.append(
                    Diagnostic(
                        .invalidOwnersFile, "the pattern '\(pattern)' has no owner", at: span, hint: "name at least one principal of allowed_signers")
                )
            } else if pattern != "*" && pattern.contains("*") {
                diagnostics.append(
                    Diagnostic(.invalidOwnersFile, "'*' stands alone or not at all", at: span, hint: "end the pattern with '/' to mean a folder"))
            } else {
                lines.append(Line(pattern: pattern, principals: Array(words.dropFirst())))
            }
        }
        return (OwnersFile(lines: lines), diagnostics)
    }

    /// Who may approve a change of `path`; empty if nobody may.
    public func owners(of path: String) -> [String] {
        lines.last { line in
            line.pattern == "*" || line.pattern == path || (line.pattern.hasSuffix("/") && path.hasPrefix(line.pattern))
        }?.principals ?? []
    }
}
