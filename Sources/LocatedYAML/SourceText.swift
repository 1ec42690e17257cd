import Diagnostics

/// A file's code points with their places: what libyaml's marks count.
struct SourceText {
    let file: SourceFile
    let scalars: [Unicode.Scalar]
    /// The index of the first code point of each line.
    private let lineStarts: [Int]

    init(_ file: SourceFile) {
        self.file = file
        scalars = Array(file.text.unicodeScalars)
        var starts = [0]
        for (index, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(index + 1) }
        lineStarts = starts
    }

    func position(_ index: Int) -> SourcePosition { position(index, line: line(of: index)) }

    /// The same of many, most of which stand in the line of the one before.
    func positions(_ indices: [Int]) -> [SourcePosition] {
        var line = indices.first.map(line(of:)) ?? 0
        return indices.map { index in
            let end = line + 1 < lineStarts.count ? lineStarts[line + 1] : Int.max
            if index < lineStarts[line] || index >= end { line = self.line(of: index) }
            return position(index, line: line)
        }
    }

    private func position(_ index: Int, line: Int) -> SourcePosition { SourcePosition(line: line + 1, column: index - lineStarts[line] + 1) }

    /// Counted from 0.
    private func line(of index: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= index { low = middle } else { high = middle }
        }
        return low
    }

    func index(_ position: SourcePosition) -> Int { lineStarts[position.line - 1] + position.column - 1 }

    func span(_ range: Range<Int>) -> SourceSpan {
        SourceSpan(file: file, start: position(range.lowerBound), end: position(range.upperBound))
    }

    func isBreak(_ index: Int) -> Bool { index < scalars.count && (scalars[index] == "\n" || scalars[index] == "\r") }
    func isBlank(_ index: Int) -> Bool { index < scalars.count && (scalars[index] == " " || scalars[index] == "\t") }

    /// The index behind the line break at `index`; CR LF is one break.
    func behindBreak(_ index: Int) -> Int {
        scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n" ? index + 2 : index + 1
    }
}
