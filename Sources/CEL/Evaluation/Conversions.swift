/// Conversions between types (cel-spec, "List of Standard Definitions").
enum Conversions {
    typealias Failure = CELEvaluationError

    static func convert(_ function: UnaryFunction, _ value: Value) throws(Failure) -> Value {
        switch (function, value) {
        case (.int, .int), (.uint, .uint), (.double, .double), (.bool, .bool), (.string, .string), (.bytes, .bytes),
            (.timestamp, .timestamp), (.duration, .duration):
            return value
        case (.int, .uint(let number)): return .int(try exact(Int64(exactly: number)))
        case (.int, .double(let number)):
            // The bounds themselves are out of range, since doubles near them stand for several integers.
            guard number > -0x1p63, number < 0x1p63 else { throw range }
            return .int(Int64(number.rounded(.towardZero)))
        case (.int, .string(let text)): return .int(try parsed(Int64(text), text, "an int"))
        case (.int, .timestamp(let timestamp)): return .int(timestamp.seconds)
        case (.uint, .int(let number)): return .uint(try exact(UInt64(exactly: number)))
        case (.uint, .double(let number)):
            guard number >= 0, number < 0x1p64 else { throw range }
            return .uint(UInt64(number.rounded(.towardZero)))
        case (.uint, .string(let text)): return .uint(try parsed(text.hasPrefix("-") ? nil : UInt64(text), text, "a uint"))
        case (.double, .int(let number)): return .double(Double(number))
        case (.double, .uint(let number)): return .double(Double(number))
        case (.double, .string(let text)): return .double(try parsed(Double(text), text, "a double"))
        case (.bool, .string(let text)):
            switch text {
            case "true", "TRUE", "True", "t", "1": return .bool(true)
            case "false", "FALSE", "False", "f", "0": return .bool(false)
            default: throw Failure(.invalidArgument, "'\(text)' is not a bool")
            }
        case (.bytes, .string(let text)): return .bytes(Array(text.utf8))
        case (.string, .bytes(let bytes)):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(.invalidArgument, "the bytes are not valid UTF-8") }
            return .string(text)
        case (.string, .bool), (.string, .int), (.string, .uint), (.string, .double), (.string, .timestamp), (.string, .duration):
            return .string(text(of: value))
        case (.string, .opaque(let value)): return .string(value.text)
        case (.timestamp, .string(let text)): return .timestamp(try parsed(TimeText.timestamp(text), text, "a timestamp"))
        case (.timestamp, .int(let seconds)):
            guard let timestamp = Timestamp(seconds: seconds) else { throw range }
            return .timestamp(timestamp)
        case (.duration, .string(let text)): return .duration(try parsed(TimeText.duration(text), text, "a duration"))
        default: throw Functions.noOverload(function.rawValue, [value])
        }
    }

    private static var range: Failure { Failure(.overflow, "the number is out of range") }

    private static func exact<T>(_ value: T?) throws(Failure) -> T {
        guard let value else { throw range }
        return value
    }

    private static func parsed<T>(_ value: T?, _ text: String, _ name: String) throws(Failure) -> T {
        guard let value else { throw Failure(.invalidArgument, "'\(text)' is not \(name)") }
        return value
    }

    /// A value as text: what `string()` gives where it is defined, and what messages and traces show elsewhere.
    static func text(of value: Value) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number): return Self.text(of: number)
        case .string(let text): return text
        case .bytes(let bytes): return Self.text(of: bytes)
        case .timestamp(let timestamp): return TimeText.text(timestamp)
        case .duration(let duration): return TimeText.text(duration)
        case .type(let type): return type.runtimeName
        case .list(let list): return "[" + list.map(quoted).joined(separator: ", ") + "]"
        case .map(let map): return "{" + map.entries.map { "\(quoted($0.key)): \(quoted($0.value))" }.joined(separator: ", ") + "}"
        case .optional(let wrapped): return wrapped.map { "optional.of(\(quoted($0)))" } ?? "optional.none()"
        case .opaque(let value): return value.text
        case .hostObject(let object): return object.typeName
        case .hostMap(let map): return "map of \(map.count)"
        case .hostList(let list): return "list of \(list.count)"
        }
    }

    /// Neighbouring bytes that are no UTF-8 become one U+FFFD together, as CEL's formatting asks.
    private static func text(of bytes: [UInt8]) -> String {
        var text: [Unicode.Scalar] = []
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var isBroken = false
        while true {
            switch decoder.decode(&rest) {
            case .scalarValue(let scalar):
                text.append(scalar)
                isBroken = false
            case .error:
                if !isBroken { text.append("\u{FFFD}") }
                isBroken = true
            case .emptyInput: return String(scalars: text)
            }
        }
    }

    /// The shortest digits that give the number back, with an exponent below 1e-4 and from 1e6 on, as Go and C++ write it: `0.1`, `1e+06`.
    private static func text(of number: Double) -> String {
        let shortest = number.description
        guard number.isFinite, number != 0 else { return shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest }
        let parts = shortest.split(separator: "e")
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".")
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
        let written = mantissa[0] + fraction
        let significant = written.drop { $0 == "0" }
        // Of the first significant digit.
        let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + mantissa[0].count - 1 - (written.count - significant.count)
        let digits = String(significant).trimmingZeros
        let sign = number < 0 ? "-" : ""
        if exponent < -4 || exponent >= 6 {
            let size = String(exponent.magnitude)
            let rest = digits.dropFirst()
            return "\(sign)\(digits.prefix(1))\(rest.isEmpty ? "" : ".")\(rest)e\(exponent < 0 ? "-" : "+")\(size.count < 2 ? "0" : "")\(size)"
        }
        if exponent < 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)" }
        let whole = exponent + 1
        if digits.count <= whole { return sign + digits + String(repeating: "0", count: whole - digits.count) }
        return "\(sign)\(digits.prefix(whole)).\(digits.dropFirst(whole))"
    }

    static func quoted(_ value: Value) -> String { if case .string(let text) = value { "\"\(text)\"" } else { text(of: value) } }
}

extension String {
    fileprivate var trimmingZeros: String { String(reversed().drop { $0 == "0" }.reversed()) }
}

extension Value: CustomStringConvertible {
    /// The value as CEL spells it, where it has a spelling.
    public var description: String { Spelling.text(of: self) }
}

extension String {
    /// Of code points, by way of bytes that grow in place: a string that others are appended to is copied as a whole now and then, which makes long ones
    /// quadratic.
    init(scalars: some Sequence<Unicode.Scalar>) {
        var bytes: [UInt8] = []
        for scalar in scalars { bytes.append(contentsOf: scalar.utf8) }
        self.init(decoding: bytes, as: UTF8.self)
    }
}
