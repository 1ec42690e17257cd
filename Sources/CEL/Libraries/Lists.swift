extension CELLibrary {
    /// Lists (cel-go `ext.Lists`, and `first` and `last` of its optional types; Kubernetes `lists`).
    static let lists: CELLibrary = {
        var library = CELLibrary(
            "lists",
            "Positions count from zero. `list.sortBy(v, key)` sorts by a key of each element. Equal elements keep their order; NaN, which has none, is an error where elements are put in order."
        )
        addParts(to: &library)
        addOrder(to: &library)
        addAggregates(to: &library)
        addPositions(to: &library)
        return library
    }()

    private static func addParts(to library: inout CELLibrary) {
        let t = CELType.parameter("T")
        library.member(
            "slice", [([.list(t), .int, .int], .list(t))], note: "the elements from one position to before another",
            estimate: { extents, _ in extents[0].traversal.or(CostEstimate(1)) },
            paying: { values, budget throws(CELEvaluationError) in
                guard let list = values[0].elements, case .int(let start) = values[1], case .int(let end) = values[2] else {
                    throw Functions.noOverload("slice", values)
                }
                guard start >= 0, start <= end, end <= list.count else {
                    throw CELEvaluationError(.indexOutOfRange, "cannot slice(\(start), \(end)) a list of \(list.count)")
                }
                try budget.traverse(Int(end - start))
                return .list(Array(list[Int(start)..<Int(end)]))
            })
        for (name, isFirst) in [("first", true), ("last", false)] {
            library.member(
                name, [([.list(t)], .optional(t))], note: "the \(name) element; nothing of an empty list", estimate: { _, _ in .nothing },
                paying: { values, _ throws(CELEvaluationError) in
                    guard let list = values[0].elements else { throw Functions.noOverload(name, values) }
                    return .optional(isFirst ? list.first : list.last)
                })
        }
        library.member(
            "reverse", [([.list(t)], .list(t))], note: "the elements, the last one first",
            estimate: { extents, _ in extents[0].traversal.or(CostEstimate(1)) },
            paying: { values, budget throws(CELEvaluationError) in
                guard let list = values[0].elements else { throw Functions.noOverload("reverse", values) }
                try budget.traverse(list.count)
                return .list(list.reversed())
            })
        library.member(
            "flatten", [([.list(.list(t))], .list(t)), ([.list(.dyn), .int], .list(.dyn))],
            note: "the elements of the lists among the elements, down to so many levels; one if no number is given",
            estimate: { extents, _ in CostEstimate(0, extents[0].deepTraversal.upper.multiplying(11)) },
            paying: { values, budget throws(CELEvaluationError) in
                guard let list = values[0].elements else { throw Functions.noOverload("flatten", values) }
                var depth: Int64 = 1
                if values.count == 2 {
                    guard case .int(let given) = values[1] else { throw Functions.noOverload("flatten", values) }
                    guard given >= 0 else { throw CELEvaluationError(.invalidArgument, "level must be non-negative") }
                    depth = given
                }
                var flat: [Value] = []
                try flatten(list, depth, into: &flat, &budget)
                return .list(flat)
            })
        library.function(
            "lists.range", [([.int], .list(.int))], note: "the numbers from 0 to before this one; none for a negative number",
            estimate: { _, operands in
                guard case .literal(.int(let count)) = operands[0].kind else { return CostEstimate(Budget.list, .max) }
                return CostEstimate(UInt64(max(0, count)).adding(Budget.list))
            },
            paying: { values, budget throws(CELEvaluationError) in
                guard case .int(let count) = values[0] else { throw Functions.noOverload("lists.range", values) }
                try budget.spend(UInt64(max(0, count)).adding(Budget.list))
                return .list((0..<max(0, count)).map { .int($0) })
            })
        library.member(
            "distinct", [([.list(t)], .list(t))], note: "the elements without those that are equal to an earlier one",
            estimate: { extents, _ in extents[0].comparisons(with: extents[0].maximum) },
            paying: { values, budget throws(CELEvaluationError) in
                guard let list = values[0].elements else { throw Functions.noOverload("distinct", values) }
                try budget.traverse(all: values)
                var index = ElementIndex()
                var distinct: [Value] = []
                for element in list where try !index.contains(element, &budget) {
                    index.insert(element)
                    distinct.append(element)
                }
                return .list(distinct)
            })
    }

    /// How deep lists lie in each other is bounded by the expression's height and by what the host gives.
    private static func flatten(
        _ list: [Value], _ depth: Int64, into flat: inout [Value], _ budget: inout Budget
    ) throws(CELEvaluationError) {
        try budget.spend(UInt64(list.count))
        for element in list {
            if depth > 0, let inner = element.elements {
                try flatten(inner, depth - 1, into: &flat, &budget)
            } else {
                flat.append(element)
            }
        }
    }

    private static func addPositions(to library: inout CELLibrary) {
        let t = CELType.parameter("T")
        let estimate: Estimate = { extents, _ in extents[0].comparisons(with: 0) + extents[1].deepTraversal }
        for (name, isLast) in [("indexOf", false), ("lastIndexOf", true)] {
            library.member(
                name, [([.list(t), t], .int)], note: "the position of the \(isLast ? "last" : "first") element that is equal; -1 if there is none",
                estimate: estimate,
                paying: { values, budget throws(CELEvaluationError) in
                    // A text's function of this name takes a position too.
                    guard values.count == 2 else { throw Functions.noOverload(name, values) }
                    return .int(Int64(try find(name, values, isLast: isLast, &budget) ?? -1))
                })
        }
        library.member(
            "includes", [([.dyn, .dyn], .bool)], note: "whether the list has an equal element; whether a value that is no list is equal",
            estimate: estimate,
            paying: { values, budget throws(CELEvaluationError) in
                guard values[0].elements == nil else { return .bool(try find("includes", values, &budget) != nil) }
                try budget.spend(1)
                return .bool(try Equality.equal(values[0], values[1], &budget))
            })
    }

    private static func find(
        _ name: String, _ values: [Value], isLast: Bool = false, _ budget: inout Budget
    ) throws(CELEvaluationError) -> Int? {
        guard let list = values[0].elements else { throw Functions.noOverload(name, values) }
        for offset in list.indices {
            try budget.spend(1)
            let index = isLast ? list.count - 1 - offset : offset
            if try Equality.equal(list[index], values[1], &budget) { return index }
        }
        return nil
    }
}
