/// Reads Universal Binary JSON (ubjson.org, draft 12) as far as XGBoost writes it. Damaged bytes are an error, never a crash.
struct UniversalBinaryJSON {
    private let bytes: [UInt8]
    private var index = 0
    private let maximumDepth = 64

    static func parse(_ bytes: [UInt8]) throws(ModelError) -> ModelDocument {
        var reader = UniversalBinaryJSON(bytes: bytes)
        let document = try reader.value(marker: try reader.byte(), depth: 0)
        guard reader.index == bytes.count else { throw reader.malformed("there is something after its end") }
        return document
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func malformed(_ reason: String) -> ModelError {
        ModelError(.malformedArtifact, operation: "read the model", message: "its binary form is damaged at byte \(index): \(reason)")
    }

    private mutating func byte() throws(ModelError) -> UInt8 {
        guard index < bytes.count else { throw malformed("it ends too early") }
        defer { index += 1 }
        return bytes[index]
    }

    /// `count` big-endian units of `width` bytes each.
    private mutating func units(_ count: Int, width: Int) throws(ModelError) -> [UInt64] {
        guard count <= (bytes.count - index) / width else { throw malformed("it ends too early") }
        var all: [UInt64] = []
        all.reserveCapacity(count)
        for _ in 0..<count {
            var unit: UInt64 = 0
            for _ in 0..<width {
                unit = unit << 8 | UInt64(bytes[index])
                index += 1
            }
            all.append(unit)
        }
        return all
    }

    private mutating func integer(marker: UInt8) throws(ModelError) -> Int64 {
        guard let type = Number(marker: marker), !type.isFloat else { throw malformed("a whole number was expected") }
        return type.integer(try units(1, width: type.width)[0])
    }

    private mutating func count() throws(ModelError) -> Int {
        let value = try integer(marker: try byte())
        guard value >= 0, value <= bytes.count else { throw malformed("a length of \(value)") }
        return Int(value)
    }

    private mutating func string() throws(ModelError) -> String {
        let length = try count()
        guard length <= bytes.count - index else { throw malformed("it ends too early") }
        defer { index += length }
        guard let text = String(validating: bytes[index..<(index + length)], as: UTF8.self) else { throw malformed("a text is not UTF-8") }
        return text
    }

    private mutating func value(marker: UInt8, depth: Int) throws(ModelError) -> ModelDocument {
        guard depth <= maximumDepth else { throw malformed("nested more than \(maximumDepth) levels deep") }
        switch marker {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "S"): return .text(try string())
        case UInt8(ascii: "T"): return .bool(true)
        case UInt8(ascii: "F"): return .bool(false)
        case UInt8(ascii: "Z"): return .null
        default:
            guard let type = Number(marker: marker) else { throw malformed("unknown type \(marker)") }
            let unit = try units(1, width: type.width)[0]
            return type.isFloat ? .number(type.double(unit)) : .integer(type.integer(unit))
        }
    }

    private mutating func object(depth: Int) throws(ModelError) -> ModelDocument {
        var members: [String: ModelDocument] = [:]
        while index < bytes.count, bytes[index] != UInt8(ascii: "}") {
            let name = try string()
            let value = try value(marker: try byte(), depth: depth + 1)
            guard members.updateValue(value, forKey: name) == nil else { throw malformed("'\(name)' comes twice") }
        }
        _ = try byte()
        return .object(members)
    }

    private mutating func array(depth: Int) throws(ModelError) -> ModelDocument {
        var type: UInt8?
        if index < bytes.count, bytes[index] == UInt8(ascii: "$") {
            index += 1
            type = try byte()
        }
        guard index < bytes.count, bytes[index] == UInt8(ascii: "#") else {
            var elements: [ModelDocument] = []
            while index < bytes.count, bytes[index] != UInt8(ascii: "]") {
                elements.append(try value(marker: try byte(), depth: depth + 1))
            }
            _ = try byte()
            return .array(elements)
        }
        index += 1
        let count = try count()
        guard let type else {
            var elements: [ModelDocument] = []
            for _ in 0..<count { elements.append(try value(marker: try byte(), depth: depth + 1)) }
            return .array(elements)
        }
        guard let number = Number(marker: type) else { throw malformed("an array of type \(type)") }
        let units = try units(count, width: number.width)
        return number.isFloat ? .floats(units.map { Float(number.double($0)) }) : .integers(units.map { number.integer($0) })
    }
}

/// The number types, by their markers.
private enum Number {
    case int8, uint8, int16, int32, int64, float32, float64

    init?(marker: UInt8) {
        switch marker {
        case UInt8(ascii: "i"): self = .int8
        case UInt8(ascii: "U"): self = .uint8
        case UInt8(ascii: "I"): self = .int16
        case UInt8(ascii: "l"): self = .int32
        case UInt8(ascii: "L"): self = .int64
        case UInt8(ascii: "d"): self = .float32
        case UInt8(ascii: "D"): self = .float64
        default: return nil
        }
    }

    var width: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16: 2
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }

    var isFloat: Bool { self == .float32 || self == .float64 }

    func integer(_ unit: UInt64) -> Int64 {
        switch self {
        case .int8: Int64(Int8(truncatingIfNeeded: unit))
        case .int16: Int64(Int16(truncatingIfNeeded: unit))
        case .int32: Int64(Int32(truncatingIfNeeded: unit))
        default: Int64(bitPattern: unit)
        }
    }

    func double(_ unit: UInt64) -> Double {
        self == .float32 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: unit))) : Double(bitPattern: unit)
    }
}
