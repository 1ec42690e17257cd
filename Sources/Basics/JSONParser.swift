/// Why bytes are not the JSON that Proviso reads.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let message: String
    /// Where, in bytes from the start.
    public let offset: Int

    public var description: String { "\(message) at byte \(offset)" }
}

extension JSONValue {
    /// Reads one RFC 8259 document and nothing after it. Stricter than most readers, since what it reads is signed: a repeated member name,
    /// invalid UTF-8, a lone surrogate, a number out of range and more than 128 levels of nesting are errors.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }

    public init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

/// Reads a document part by part. Who knows its form, and has no use for it as a tree, reads it so in half the time.
package struct JSONParser {
    let bytes: [UInt8]
    var index = 0
    /// Of objects and arrays around what is read next.
    var depth = 0
    let maximumDepth = 128

    package init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        try end()
        return value
    }

    /// Nothing may follow.
    package mutating func end() throws(JSONError) {
        skipSpace()
        guard index == bytes.count else { throw error("unexpected text after the document") }
    }

    package func error(_ message: String) -> JSONError { JSONError(message: message, offset: index) }

    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= maximumDepth else { throw error("nested more than \(maximumDepth) levels deep") }
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        case .none: throw error("unexpected end of the document")
        default: throw error("expected a value")
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[index...].starts(with: word.utf8) else { throw error("expected a value") }
        index += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        index += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if peek() == UInt8(ascii: "}") {
            index += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { throw error("expected a member name") }
            let start = index
            let name = try string()
            skipSpace()
            guard peek() == UInt8(ascii: ":") else { throw error("expected ':'") }
            index += 1
            let value = try value(depth: depth + 1)
            guard members.updateValue(value, forKey: name) == nil else {
                throw JSONError(message: "member '\(name)' is given twice", offset: start)
            }
            skipSpace()
            switch peek() {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "}"):
                index += 1
                return .object(members)
            default: throw error("expected ',' or '}'")
            }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        index += 1
        var elements: [JSONValue] = []
        skipSpace()
        if peek() == UInt8(ascii: "]") {
            index += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            switch peek() {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"):
                index += 1
                return .array(elements)
            default: throw error("expected ',' or ']'")
            }
        }
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while let unit = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(unit) { index += 1 }
        guard index > start else { throw error("expected a digit") }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        var isInteger = true
        if peek() == UInt8(ascii: "-") { index += 1 }
        let leading = peek()
        let firstDigit = index
        try digits()
        if leading == UInt8(ascii: "0"), index - firstDigit > 1 { throw error("a number may not start with 0") }
        if peek() == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try digits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger {
            guard let value = Int64(text) else { throw JSONError(message: "\(text) is out of range", offset: start) }
            return .int(value)
        }
        guard let value = Double(text), value.isFinite else { throw JSONError(message: "\(text) is out of range", offset: start) }
        return .double(value)
    }

    mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        // Most strings have no escape: they are read as they stand.
        var out: [UInt8]?
        var plain = index
        var isASCII = true
        while true {
            guard index < bytes.count else { throw error("the string does not end") }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let rest = plain..<index
                index += 1
                let text = out.map { String(validating: $0 + bytes[rest], as: UTF8.self) } ?? (isASCII ? asciiText(rest) : validText(rest))
                guard let text else { throw JSONError(message: "the string is not valid UTF-8", offset: start) }
                return text
            case UInt8(ascii: "\\"):
                var unescaped = out ?? []
                unescaped += bytes[plain..<index]
                index += 1
                try escape(into: &unescaped)
                out = unescaped
                plain = index
            case 0..<0x20: throw error("a control character must be escaped")
            case 0x80...:
                isASCII = false
                index += 1
            default: index += 1
            }
        }
    }

    /// Most text needs no look at its encoding.
    private func asciiText(_ range: Range<Int>) -> String {
        unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self) }
    }

    private func validText(_ range: Range<Int>) -> String? {
        unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self) }
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard let unit = peek() else { throw error("the string does not end") }
        index += 1
        switch unit {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(unit)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code) {
                guard peek() == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u") else {
                    throw error("a high surrogate stands alone")
                }
                index += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw error("a high surrogate stands alone") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("a low surrogate stands alone") }
            out.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw error("unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count, let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16),
            bytes[index] != UInt8(ascii: "+")
        else { throw error("expected four hexadecimal digits") }
        index += 4
        return value
    }
}
