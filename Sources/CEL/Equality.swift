/// Equality and order (cel-spec, "Equality", "Ordering"): heterogeneous values are unequal, numbers of all types compare by value.
enum Equality {
    enum Order { case less, equal, greater, unordered }

    static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        // By code points: Swift would also call two spellings of one character equal.
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.type(let a), .type(let b)): a == b
        case (.list, _), (.hostList, _): listsEqual(left, right)
        case (.map, _), (.hostMap, _): mapsEqual(left, right)
        case (.optional(let a), .optional(let b)):
            switch (a, b) {
            case (nil, nil): true
            case (let a?, let b?): equal(a, b)
            default: false
            }
        case (.opaque(let a), .opaque(let b)): a.isEqual(to: b)
        case (.hostObject(let a), .hostObject(let b)): a === b
        default: numbers(left, right) == .equal
        }
    }

    private static func elements(_ value: Value) -> [Value]? {
        switch value {
        case .list(let list): list
        case .hostList(let list): (0..<list.count).map { list.element(at: $0) }
        default: nil
        }
    }

    private static func listsEqual(_ left: Value, _ right: Value) -> Bool {
        guard let a = elements(left), let b = elements(right), a.count == b.count else { return false }
        return zip(a, b).allSatisfy { equal($0, $1) }
    }

    private static func entries(_ value: Value) -> MapValue? {
        switch value {
        case .map(let map): map
        case .hostMap(let map): MapValue(map.keys.compactMap { key in map.lookup(key).map { (key, $0) } })
        default: nil
        }
    }

    private static func mapsEqual(_ left: Value, _ right: Value) -> Bool {
        guard let a = entries(left), let b = entries(right), a.count == b.count else { return false }
        return a.entries.allSatisfy { entry in b.lookup(entry.key).map { equal(entry.value, $0) } ?? false }
    }

    static func order(_ left: Value, _ right: Value) throws(CELEvaluationError) -> Order {
        func compare<T: Comparable>(_ a: T, _ b: T) -> Order { a < b ? .less : a == b ? .equal : .greater }
        switch (left, right) {
        case (.bool(let a), .bool(let b)): return compare(a ? 1 : 0, b ? 1 : 0)
        case (.string(let a), .string(let b)):
            if a.utf8.elementsEqual(b.utf8) { return .equal }
            return a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars) ? .less : .greater
        case (.bytes(let a), .bytes(let b)): return a == b ? .equal : a.lexicographicallyPrecedes(b) ? .less : .greater
        case (.timestamp(let a), .timestamp(let b)): return compare(a, b)
        case (.duration(let a), .duration(let b)): return compare(a, b)
        default:
            guard let order = numbers(left, right) else { throw Functions.noOverload("_<_", [left, right]) }
            return order
        }
    }

    /// Nil unless both are numbers. An integer within the doubles' range is compared as the nearest double, as cel-go and cel-cpp do.
    private static func numbers(_ left: Value, _ right: Value) -> Order? {
        func compare<T: Comparable>(_ a: T, _ b: T) -> Order { a < b ? .less : a == b ? .equal : a > b ? .greater : .unordered }
        func integer(_ a: some BinaryInteger, _ b: Double) -> Order { compare(Double(a), b) }
        func flipped(_ order: Order) -> Order { order == .less ? .greater : order == .greater ? .less : order }
        switch (left, right) {
        case (.int(let a), .int(let b)): return compare(a, b)
        case (.uint(let a), .uint(let b)): return compare(a, b)
        case (.double(let a), .double(let b)): return compare(a, b)
        case (.int(let a), .uint(let b)): return compare(Int128(a), Int128(b))
        case (.uint(let a), .int(let b)): return compare(Int128(a), Int128(b))
        case (.int(let a), .double(let b)): return integer(a, b)
        case (.uint(let a), .double(let b)): return integer(a, b)
        case (.double(let a), .int(let b)): return flipped(integer(b, a))
        case (.double(let a), .uint(let b)): return flipped(integer(b, a))
        default: return nil
        }
    }
}
