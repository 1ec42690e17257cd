/// Equality and order (cel-spec, "Equality", "Ordering"): heterogeneous values are unequal, numbers of all types compare by value.
enum Equality {
    enum Order { case less, equal, greater, unordered }

    /// For values whose whole size was paid for before.
    static func equal(_ left: Value, _ right: Value) -> Bool {
        var unlimited = Budget(.max)
        // What costs nothing cannot cost too much.
        return (try? equal(left, right, &unlimited)) ?? false
    }

    /// Pays for what it looks at: values that hold others many times over are small to make and large to compare.
    static func equal(_ left: Value, _ right: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Bool {
        switch (left, right) {
        case (.double(let a), .double(let b)): return a == b
        case (.int(let a), .int(let b)): return a == b
        case (.string(let a), .string(let b)):
            try budget.traverse(min(a.utf8.count, b.utf8.count))
            return sameText(a, b)
        case (.bool(let a), .bool(let b)): return a == b
        case (.null, .null): return true
        case (.bytes(let a), .bytes(let b)):
            try budget.traverse(min(a.count, b.count))
            return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.list, _), (.hostList, _): return try listsEqual(left, right, &budget)
        case (.map, _), (.hostMap, _): return try mapsEqual(left, right, &budget)
        case (.optional(let a), .optional(let b)):
            switch (a, b) {
            case (nil, nil): return true
            case (let a?, let b?): return try equal(a, b, &budget)
            default: return false
            }
        case (.opaque(let a), .opaque(let b)): return a.isEqual(to: b)
        case (.hostObject(let a), .hostObject(let b)): return a === b || a.isEqual(to: b)
        default: return numbers(left, right) == .equal
        }
    }

    /// By code points: Swift would also call two spellings of one character equal. Where it does, and the lengths are the same, only texts
    /// beyond ASCII can differ.
    static func sameText(_ left: String, _ right: String) -> Bool {
        left == right && left.utf8.count == right.utf8.count && (left.utf8Span.isKnownASCII || left.utf8.elementsEqual(right.utf8))
    }

    private static func elements(_ value: Value) -> [Value]? {
        switch value {
        case .list(let list): list
        case .hostList(let list): (0..<list.count).map { list.element(at: $0) }
        default: nil
        }
    }

    private static func listsEqual(_ left: Value, _ right: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Bool {
        guard let a = elements(left), let b = elements(right), a.count == b.count else { return false }
        try budget.traverse(a.count)
        for index in a.indices where !(try equal(a[index], b[index], &budget)) { return false }
        return true
    }

    private static func entries(_ value: Value) -> MapValue? {
        switch value {
        case .map(let map): map
        case .hostMap(let map): MapValue(map.keys.compactMap { key in map.lookup(key).map { (key, $0) } })
        default: nil
        }
    }

    private static func mapsEqual(_ left: Value, _ right: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Bool {
        guard let a = entries(left), let b = entries(right), a.count == b.count else { return false }
        try budget.traverse(a.count)
        for entry in a.entries {
            guard let other = b.lookup(entry.key), try equal(entry.value, other, &budget) else { return false }
        }
        return true
    }

    static func order(_ left: Value, _ right: Value) throws(CELEvaluationError) -> Order {
        func compare<T: Comparable>(_ a: T, _ b: T) -> Order { a < b ? .less : a == b ? .equal : .greater }
        switch (left, right) {
        case (.bool(let a), .bool(let b)): return compare(a ? 1 : 0, b ? 1 : 0)
        case (.string(let a), .string(let b)):
            if sameText(a, b) { return .equal }
            // UTF-8 sorts as the code points do.
            return a.utf8.lexicographicallyPrecedes(b.utf8) ? .less : .greater
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
