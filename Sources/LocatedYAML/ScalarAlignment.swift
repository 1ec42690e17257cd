import Diagnostics

/// Finds where each code point of a decoded scalar stands in the source, by walking both side by side.
///
/// The decoded text is libyaml's; this only aligns. Where the two cannot be brought together, the rest maps to the last place that was sure, so a
/// diagnostic is at worst a little early in the right scalar.
struct ScalarAlignment {
    enum Style { case plain, singleQuoted, doubleQuoted, block }

    private let source: SourceText
    private let decoded: [Unicode.Scalar]
    private let end: Int
    private var index: Int
    private var places: [Int] = []

    /// Nil where the text stands in one piece in one line, so that no map is needed.
    static func positions(of value: String, style: Style, range: Range<Int>, in source: SourceText) -> [SourcePosition]? {
        if style == .plain, stands(value, in: range) { return nil }
        let decoded = Array(value.unicodeScalars)
        var alignment = ScalarAlignment(source: source, decoded: decoded, range: range)
        switch style {
        case .plain: alignment.alignFlow(quote: nil)
        case .singleQuoted: alignment.alignFlow(quote: "'")
        case .doubleQuoted: alignment.alignFlow(quote: "\"")
        case .block: alignment.alignBlock()
        }
        return alignment.finished()
    }

    /// Whether a text without quotes is as long as its place, in one line.
    private static func stands(_ value: String, in range: Range<Int>) -> Bool {
        // Nearly all are ASCII, whose bytes are code points.
        if value.utf8.count == range.count, value.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\n") }) { return true }
        return value.unicodeScalars.count == range.count && !value.unicodeScalars.contains("\n")
    }

    private init(source: SourceText, decoded: [Unicode.Scalar], range: Range<Int>) {
        self.source = source
        self.decoded = decoded
        index = range.lowerBound
        end = range.upperBound
        places.reserveCapacity(decoded.count + 1)
    }

    private mutating func finished() -> [SourcePosition] {
        let last = places.count == decoded.count ? min(index, end) : (places.last ?? index)
        while places.count <= decoded.count { places.append(last) }
        return source.positions(places)
    }

    private var next: Unicode.Scalar? { places.count < decoded.count ? decoded[places.count] : nil }

    private mutating func alignFlow(quote: Unicode.Scalar?) {
        if quote != nil { index += 1 }
        while let wanted = next, index < end {
            if source.isBlank(index) || source.isBreak(index), foldsHere() {
                fold()
                continue
            }
            let scalar = source.scalars[index]
            if quote == "'", scalar == "'" {
                places.append(index)
                index += 2
            } else if quote == "\"", scalar == "\\" {
                if !escape() { return }
            } else if scalar == wanted {
                places.append(index)
                index += 1
            } else {
                return
            }
        }
    }

    /// Whether the white space at `index` contains a line break, so that it folds.
    private func foldsHere() -> Bool {
        var probe = index
        while source.isBlank(probe) { probe += 1 }
        return source.isBreak(probe)
    }

    /// One break is a blank, more are one line feed fewer than they are.
    private mutating func fold() {
        let place = index
        var breaks = 0
        while index < end, source.isBlank(index) || source.isBreak(index) {
            if source.isBreak(index) {
                breaks += 1
                index = source.behindBreak(index)
            } else {
                index += 1
            }
        }
        if breaks == 1, next == " " {
            places.append(place)
        } else {
            for _ in 1..<max(2, breaks) where next == "\n" { places.append(place) }
        }
    }

    /// An escape in double quotes; false if it is not understood.
    private mutating func escape() -> Bool {
        let place = index
        guard index + 1 < end else { return false }
        if source.isBreak(index + 1) {
            index = source.behindBreak(index + 1)
            while source.isBlank(index) { index += 1 }
            return true
        }
        switch source.scalars[index + 1] {
        case "x": index += 4
        case "u": index += 6
        case "U": index += 10
        default: index += 2
        }
        places.append(place)
        return true
    }

    /// Literal and folded block scalars: the header's line, then lines of which an indentation is cut off.
    private mutating func alignBlock() {
        while index < end, !source.isBreak(index) { index += 1 }
        guard index < end else { return }
        index = source.behindBreak(index)
        guard let indentation = indentation() else { return }
        takeBreaks(before: indentation)
        while let first = next, index < end {
            var skipped = 0
            while skipped < indentation, index < end, source.scalars[index] == " " {
                index += 1
                skipped += 1
            }
            guard source.scalars[index] == first else { return }
            while let wanted = next, index < end, !source.isBreak(index) {
                guard source.scalars[index] == wanted else { return }
                places.append(index)
                index += 1
            }
            takeBreaks(before: indentation)
        }
    }

    /// Takes the breaks up to the next line with text. Literal style keeps each; folding makes a blank of a single one, and drops the first of several.
    private mutating func takeBreaks(before indentation: Int) {
        var breaks: [Int] = []
        while index < end {
            var probe = index
            while probe < end, source.scalars[probe] == " ", probe - index < indentation { probe += 1 }
            guard source.isBreak(probe) else { break }
            breaks.append(probe)
            index = source.behindBreak(probe)
        }
        if breaks.count == 1, next == " " {
            places.append(breaks[0])
            return
        }
        let kept = decoded[places.count...].prefix { $0 == "\n" }.count
        for place in kept < breaks.count ? breaks.suffix(kept) : breaks[...] { places.append(place) }
    }

    /// Blanks before the first line with text, less those that belong to the text.
    private func indentation() -> Int? {
        var probe = index
        while probe < end {
            var blanks = 0
            while probe < end, source.scalars[probe] == " " {
                blanks += 1
                probe += 1
            }
            if source.isBreak(probe) {
                probe = source.behindBreak(probe)
                continue
            }
            let own = decoded.drop { $0 == "\n" }.prefix { $0 == " " }.count
            return max(0, blanks - own)
        }
        return nil
    }
}
