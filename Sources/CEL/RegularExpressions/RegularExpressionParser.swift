/// Reads RE2's syntax. Groups may be named, but are known by their numbers.
struct RegularExpressionParser {
    private let letters: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()
    private var names: Set<String> = []
    private(set) var groupCount = 0
    private(set) var sets: [RegularExpression.LetterSet] = []
    /// Behind it no class such as `[:alpha:]` ends.
    private let lastClassEnd: Int

    private struct Flags { var ignoresCase = false, isMultiline = false, dotMatchesNewline = false, isLazy = false }
    typealias Failure = RegularExpression.Failure

    init(_ pattern: String) {
        let letters = Array(pattern.unicodeScalars)
        self.letters = letters
        lastClassEnd = letters.indices.last { letters[$0] == "]" && $0 > 0 && letters[$0 - 1] == ":" } ?? -1
    }

    mutating func parse() throws(Failure) -> RegularExpressionNode {
        let node = try choice()
        guard position == letters.count else { throw Failure(message: "unexpected ')'") }
        return node
    }

    private var current: Unicode.Scalar? { position < letters.count ? letters[position] : nil }

    private mutating func take(_ letter: Unicode.Scalar) -> Bool {
        guard current == letter else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(Failure) -> RegularExpressionNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 200 else { throw Failure(message: "the pattern is nested too deeply") }
        var alternatives = [try sequence()]
        while take("|") { alternatives.append(try sequence()) }
        return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
    }

