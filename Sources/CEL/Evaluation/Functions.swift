/// What the standard functions do beyond arithmetic, comparison and conversion, by their operands' run-time types.
enum Functions {
    typealias Failure = CELEvaluationError

    static func noOverload(_ function: String, _ values: [Value]) -> Failure {
        let signature = Overload(function, values.map(\.type), .dyn).signature
        return Failure(.noSuchOverload, "no such overload: \(signature)")
    }

    /// What a call that goes through the value is charged for: bytes or elements; one for anything without a length.
    static func length(_ value: Value) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .list(let list): list.count
        case .map(let map): map.count
        default: 1
        }
    }

    static func index(_ operand: Value, _ key: Value) throws(Failure) -> Value {
        switch operand {
        case .map(let map): if let value = map.lookup(key) { return value }
        case .hostMap(let map):
            guard case .string(let name) = key else { throw noOverload("_[_]", [operand, key]) }
            if let value = map.lookup(name) { return value }
        case .list(let list): return list[try position(key, in: operand, list.count)]
        case .hostList(let list): return list.element(at: try position(key, in: operand, list.count))
        case .optional: return .optional(try optionalIndex(operand, key))
        default: throw noOverload("_[_]", [operand, key])
        }
        throw Failure(.noSuchKey, "no such key: \(Conversions.text(of: key))")
    }

    /// An element or entry; nil where there is none, also for an optional collection that lacks.
    static func optionalIndex(_ operand: Value, _ key: Value) throws(Failure) -> Value? {
        if case .optional(let wrapped) = operand {
            guard let wrapped else { return nil }
            return try optionalIndex(wrapped, key)
        }
        do throws(CELEvaluationError) {
            return try index(operand, key)
        } catch {
            guard error.code == .noSuchKey || error.code == .indexOutOfRange else { throw error }
            return nil
        }
    }

    private static func position(_ key: Value, in operand: Value, _ count: Int) throws(Failure) -> Int {
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

    static func contains(_ collection: Value, _ element: Value, _ budget: inout Budget) throws(Failure) -> Bool {
        switch collection {
        case .list(let list):
            try budget.spend(UInt64(max(1, list.count)))
            for candidate in list where try Equality.equal(candidate, element, &budget) { return true }
            return false
        case .hostList(let list):
            try budget.spend(UInt64(max(1, list.count)))
            for index in 0..<list.count where try Equality.equal(list.element(at: index), element, &budget) { return true }
            return false
        case .map(let map):
            try budget.spend(1)
            return map.lookup(element) != nil
        case .hostMap(let map):
            try budget.spend(1)
            guard case .string(let name) = element else { return false }
            return map.contains(name)
        default: throw noOverload("@in", [element, collection])
        }
    }

    static func size(_ value: Value) throws(Failure) -> Int {
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

    static func text(_ function: UnaryFunction, _ value: Value) throws(Failure) -> String {
        guard case .string(let text) = value else { throw noOverload(function.rawValue, [value]) }
        switch function {
        case .lowerAscii: return mapASCII(text) { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
        case .upperAscii: return mapASCII(text) { (0x61...0x7A).contains($0) ? $0 - 32 : $0 }
        default:
            let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
            let scalars = Array(text.unicodeScalars.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
            return String(String.UnicodeScalarView(scalars))
        }
    }

    static func text(_ function: BinaryFunction, _ value: Value, _ other: Value, _ budget: inout Budget) throws(Failure) -> Bool {
        guard case .string(let text) = value, case .string(let part) = other else { throw noOverload(function.rawValue, [value, other]) }
        // Compared by code points: a combining mark does not hide the letter before it.
        let whole = text.utf8
        let sought = part.utf8
        switch function {
        case .startsWith:
            try budget.traverse(sought.count)
            return whole.starts(with: sought)
        case .endsWith:
            try budget.traverse(sought.count)
            return whole.suffix(sought.count).elementsEqual(sought)
        default:
            // The search looks at every byte of the part for every byte of the text, at worst.
            try budget.spend(Budget.traversal(whole.count) * Budget.traversal(sought.count))
            return contains(Array(whole), Array(sought))
        }
    }

    private static func contains(_ whole: [UInt8], _ sought: [UInt8]) -> Bool {
        guard let first = sought.first else { return true }
        guard sought.count <= whole.count else { return false }
        return (0...whole.count - sought.count).contains { start in
            whole[start] == first && whole[start..<start + sought.count].elementsEqual(sought)
        }
    }

    private static func mapASCII(_ text: String, _ change: (UInt8) -> UInt8) -> String { String(decoding: text.utf8.map(change), as: UTF8.self) }
}
