extension CELLibrary {
    private static let comparable: [CELType] = [.int, .uint, .double, .bool, .duration, .timestamp, .string, .bytes]

    /// Sorting by merging compares each element with another at most so often as halves can be made.
    private static let sorting: Estimate = { extents, _ in
        guard extents[0].maximum < 1 << 40 else { return CostEstimate(0, .max) }
        let halvings = UInt64(64 - extents[0].maximum.leadingZeroBitCount)
        let each = extents.reduce(UInt64(1)) { $0.adding($1.element.deepTraversal.upper) }
        return extents[0].deepTraversal + CostEstimate(0, extents[0].maximum.multiplying(halvings).multiplying(each))
    }

    private static let inspection: Estimate = { extents, _ in extents[0].comparisons(with: 0) }

    static func addOrder(to library: inout CELLibrary) {
        let t = CELType.parameter("T")
        library.member(
            "sort", comparable.map { ([.list($0)], .list($0)) }, note: "the elements in ascending order; they must be of one type that has an order",
            estimate: sorting,
            paying: { values, budget throws(CELEvaluationError) in
                guard let list = values[0].elements else { throw Functions.noOverload("sort", values) }
                return .list(try sorted(list, by: list, &budget))
            })
        library.member(
            "@sortByKeys", comparable.map { ([.list(t), .list($0)], .list(t)) }, estimate: sorting,
            paying: { values, budget throws(CELEvaluationError) in
                guard let list = values[0].elements, let keys = values[1].elements, list.count == keys.count else {
                    throw Functions.noOverload("sortBy", values)
                }
                return .list(try sorted(list, by: keys, &budget))
            })
        library.member(
            "isSorted", comparable.map { ([.list($0)], .bool) }, note: "whether no element is less than the one before", estimate: inspection,
            paying: { values, budget throws(CELEvaluationError) in
                guard let list = values[0].elements else { throw Functions.noOverload("isSorted", values) }
                var isSorted = true
                for (index, element) in list.enumerated() {
                    try budget.spend(1)
                    // Compared with itself, an element without an order is found out.
                    if try order(list[max(0, index - 1)], element, "isSorted", &budget) == .greater { isSorted = false }
                }
                return .bool(isSorted)
            })
    }

    static func addAggregates(to library: inout CELLibrary) {
        for (name, wanted) in [("min", Equality.Order.less), ("max", .greater)] {
            library.member(
                name, comparable.map { ([.list($0)], $0) }, note: "the \(name == "min" ? "least" : "greatest") element; an error if there is none",
                estimate: inspection,
                paying: { values, budget throws(CELEvaluationError) in
                    guard let list = values[0].elements else { throw Functions.noOverload(name, values) }
                    guard var best = list.first else { throw CELEvaluationError(.invalidArgument, "\(name) called on empty list") }
                    for element in list {
                        try budget.spend(1)
                        if try order(element, best, name, &budget) == wanted { best = element }
                    }
                    return best
                })
        }
        let zeros: [(CELType, Value)] = [(.int, .int(0)), (.uint, .uint(0)), (.double, .double(0)), (.duration, .duration(.zero))]
        library.member(
            "sum", zeros.map { ([.list($0.0)], $0.0) }, note: "the elements added up from the first to the last; zero if there is none",
            estimate: inspection,
            typed: { type in
                let zero = zeros.first { $0.0 == type }?.1
                return { values, budget throws(CELEvaluationError) in
                    guard let list = values[0].elements else { throw Functions.noOverload("sum", values) }
                    guard let start = zero ?? zeroLike(list.first) else { throw Functions.noOverload("sum", values) }
                    var sum = start
                    for element in list { sum = try Arithmetic.value(.add, sum, element, &budget) }
                    return sum
                }
            })
    }

    /// What a sum of such values begins with; nil for what cannot be added up.
    private static func zeroLike(_ value: Value?) -> Value? {
        switch value {
        case nil, .int: .int(0)
        case .uint: .uint(0)
        case .double: .double(0)
        case .duration: .duration(.zero)
        default: nil
        }
    }

    private static func order(
        _ left: Value, _ right: Value, _ function: String, _ budget: inout Budget
    ) throws(CELEvaluationError) -> Equality.Order {
        try budget.traverse(min(Functions.length(left), Functions.length(right)))
        let order = try Equality.order(left, right)
        guard order != .unordered else { throw CELEvaluationError(.invalidArgument, "\(function)(): NaN values cannot be ordered") }
        return order
    }

    /// The elements in the order of their keys, equal ones in the order in which they came.
    private static func sorted(_ elements: [Value], by keys: [Value], _ budget: inout Budget) throws(CELEvaluationError) -> [Value] {
        if let first = keys.first {
            for key in keys {
                try budget.spend(1)
                guard key.type == first.type else {
                    throw CELEvaluationError(.noSuchOverload, "list elements must have the same type: there are \(first.type) and \(key.type)")
                }
                _ = try order(key, key, "sort", &budget)
            }
        }
        var positions = Array(keys.indices)
        var merged = positions
        var width = 1
        while width < positions.count {
            for start in stride(from: 0, to: positions.count, by: 2 * width) {
                let middle = min(start + width, positions.count)
                let end = min(start + 2 * width, positions.count)
                var (left, right) = (start, middle)
                for place in start..<end {
                    var isLeft = right == end
                    if left < middle, right < end { isLeft = try order(keys[positions[left]], keys[positions[right]], "sort", &budget) != .greater }
                    merged[place] = positions[isLeft ? left : right]
                    if isLeft { left += 1 } else { right += 1 }
                }
            }
            swap(&positions, &merged)
            width *= 2
        }
        return positions.map { elements[$0] }
    }
}
