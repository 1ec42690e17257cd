indirect enum RegularExpressionNode {
    case empty
    case letter(CharacterSet)
    case assertion(RegularExpression.Assertion)
    case sequence([RegularExpressionNode])
    case choice([RegularExpressionNode])
    /// `maximum` nil: without bound.
    case repetition(RegularExpressionNode, minimum: Int, maximum: Int?)
}

/// Reads RE2's syntax. Groups may be named; whether a repetition is lazy makes no difference to whether there is a match.
struct RegularExpressionParser {
    private let letters: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()

    private struct Flags { var ignoresCase = false, isMultiline = false, dotMatchesNewline = false }
    typealias Failure = RegularExpression.Failure

    init(_ pattern: String) { letters = Array(pattern.unicodeScalars) }

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
        while let letter = current, letter != "|", letter != ")" { nodes.append(try repeated(try atom())) }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
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
            // The mark of a lazy repetition.
            _ = take("?")
            node = .repetition(node, minimum: bounds.0, maximum: bounds.1)
        }
        return node
    }

    /// `{2}`, `{2,}`, `{2,5}`; nil, and nothing read, for a brace that is a letter.
    private mutating func braces() throws(Failure) -> (Int, Int?)? {
        guard let end = letters[position...].firstIndex(of: "}") else { return nil }
        let text = String(String.UnicodeScalarView(letters[(position + 1)..<end]))
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let minimum = Int(parts[0])
        else { return nil }
        let maximum: Int? = parts.count == 1 ? minimum : parts[1].isEmpty ? nil : Int(parts[1])
        guard minimum <= RegularExpression.maximumRepetition, maximum ?? 0 <= RegularExpression.maximumRepetition,
            maximum.map({ $0 >= minimum }) ?? true
        else { throw Failure(message: "bad repetition {\(text)}") }
        position = end + 1
        return (minimum, maximum)
    }

    private mutating func atom() throws(Failure) -> RegularExpressionNode {
        guard let letter = current else { return .empty }
        position += 1
        switch letter {
        case "(": return try group()
        case "[": return .letter(try set())
        case ".": return .letter(flags.dotMatchesNewline ? .any : .anyButNewline)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "\\": return try escape()
        case "*", "+", "?": throw Failure(message: "nothing to repeat before '\(letter)'")
        default: return .letter(folding(CharacterSet(letter)))
        }
    }

    private func folding(_ set: CharacterSet) -> CharacterSet {
        var set = set
        set.ignoresCase = flags.ignoresCase
        return set
    }

    private mutating func group() throws(Failure) -> RegularExpressionNode {
        let outer = flags
        if take("?") {
            if current == "P" || current == "<" {
                _ = take("P")
                guard take("<"), let end = letters[position...].firstIndex(of: ">") else { throw Failure(message: "a group's name is not closed") }
                position = end + 1
            } else {
                var isOn = true
                while let letter = current, letter != ":", letter != ")" {
                    position += 1
                    switch letter {
                    case "-": isOn = false
                    case "i": flags.ignoresCase = isOn
                    case "m": flags.isMultiline = isOn
                    case "s": flags.dotMatchesNewline = isOn
                    case "U": break
                    default: throw Failure(message: "unknown group (?\(letter)")
                    }
                }
                // Flags for the rest of the enclosing group.
                if take(")") { return .empty }
                guard take(":") else { throw Failure(message: "a group is not closed") }
            }
        }
        let node = try choice()
        guard take(")") else { throw Failure(message: "a group is not closed") }
        flags = outer
        return node
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
        case "Q":
            position += 1
            var nodes: [RegularExpressionNode] = []
            while let letter = current, !(letter == "\\" && position + 1 < letters.count && letters[position + 1] == "E") {
                nodes.append(.letter(folding(CharacterSet(letter))))
                position += 1
            }
            position = min(position + 2, letters.count)
            return .sequence(nodes)
        default: return .letter(folding(try escapedSet()))
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
            guard let category = CharacterSet.category(name.hasPrefix("^") ? String(name.dropFirst()) : name) else {
                throw Failure(message: "there is no category '\(name)'")
            }
            var set = CharacterSet()
            set.insert(category: category)
            set.isInverted = (letter == "P") != name.hasPrefix("^")
            return set
        default: return CharacterSet(try escapedLetter(letter))
        }
    }

    private mutating func escapedLetter(_ letter: Unicode.Scalar) throws(Failure) -> Unicode.Scalar {
        let known: [Unicode.Scalar: Unicode.Scalar] = ["a": "\u{07}", "f": "\u{0C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{0B}"]
        if let known = known[letter] { return known }
        if letter == "x" {
            var digits = ""
            if take("{") {
                while let digit = current, digit != "}" {
                    digits.unicodeScalars.append(digit)
                    position += 1
                }
                guard take("}") else { throw Failure(message: "\\x{ is not closed") }
            } else {
                for _ in 0..<2 {
                    if let digit = current { digits.unicodeScalars.append(digit) }
                    position += 1
                }
            }
            guard let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else {
                throw Failure(message: "bad escape \\x\(digits)")
            }
            return scalar
        }
        // Back-references and unknown letters are errors, as in RE2.
        guard !letter.properties.isAlphabetic, !("0"..."9").contains(letter) else { throw Failure(message: "unknown escape \\\(letter)") }
        return letter
    }

    private mutating func set() throws(Failure) -> CharacterSet {
        var set = CharacterSet()
        set.ignoresCase = flags.ignoresCase
        set.isInverted = take("^")
        var isFirst = true
        while let letter = current, letter != "]" || isFirst {
            isFirst = false
            position += 1
            if letter == "[", current == ":", let end = letters[position...].firstIndex(of: "]") {
                let name = String(String.UnicodeScalarView(letters[(position + 1)..<end])).dropLast()
                let isInverted = name.hasPrefix("^")
                guard let named = CharacterSet.named[String(isInverted ? name.dropFirst() : name)] else {
                    throw Failure(message: "there is no class [:\(name):]")
                }
                set.insert(isInverted ? named.inverted : named)
                position = end + 1
                continue
            }
            if letter == "\\", let next = current, "dDwWsSpP".unicodeScalars.contains(next) {
                set.insert(try escapedSet())
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

    private mutating func setEscape() throws(Failure) -> Unicode.Scalar {
        guard let letter = current else { throw Failure(message: "the pattern ends in a backslash") }
        position += 1
        return try escapedLetter(letter)
    }
}
