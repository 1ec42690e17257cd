extension CELLibrary {
    /// Lists as sets (cel-go `ext.Sets`).
    static let sets: CELLibrary = {
        var library = CELLibrary("sets", "Lists taken as sets: order and repetition do not count, and elements are equal as `==` has it.")
        let t = CELType.parameter("T")
        let signature: [([CELType], CELType)] = [([.list(t), .list(t)], .bool)]
        let estimate: Estimate = { extents, _ in
            extents[0].comparisons(with: extents[1].maximum) + extents[1].comparisons(with: extents[0].maximum)
        }
        func declare(
            _ name: String, _ note: String,
            _ body: @escaping @Sendable ([Value], [Value], inout Budget) throws(CELEvaluationError) -> Bool
        ) {
            library.function(
                name, signature, note: note, estimate: estimate,
                paying: { values, budget throws(CELEvaluationError) in
                    guard let left = values[0].elements, let right = values[1].elements else { throw Functions.noOverload(name, values) }
                    try budget.traverse(all: values)
                    return .bool(try body(left, right, &budget))
                })
        }
        declare("sets.contains", "whether every element of the second list is in the first") { left, right, budget throws(CELEvaluationError) in
            try contains(left, all: right, &budget)
        }
        declare("sets.equivalent", "whether every element of either list is in the other") { left, right, budget throws(CELEvaluationError) in
            guard try contains(left, all: right, &budget) else { return false }
            return try contains(right, all: left, &budget)
        }
        declare("sets.intersects", "whether an element of one list is in the other") { left, right, budget throws(CELEvaluationError) in
            let index = index(left)
            for element in right where try index.contains(element, &budget) { return true }
            return false
        }
        return library
    }()

    private static func index(_ elements: [Value]) -> ElementIndex {
        var index = ElementIndex()
        for element in elements { index.insert(element) }
        return index
    }

    private static func contains(_ elements: [Value], all wanted: [Value], _ budget: inout Budget) throws(CELEvaluationError) -> Bool {
        let index = index(elements)
        for element in wanted where try !index.contains(element, &budget) { return false }
        return true
    }
}