    private mutating func sequence() throws(Failure) -> RegularExpressionNode {
        var nodes: [RegularExpressionNode] = []
        while let letter = current, letter != "|", letter != ")" {
            if isNext("\\Q") {
                nodes += quoted()
                if let last = nodes.popLast() { nodes.append(try repeated(last)) }
            } else if let node = try atom() {
                nodes.append(try repeated(node))
            } else if let last = nodes.popLast() {
                // A repetition behind flags concerns what stands before them.
                nodes.append(try repeated(last))
            }
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private func isNext(_ text: String) -> Bool { letters[position...].starts(with: text.unicodeScalars) }

    /// `\Q…\E`: the letters themselves, of which a repetition concerns the last.
    private mutating func quoted() -> [RegularExpressionNode] {
        position += 2
        var nodes: [RegularExpressionNode] = []
        while let letter = current, !isNext("\\E") {
            nodes.append(accepting(folding(CharacterSet(letter))))
            position += 1
        }
        position = min(position + 2, letters.count)
        return nodes
    }

    private mutating func repeated(_ node: RegularExpressionNode) throws(Failure) -> RegularExpressionNode {
        var node = node
        var isRepeated = false
        while let letter = current {
            let bounds: (Int, Int?)
            switch letter {
            case "*": bounds = (0, nil)
            case "+": bounds = (1, nil)
            case "?": bounds = (0, 1)
            case "{":
                guard let read = try braces() else { return node }
                bounds = read
                position -= 1
            default: return node
            }
            guard !isRepeated else { throw Failure(message: "a repetition of a repetition") }
            isRepeated = true
            position += 1
            let isLazy = take("?") != flags.isLazy
            node = .repetition(node, minimum: bounds.0, maximum: bounds.1, isLazy: isLazy)
        }
        return node
    }

    /// `{2}`, `{2,}`, `{2,5}`; nil, and nothing read, for a brace that is a letter.
    private mutating func braces() throws(Failure) -> (Int, Int?)? {
        let end = letters[(position + 1)...].firstIndex { !("0"..."9").contains($0) && $0 != "," } ?? letters.count
        guard end < letters.count, letters[end] == "}" else { return nil }
        let text = String(String.UnicodeScalarView(letters[(position + 1)..<end]))
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        // RE2 reads no numbers from this one on.
        func number(_ digits: Substring) -> Int? { Int(digits).flatMap { $0 < 100_000_000 ? $0 : nil } }
        guard let minimum = number(parts[0]) else { return nil }
        var maximum: Int? = parts.count == 1 ? minimum : nil
        if parts.count == 2, !parts[1].isEmpty {
            guard let read = number(parts[1]) else { return nil }
            maximum = read
        }
        guard minimum <= RegularExpression.maximumRepetition, maximum ?? minimum <= RegularExpression.maximumRepetition, maximum ?? minimum >= minimum
        else { throw Failure(message: "bad repetition {\(text)}") }
        position = end + 1
        return (minimum, maximum)
    }

    /// Nil for flags, which match nothing and cannot be repeated.
    private mutating func atom() throws(Failure) -> RegularExpressionNode? {
        guard let letter = current else { return .empty }
        if letter == "{", try braces() != nil { throw Failure(message: "nothing to repeat") }
        position += 1
        switch letter {
        case "(": return try group()
        case "[": return accepting(try set())
        case ".": return accepting(flags.dotMatchesNewline ? .any : .anyButNewline)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\": return try escape()
        case "*", "+", "?": throw Failure(message: "nothing to repeat before '\(letter)'")
        default: return accepting(folding(CharacterSet(letter)))
        }
    }

    private func folding(_ set: CharacterSet) -> CharacterSet {
        var set = set
        set.ignoresCase = flags.ignoresCase
        return set
    }

    private mutating func accepting(_ set: CharacterSet) -> RegularExpressionNode {
        if let letter = set.letter { return .letter(letter) }
        sets.append(RegularExpression.LetterSet(set))
        return .set(sets.count - 1)
    }

    private mutating func group() throws(Failure) -> RegularExpressionNode? {
        let outer = flags
        var index: Int?
        if isNext("?P<") || isNext("?<") {
            position += letters[position + 1] == "P" ? 3 : 2
            try name()
            groupCount += 1
            index = groupCount
        } else if take("?") {
            // Flags for the rest of the enclosing group, or for this one.
            if try setFlags() { return nil }
        } else {
            groupCount += 1
            index = groupCount
        }
        let node = try choice()
        guard take(")") else { throw Failure(message: "a group is not closed") }
        flags = outer
        return index.map { .group(node, $0) } ?? node
    }

    private mutating func name() throws(Failure) {
        guard let end = letters[position...].firstIndex(of: ">") else { throw Failure(message: "a group's name is not closed") }
        let name = String(String.UnicodeScalarView(letters[position..<end]))
        let isName = !name.isEmpty && name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue && $0 != "\u{B7}" }
        guard isName else { throw Failure(message: "'\(name)' is no name for a group") }
        guard names.insert(name).inserted else { throw Failure(message: "two groups have the name '\(name)'") }
        position = end + 1
    }

    /// `i`, `m`, `s`, `U`, or several; behind `-` they are turned off. True if they stand alone, false if a group follows.
    private mutating func setFlags() throws(Failure) -> Bool {
        var isOn = true
        var isLastMinus = false
        while let letter = current {
            position += 1
            switch letter {
            case "-" where isOn: isOn = false
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotMatchesNewline = isOn
            case "U": flags.isLazy = isOn
            case ":" where !isLastMinus: return false
            case ")" where !isLastMinus: return true
            default: throw Failure(message: "unknown group (?\(letter)")
            }
            isLastMinus = letter == "-"
        }
        throw Failure(message: "a group is not closed")
    }

    private mutating func escape() throws(Failure) -> RegularExpressionNode {
        switch current {
        case "b":
            position += 1
            return .assertion(.wordBoundary)
        case "B":
            position += 1
            return .assertion(.noWordBoundary)
        case "A":
            position += 1
            return .assertion(.textStart)
        case "z":
            position += 1
            return .assertion(.textEnd)
        default: return accepting(folding(try escapedSet()))
        }
    }

    /// What follows a backslash, as a set of letters.
    private mutating func escapedSet() throws(Failure) -> CharacterSet {
        guard let letter = current else { throw Failure(message: "the pattern ends in a backslash") }
        position += 1
        switch letter {
        case "d": return .digit
        case "D": return CharacterSet.digit.inverted
        case "w": return .word
        case "W": return CharacterSet.word.inverted
        case "s": return .space
        case "S": return CharacterSet.space.inverted
        case "p", "P":
            var name = ""
            if take("{") {
                guard let end = letters[position...].firstIndex(of: "}") else { throw Failure(message: "a category is not closed") }
                name = String(String.UnicodeScalarView(letters[position..<end]))
                position = end + 1
            } else if let letter = current {
                name = String(letter)
                position += 1
            }
            guard var set = CharacterSet.property(name.hasPrefix("^") ? String(name.dropFirst()) : name) else {
                throw Failure(message: "there is no category or script '\(name)'")
            }
            set.isInverted = (letter == "P") != name.hasPrefix("^")
            return set
        default: return CharacterSet(try escapedLetter(letter))
        }
    }

    private mutating func escapedLetter(_ letter: Unicode.Scalar) throws(Failure) -> Unicode.Scalar {
        let known: [Unicode.Scalar: Unicode.Scalar] = ["a": "\u{07}", "f": "\u{0C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{0B}"]
        if let known = known[letter] { return known }
        if letter == "x" { return try hexadecimal() }
        // A digit from 1 on that stands alone would be a back-reference.
        if letter == "0" || ("1"..."7").contains(letter) && current.map({ ("0"..."7").contains($0) }) == true {
            var value = letter.value - 48
            for _ in 0..<2 {
                guard let digit = current, ("0"..."7").contains(digit) else { break }
                value = value * 8 + digit.value - 48
                position += 1
            }
            if let scalar = Unicode.Scalar(value) { return scalar }
        }
        guard letter.value < 128, !letter.properties.isAlphabetic, !("0"..."9").contains(letter) else {
            throw Failure(message: "unknown escape \\\(letter)")
        }
        return letter
    }

    /// `\x41`, `\x{1F600}`.
    private mutating func hexadecimal() throws(Failure) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let digit = current, digit != "}" {
                digits.unicodeScalars.append(digit)
                position += 1
            }
            guard take("}") else { throw Failure(message: "\\x{ is not closed") }
        } else {
            while digits.utf8.count < 2, let digit = current, digit.properties.isASCIIHexDigit {
                digits.unicodeScalars.append(digit)
                position += 1
            }
            guard digits.utf8.count == 2 else { throw Failure(message: "bad escape \\x\(digits)") }
        }
        guard digits.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit), let number = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(number)
        else { throw Failure(message: "bad escape \\x\(digits)") }
        return scalar
    }

    private mutating func set() throws(Failure) -> CharacterSet {
        var set = CharacterSet()
        set.ignoresCase = flags.ignoresCase
        set.isInverted = take("^")
        var isFirst = true
        while let letter = current, letter != "]" || isFirst {
            isFirst = false
            position += 1
            if letter == "[", let named = try named() {
                set.insert(folding(named))
                continue
            }
            if letter == "\\", let next = current, "dDwWsSpP".unicodeScalars.contains(next) {
                set.insert(folding(try escapedSet()))
                continue
            }
            let first = letter == "\\" ? try setEscape() : letter
            var last = first
            if current == "-", position + 1 < letters.count, letters[position + 1] != "]" {
                position += 1
                guard let next = current else { break }
                position += 1
                last = next == "\\" ? try setEscape() : next
            }
            guard first.value <= last.value else { throw Failure(message: "bad range \(first)-\(last)") }
            set.insert(first.value...last.value)
        }
        guard take("]") else { throw Failure(message: "a set of letters is not closed") }
        return set
    }

    /// `:alpha:]` and its like behind a bracket; nil, and nothing read, for a bracket that is a letter.
    private mutating func named() throws(Failure) -> CharacterSet? {
        guard current == ":", lastClassEnd > position + 1,
            let end = (position + 1..<lastClassEnd).first(where: { letters[$0] == ":" && letters[$0 + 1] == "]" })
        else { return nil }
        let name = String(String.UnicodeScalarView(letters[(position + 1)..<end]))
        let isInverted = name.hasPrefix("^")
        guard let named = CharacterSet.named[String(isInverted ? name.dropFirst() : name[...])] else {
            throw Failure(message: "there is no class [:\(name):]")
        }
        position = end + 2
        return isInverted ? named.inverted : named
    }

    private mutating func setEscape() throws(Failure) -> Unicode.Scalar {
        guard let letter = current else { throw Failure(message: "the pattern ends in a backslash") }
        position += 1
        return try escapedLetter(letter)
    }
}
