/// Values among which equals are looked for, those that can be equal together: a membership test goes through a few of them only.
struct ElementIndex {
    private var groups: [Key: [Value]] = [:]

    /// Equal values have equal keys. Numbers of different types are equal where their nearest doubles are.
    private enum Key: Hashable {
        case number(Double)
        case bool(Bool)
        case text(String)
        case bytes([UInt8])
        case moment(Timestamp)
        case span(Span)
        case list(Int)
        case map(Int)
        case other

        init(_ value: Value) {
            switch value {
            case .int(let number): self = .number(Double(number))
            case .uint(let number): self = .number(Double(number))
            case .double(let number): self = .number(number)
            case .bool(let flag): self = .bool(flag)
            case .string(let text): self = .text(text)
            case .bytes(let bytes): self = .bytes(bytes)
            case .timestamp(let moment): self = .moment(moment)
            case .duration(let span): self = .span(span)
            case .list(let list): self = .list(list.count)
            case .hostList(let list): self = .list(list.count)
            case .map(let map): self = .map(map.count)
            case .hostMap(let map): self = .map(map.count)
            default: self = .other
            }
        }
    }

    /// For values whose size was paid for: what remains to be paid are comparisons.
    mutating func insert(_ value: Value) { groups[Key(value), default: []].append(value) }

    func contains(_ value: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Bool {
        try budget.spend(1)
        // NaN is equal to nothing.
        if case .double(let number) = value, number.isNaN { return false }
        for candidate in groups[Key(value)] ?? [] {
            try budget.spend(1)
            if try Equality.equal(candidate, value, &budget) { return true }
        }
        return false
    }
}

extension Value {
    /// Of a list that an expression or the host made; nil for what is no list.
    var elements: [Value]? {
        switch self {
        case .list(let list): list
        case .hostList(let list): (0..<list.count).map { list.element(at: $0) }
        default: nil
        }
    }
}

extension Extent {
    /// What it costs at most to compare each of its elements with each of `count` others.
    func comparisons(with count: UInt64) -> CostEstimate {
        let each = element.deepTraversal.upper.adding(2)
        return deepTraversal + CostEstimate(0, maximum.adding(1).multiplying(count.adding(1)).multiplying(each))
    }
}
