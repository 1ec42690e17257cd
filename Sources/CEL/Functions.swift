/// What the standard functions do, by name and run-time types.
enum Functions {
    typealias Failure = CELEvaluationError

    /// Long operands cost more than short ones: a unit for each ten bytes or elements.
    static func cost(of values: [Value]) -> UInt64 {
        var total: UInt64 = 0
        for value in values {
            switch value {
            case .string(let text): total += UInt64(text.utf8.count / 10)
            case .bytes(let bytes): total += UInt64(bytes.count / 10)
            case .list(let list): total += UInt64(list.count / 10)
            case .map(let map): total += UInt64(map.count / 10)
            default: break
            }
        }
        return total
    }

    static func call(_ function: String, _ values: [Value]) throws(Failure) -> Value {
        switch function {
        case "_==_": return .bool(Equality.equal(values[0], values[1]))
        case "_!=_": return .bool(!Equality.equal(values[0], values[1]))
        case "_<_": return .bool(try Equality.order(values[0], values[1]) == .less)
        case "_<=_": return .bool([.less, .equal].contains(try Equality.order(values[0], values[1])))
        case "_>_": return .bool(try Equality.order(values[0], values[1]) == .greater)
        case "_>=_": return .bool([.greater, .equal].contains(try Equality.order(values[0], values[1])))
        case "_+_", "_-_", "_*_", "_/_", "_%_": return try Arithmetic.binary(function, values[0], values[1])
        case "-_": return try Arithmetic.negate(values[0])
        case "!_":
            guard case .bool(let flag) = values[0] else { throw noOverload(function, values) }
            return .bool(!flag)
        case "_[_]": return try index(values[0], values[1])
        case "@in": return try contains(values[1], values[0])
        case "size": return .int(Int64(try size(values[0])))
        case "contains", "startsWith", "endsWith", "lowerAscii", "upperAscii", "trim": return try text(function, values)
        case "dyn": return values[0]
        case "type": return .type(values[0].type)
        default: return try Conversions.convert(function, values[0])
        }
    }

    static func noOverload(_ function: String, _ values: [Value]) -> Failure {
        let signature = Overload(function, values.map(\.type), .dyn).signature
        return Failure(.noSuchOverload, "no such overload: \(signature)")
    }

    private static func index(_ operand: Value, _ key: Value) throws(Failure) -> Value {
        func position(_ count: Int) throws(Failure) -> Int {
            let index: Int64?
            switch key {
            case .int(let number): index = number
            case .uint(let number): index = Int64(exactly: number)
            case .double(let number): index = Int64(exactly: number)
            default: throw noOverload("_[_]", [operand, key])
            }
            guard let index, index >= 0, index < count else {
                throw Failure(.indexOutOfRange, "index \(Conversions.text(of: key)) is out of range for \(count) elements")
            }
            return Int(index)
        }
        switch operand {
        case .list(let list): return list[try position(list.count)]
        case .hostList(let list): return list.element(at: try position(list.count))
        case .map(let map): if let value = map.lookup(key) { return value }
        case .hostMap(let map):
            guard case .string(let name) = key else { throw noOverload("_[_]", [operand, key]) }
            if let value = map.lookup(name) { return value }
        default: throw noOverload("_[_]", [operand, key])
        }
        throw Failure(.noSuchKey, "no such key: \(Conversions.text(of: key))")
    }

    private static func contains(_ collection: Value, _ element: Value) throws(Failure) -> Value {
        switch collection {
        case .list(let list): return .bool(list.contains { Equality.equal($0, element) })
        case .hostList(let list): return .bool((0..<list.count).contains { Equality.equal(list.element(at: $0), element) })
        case .map(let map): return .bool(map.lookup(element) != nil)
        case .hostMap(let map):
            guard case .string(let name) = element else { return .bool(false) }
            return .bool(map.contains(name))
        default: throw noOverload("@in", [element, collection])
        }
    }

    private static func size(_ value: Value) throws(Failure) -> Int {
        switch value {
        case .string(let text): text.unicodeScalars.count
        case .bytes(let bytes): bytes.count
        case .list(let list): list.count
        case .map(let map): map.count
        case .hostMap(let map): map.count
        case .hostList(let list): list.count
        default: throw noOverload("size", [value])
        }
    }

    private static func text(_ function: String, _ values: [Value]) throws(Failure) -> Value {
        guard case .string(let text) = values[0] else { throw noOverload(function, values) }
        switch function {
        case "lowerAscii": return .string(mapASCII(text) { (0x41...0x5A).contains($0) ? $0 + 32 : $0 })
        case "upperAscii": return .string(mapASCII(text) { (0x61...0x7A).contains($0) ? $0 - 32 : $0 })
        case "trim":
            let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
            let scalars = Array(text.unicodeScalars.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
            return .string(String(String.UnicodeScalarView(scalars)))
        default: break
        }
        guard case .string(let part) = values[1] else { throw noOverload(function, values) }
        // Compared by code points: a combining mark does not hide the letter before it.
        let whole = Array(text.utf8)
        let sought = Array(part.utf8)
        switch function {
        case "startsWith": return .bool(whole.starts(with: sought))
        case "endsWith": return .bool(whole.suffix(sought.count).elementsEqual(sought))
        default:
            guard sought.count <= whole.count else { return .bool(false) }
            return .bool((0...whole.count - sought.count).contains { whole[$0..<$0 + sought.count].elementsEqual(sought) })
        }
    }

    private static func mapASCII(_ text: String, _ change: (UInt8) -> UInt8) -> String { String(decoding: text.utf8.map(change), as: UTF8.self) }
}
