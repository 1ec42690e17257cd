/// A text that people wrote, with the name under which they know it.
public struct SourceFile: Hashable, Sendable {
    /// Relative to the repository's root, with `/`; or `<expression>` and the like for text that lies in no file.
    public let path: String
    public let text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// The 1-based line without its line break; empty past the end.
    public func line(_ number: Int) -> Substring {
        var current = 1
        var start = text.unicodeScalars.startIndex
        let scalars = text.unicodeScalars
        while current < number {
            guard let end = scalars[start...].firstIndex(of: "\n") else { return "" }
            start = scalars.index(after: end)
            current += 1
        }
        let end = scalars[start...].firstIndex(of: "\n") ?? scalars.endIndex
        let line = text[start..<end]
        return line.unicodeScalars.last == "\r" ? Substring(line.unicodeScalars.dropLast()) : line
    }
}

/// A place in a text. Both numbers count from 1; columns count code points (Unicode scalars), as libyaml and CEL do.
public struct SourcePosition: Hashable, Comparable, Sendable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A stretch of one file, from `start` up to but not including `end`.
public struct SourceSpan: Hashable, Sendable {
    public let file: SourceFile
    public let start: SourcePosition
    public let end: SourcePosition

    public init(file: SourceFile, start: SourcePosition, end: SourcePosition) {
        self.file = file
        self.start = start
        self.end = max(start, end)
    }

    /// The very beginning of a file: for what is wrong with it as a whole.
    public init(startOf file: SourceFile) {
        let first = SourcePosition(line: 1, column: 1)
        self.init(file: file, start: first, end: first)
    }

    /// `path:line:column`.
    public var location: String { "\(file.path):\(start.line):\(start.column)" }
}
