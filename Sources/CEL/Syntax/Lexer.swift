import Diagnostics

/// Cuts an expression into tokens (cel-spec, "Syntax").
struct Lexer {
    struct Token {
        enum Kind: Equatable {
            case identifier(String)
            /// `a.`b-c``: the name of a field that is no identifier.
            case quotedIdentifier(String)
            case int(String)
            case uint(String)
            case double(String)
            case string(String)
            case bytes([UInt8])
            case symbol(Symbol)
            case end
        }

        let kind: Kind
        let range: Range<Int>

        var isEnd: Bool { if case .end = kind { true } else { false } }

        func isSymbol(_ symbol: Symbol) -> Bool { if case .symbol(let own) = kind { own == symbol } else { false } }
    }

    let source: [Unicode.Scalar]
    private var index = 0

    init(_ source: [Unicode.Scalar]) { self.source = source }

    static func tokens(_ source: [Unicode.Scalar]) throws(SyntaxError) -> [Token] {
        var lexer = Lexer(source)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.isEnd { return tokens }
        }
    }

    private func peek(_ offset: Int = 0) -> Unicode.Scalar? { index + offset < source.count ? source[index + offset] : nil }
    private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ("0"..."9").contains($0) } ?? false }
    private static func isHex(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { ("0"..."9").contains($0) || ("a"..."f").contains($0) || ("A"..."F").contains($0) } ?? false
    }
    private static func isLetter(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { ("a"..."z").contains($0) || ("A"..."Z").contains($0) || $0 == "_" } ?? false
    }

    private mutating func next() throws(SyntaxError) -> Token {
        skipSpace()
        let start = index
        guard let first = peek() else { return Token(kind: .end, range: start..<start) }
        if let string = try string() { return Token(kind: string, range: start..<index) }
        if Self.isLetter(first) {
            while Self.isLetter(peek()) || Self.isDigit(peek()) { index += 1 }
            return Token(kind: .identifier(text(start)), range: start..<index)
        }
        if Self.isDigit(first) || (first == "." && Self.isDigit(peek(1))) { return Token(kind: try number(), range: start..<index) }
        if let symbol = Symbol(first, before: peek(1)) {
            index += symbol.length
            return Token(kind: .symbol(symbol), range: start..<index)
        }
        if first == "`" { return try quotedIdentifier(start) }
        let hint = first == "=" ? "equality is written ==" : first == "&" ? "and is written &&" : first == "|" ? "or is written ||" : nil
        throw SyntaxError("unexpected character '\(first)'", at: start..<start + 1, hint: hint)
    }

    private mutating func quotedIdentifier(_ start: Int) throws(SyntaxError) -> Token {
        index += 1
        while let letter = peek(), letter != "`" {
            guard Self.isLetter(letter) || Self.isDigit(letter) || ["-", ".", "/", " "].contains(letter) else {
                throw SyntaxError("'\(letter)' cannot be in a quoted name", at: index..<index + 1, hint: nil)
            }
            index += 1
        }
        guard peek() == "`", index > start + 1 else {
            throw SyntaxError("the quoted name does not end", at: start..<index, hint: "close it with `")
        }
        index += 1
        return Token(kind: .quotedIdentifier(String(String.UnicodeScalarView(source[(start + 1)..<(index - 1)]))), range: start..<index)
    }

    /// Of names and numbers, which are ASCII.
    private func text(_ start: Int) -> String {
        unsafe String(unsafeUninitializedCapacity: index - start) { units in
            for place in start..<index { unsafe units[place - start] = UInt8(truncatingIfNeeded: source[place].value) }
            return index - start
        }
    }

    private mutating func skipSpace() {
        while let scalar = peek() {
            switch scalar {
            case " ", "\t", "\n", "\r", "\u{0C}": index += 1
            case "/" where peek(1) == "/": while let scalar = peek(), scalar != "\n" { _ = scalar; index += 1 }
            default: return
            }
        }
    }

    private mutating func number() throws(SyntaxError) -> Token.Kind {
        let start = index
        if peek() == "0", peek(1) == "x", Self.isHex(peek(2)) {
            index += 2
            while Self.isHex(peek()) { index += 1 }
            return unsignedSuffix(start)
        }
        while Self.isDigit(peek()) { index += 1 }
        var isDouble = false
        if peek() == ".", Self.isDigit(peek(1)) {
            isDouble = true
            index += 1
            while Self.isDigit(peek()) { index += 1 }
        }
        if peek() == "e" || peek() == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
            guard Self.isDigit(peek(1 + sign)) else {
                throw SyntaxError("the exponent has no digits", at: start..<index + 1, hint: nil)
            }
            isDouble = true
            index += 1 + sign
            while Self.isDigit(peek()) { index += 1 }
        }
        return isDouble ? .double(text(start)) : unsignedSuffix(start)
    }

    private mutating func unsignedSuffix(_ start: Int) -> Token.Kind {
        let digits = text(start)
        guard peek() == "u" || peek() == "U" else { return .int(digits) }
        index += 1
        return .uint(digits)
    }

    /// A string or bytes literal with its prefixes, if one begins here.
    private mutating func string() throws(SyntaxError) -> Token.Kind? {
        var isRaw = false
        var isBytes = false
        var offset = 0
        while let scalar = peek(offset), offset < 2 {
            // `br"…"`, but not `rb"…"`.
            if scalar == "r" || scalar == "R", !isRaw {
                isRaw = true
            } else if scalar == "b" || scalar == "B", !isBytes, !isRaw {
                isBytes = true
            } else {
                break
            }
            offset += 1
        }
        guard let quote = peek(offset), quote == "'" || quote == "\"" else { return nil }
        let start = index
        index += offset
        let isTriple = peek(1) == quote && peek(2) == quote
        index += isTriple ? 3 : 1
        var bytes: [UInt8] = []
        while true {
            guard let scalar = peek(), isTriple || (scalar != "\n" && scalar != "\r") else {
                throw SyntaxError("the string does not end", at: start..<index, hint: "close it with \(isTriple ? "three quotes" : "\(quote)")")
            }
            if scalar == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                index += isTriple ? 3 : 1
                return isBytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
            }
            if scalar == "\\", !isRaw {
                try escape(into: &bytes, isBytes: isBytes)
            } else {
                bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
                index += 1
            }
        }
    }

    private mutating func escape(into bytes: inout [UInt8], isBytes: Bool) throws(SyntaxError) {
        let start = index
        index += 1
        guard let kind = peek() else { throw SyntaxError("the string does not end", at: start..<index, hint: nil) }
        index += 1
        let simple: [Unicode.Scalar: UInt8] = [
            "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, "\"": 34, "`": 96, "?": 63,
        ]
        if let byte = simple[kind] {
            bytes.append(byte)
            return
        }
        func digits(_ count: Int, radix: Int) throws(SyntaxError) -> UInt32 {
            let end = min(index + count, source.count)
            let text = String(String.UnicodeScalarView(source[index..<end]))
            guard text.unicodeScalars.count == count, let value = UInt32(text, radix: radix), !text.hasPrefix("+") else {
                throw SyntaxError("the escape is incomplete", at: start..<end, hint: nil)
            }
            index = end
            return value
        }
        let code: UInt32
        switch kind {
        case "x", "X": code = try digits(2, radix: 16)
        case "u" where !isBytes: code = try digits(4, radix: 16)
        case "U" where !isBytes: code = try digits(8, radix: 16)
        case "0", "1", "2", "3":
            index -= 1
            code = try digits(3, radix: 8)
        default: throw SyntaxError("unknown escape '\\\(kind)'", at: start..<index, hint: "write \\\\ for a backslash")
        }
        if isBytes {
            bytes.append(UInt8(truncatingIfNeeded: code))
        } else {
            guard let scalar = Unicode.Scalar(code) else { throw SyntaxError("the escape is no code point", at: start..<index, hint: nil) }
            bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
        }
    }
}

struct SyntaxError: Error {
    let issue: CELIssue

    init(_ message: String, at range: Range<Int>, hint: String?) {
        issue = CELIssue(.celSyntax, message, at: range, hint: hint)
    }
}
