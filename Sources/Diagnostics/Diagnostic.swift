/// One thing to tell the author of a file about it. A value: collected, sorted, compared, rendered; never thrown one by one.
public struct Diagnostic: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable, Comparable {
        case error, warning, note

        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .error ? 0 : self == .warning ? 1 : 2 }
    }

    /// A further place that helps to understand the diagnostic ("first given here").
    public struct Note: Hashable, Sendable {
        public let message: String
        public let span: SourceSpan?

        public init(_ message: String, at span: SourceSpan? = nil) {
            self.message = message
            self.span = span
        }
    }

    public let code: DiagnosticCode
    public let severity: Severity
    public let message: String
    /// Nil only where there is no text to point at, such as a missing folder.
    public let span: SourceSpan?
    public let notes: [Note]
    /// What would mend it, as an instruction.
    public let hint: String?

    public init(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan?, severity: Severity? = nil, notes: [Note] = [], hint: String? = nil
    ) {
        self.code = code
        self.severity = severity ?? code.severity
        self.message = message
        self.span = span
        self.notes = notes
        self.hint = hint
    }
}

extension Sequence<Diagnostic> {
    public var hasErrors: Bool { contains { $0.severity == .error } }

    /// By file, place and code, each said once: the order in which they are shown.
    public var sortedForDisplay: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return filter { seen.insert($0).inserted }.sorted { left, right in
            let leftPath = left.span?.file.path ?? ""
            let rightPath = right.span?.file.path ?? ""
            if leftPath != rightPath { return leftPath.utf8.lexicographicallyPrecedes(rightPath.utf8) }
            if let a = left.span?.start, let b = right.span?.start, a != b { return a < b }
            if left.code != right.code { return left.code.rawValue < right.code.rawValue }
            return left.message < right.message
        }
    }
}
