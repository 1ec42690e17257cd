internal import Basics

/// Builds the length-prefixed fields of SSH's wire format (RFC 4251 §5).
struct SSHWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(raw data: some Sequence<UInt8>) { bytes.append(contentsOf: data) }

    mutating func append(_ value: UInt32) {
        for shift in [UInt32(24), 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func append(string data: some Collection<UInt8>) {
        append(UInt32(data.count))
        bytes.append(contentsOf: data)
    }

    mutating func append(string text: String) { append(string: Array(text.utf8)) }
}

/// Reads the same fields; nil past the end, so that a cut or lying length never traps.
struct SSHReader {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
        index = 0
    }

    var isAtEnd: Bool { index == bytes.endIndex }
    var rest: [UInt8] { Array(bytes[index...]) }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= bytes.endIndex - index else { return nil }
        defer { index += count }
        return Array(bytes[index..<index + count])
    }

    mutating func take(prefix: [UInt8]) -> Bool { take(prefix.count) == prefix }

    mutating func integer() -> UInt32? {
        guard let four = take(4) else { return nil }
        return four.reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() -> [UInt8]? {
        guard let count = integer() else { return nil }
        return take(Int(count))
    }

    mutating func text() -> String? {
        guard let data = string() else { return nil }
        return String(validating: data, as: UTF8.self)
    }
}

/// Text between `-----BEGIN X-----` and `-----END X-----`, as OpenSSH writes it: base64 in lines of 70 characters.
enum SSHArmor {
    static func encode(_ bytes: [UInt8], label: String) -> String {
        let digits = Array(Base64.encode(bytes).utf8)
        var out = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: digits.count, by: 70) {
            out += String(decoding: digits[start..<min(start + 70, digits.count)], as: UTF8.self) + "\n"
        }
        return out + "-----END \(label)-----\n"
    }

    /// Accepts any line length and carriage returns, as ssh-keygen does; nothing but white space may stand around the block.
    static func decode(_ text: String, label: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces }.filter { !$0.isEmpty }
        guard lines.count >= 3, lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----" else { return nil }
        return Base64.decode(lines[1..<lines.count - 1].joined())
    }
}

extension StringProtocol {
    var trimmingSpaces: String {
        var units = Array(utf8)[...]
        while let unit = units.first, unit == 0x20 || unit == 0x09 || unit == 0x0D { units.removeFirst() }
        while let unit = units.last, unit == 0x20 || unit == 0x09 || unit == 0x0D { units.removeLast() }
        return String(decoding: units, as: UTF8.self)
    }
}
