/// As strict as reading a whole document; that no member is given twice is its reader's to see.
extension JSONParser {
    package mutating func value() throws(JSONError) -> JSONValue { try value(depth: depth) }

    package mutating func text() throws(JSONError) -> String {
        skipSpace()
        guard peek() == UInt8(ascii: "\"") else { throw error("expected a string") }
        return try string()
    }

    /// Calls `read` for each member of an object, which reads its value.
    package mutating func members(_ read: (inout JSONParser, String) throws(JSONError) -> Void) throws(JSONError) {
        try parts(from: UInt8(ascii: "{"), to: UInt8(ascii: "}")) { parser throws(JSONError) in
            let name = try parser.text()
            parser.skipSpace()
            guard parser.peek() == UInt8(ascii: ":") else { throw parser.error("expected ':'") }
            parser.index += 1
            try read(&parser, name)
        }
    }

    /// Calls `read` for each element of an array, which reads it.
    package mutating func elements(_ read: (inout JSONParser) throws(JSONError) -> Void) throws(JSONError) {
        try parts(from: UInt8(ascii: "["), to: UInt8(ascii: "]"), read)
    }

    private mutating func parts(from start: UInt8, to end: UInt8, _ read: (inout JSONParser) throws(JSONError) -> Void) throws(JSONError) {
        skipSpace()
        guard peek() == start else { throw error("expected '\(Character(Unicode.Scalar(start)))'") }
        guard depth <= maximumDepth else { throw error("nested more than \(maximumDepth) levels deep") }
        index += 1
        depth += 1
        skipSpace()
        var isOpen = peek() != end
        while isOpen {
            try read(&self)
            skipSpace()
            switch peek() {
            case UInt8(ascii: ","): index += 1
            case end: isOpen = false
            default: throw error("expected ',' or '\(Character(Unicode.Scalar(end)))'")
            }
        }
        index += 1
        depth -= 1
    }

    /// A digest in the one spelling that Proviso writes.
    package mutating func digest() throws(JSONError) -> Digest {
        skipSpace()
        let end = index + 1 + Digest.spelledLength
        guard end < bytes.count, bytes[index] == UInt8(ascii: "\""), bytes[end] == UInt8(ascii: "\""),
            let digest = unsafe bytes.withUnsafeBufferPointer({ unsafe Digest(spelled: UnsafeBufferPointer(rebasing: $0[(index + 1)..<end])) })
        else { throw error("expected a sha256 digest") }
        index = end + 1
        return digest
    }

    /// An object of digests.
    package mutating func digests() throws(JSONError) -> [String: Digest] {
        var digests: [String: Digest] = [:]
        try members { parser, name throws(JSONError) in
            guard digests.updateValue(try parser.digest(), forKey: name) == nil else { throw parser.error("member '\(name)' is given twice") }
        }
        return digests
    }

    /// What a string in base64 stands for.
    package mutating func base64() throws(JSONError) -> [UInt8] {
        skipSpace()
        guard peek() == UInt8(ascii: "\""), let end = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: "\"")),
            let decoded = unsafe bytes.withUnsafeBufferPointer({ unsafe Base64.decode(UnsafeBufferPointer(rebasing: $0[(index + 1)..<end])) })
        else { throw error("expected base64") }
        index = end + 1
        return decoded
    }
}
