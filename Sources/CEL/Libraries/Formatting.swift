import Foundation

/// `format` of the strings library: `%s %d %f %e %x %X %o %b %%`, with a precision for `%f` and `%e`.
enum Formatting {
    static func format(_ format: String, _ arguments: [Value]) throws(CELEvaluationError) -> String {
        var result = ""
        var letters = format.unicodeScalars.makeIterator()
        var next = 0
        while let letter = letters.next() {
            guard letter == "%" else {
                result.unicodeScalars.append(letter)
                continue
            }
            guard var clause = letters.next() else { throw failure("the format ends in '%'") }
            if clause == "%" {
                result += "%"
                continue
            }
            var precision: Int?
            if clause == "." {
                var digits = ""
                while let digit = letters.next() {
                    clause = digit
                    guard ("0"..."9").contains(digit) else { break }
                    digits.unicodeScalars.append(digit)
                }
                guard let number = Int(digits), number <= 100 else { throw failure("'.\(digits)' is no precision up to 100") }
                precision = number
            }
            guard next < arguments.count else { throw CELEvaluationError(.indexOutOfRange, "index \(next) out of range") }
            result += try text(arguments[next], clause, precision)
            next += 1
        }
        return result
    }

    private static func failure(_ message: String) -> CELEvaluationError { CELEvaluationError(.invalidArgument, message) }

    private static func text(_ value: Value, _ clause: Unicode.Scalar, _ precision: Int?) throws(CELEvaluationError) -> String {
        switch clause {
        case "s": return try plain(value)
        case "d":
            switch value {
            case .int, .uint: return Conversions.text(of: value)
            case .double(let number): return infinite(number) ?? Conversions.text(of: value)
            default: throw failure("decimal clause can only be used on numbers, was given \(value.type)")
            }
        case "f": return try double(value, "fixed-point") { fixed($0, precision ?? 6) }
        case "e": return try double(value, "scientific") { scientific($0, precision ?? 6) }
        case "b":
            if case .bool(let flag) = value { return flag ? "1" : "0" }
            return try integer(value, "only integers and bools can be formatted as binary", radix: 2)
        case "o": return try integer(value, "octal clause can only be used on integers", radix: 8)
        case "x", "X":
            let hex: String
            switch value {
            case .string(let text): hex = bytes(Array(text.utf8))
            case .bytes(let content): hex = bytes(content)
            default: hex = try integer(value, "only integers, byte buffers, and strings can be formatted as hex", radix: 16)
            }
            return clause == "X" ? hex.uppercased() : hex
        default: throw failure("unrecognized formatting clause \"\(clause)\"")
        }
    }

    private static func bytes(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func integer(_ value: Value, _ what: String, radix: Int) throws(CELEvaluationError) -> String {
        switch value {
        case .int(let number): String(number, radix: radix)
        case .uint(let number): String(number, radix: radix)
        default: throw failure("\(what), was given \(value.type)")
        }
    }

    private static func double(_ value: Value, _ what: String, _ text: (Double) -> String) throws(CELEvaluationError) -> String {
        let number: Double
        switch value {
        case .double(let given): number = given
        case .int(let given): number = Double(given)
        case .uint(let given): number = Double(given)
        default: throw failure("\(what) clause can only be used on doubles, was given \(value.type)")
        }
        return infinite(number) ?? text(number)
    }

    private static func infinite(_ number: Double) -> String? {
        number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : nil
    }

    private static func fixed(_ number: Double, _ digits: Int) -> String { printed("%.\(digits)f", number) }
    private static func scientific(_ number: Double, _ digits: Int) -> String { printed("%.\(digits)e", number) }

    /// By C's printf, which writes every digit of the exact binary value and rounds ties to even; Foundation's own writes seventeen and zeros.
    /// The process never leaves the C locale, so that the point is a point.
    private static func printed(_ format: String, _ number: Double) -> String {
        // 309 digits before the point, 100 behind it, sign, point and the end.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            let count = unsafe withVaList([number]) { unsafe vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
            precondition(count > 0 && count < buffer.count)
            return unsafe String(decoding: UnsafeRawBufferPointer(buffer).prefix(Int(count)), as: UTF8.self)
        }
    }

    /// As `%s` has it: without quotes, keys of maps in order of their text.
    private static func plain(_ value: Value) throws(CELEvaluationError) -> String {
        switch value {
        case .double(let number): return infinite(number) ?? Conversions.text(of: value)
        case .list(let list): return "[" + (try list.map(plain)).joined(separator: ", ") + "]"
        case .map(let map):
            let entries = try map.entries.map { (entry) throws(CELEvaluationError) in (try plain(entry.key), try plain(entry.value)) }
            let sorted = entries.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            return "{" + sorted.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
        case .optional: throw failure("could not convert argument \(value.type.runtimeName) to string")
        default: return Conversions.text(of: value)
        }
    }
}
