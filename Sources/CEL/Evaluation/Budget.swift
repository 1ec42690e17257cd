/// What an evaluation may still cost, in the units of Kubernetes' model: one for reading a variable or a field and for most calls, ten for making a
/// list, thirty for a map, and one for each ten bytes or elements that a call goes through.
struct Budget {
    private(set) var remaining: UInt64
    /// Asked by what works long for one unit of cost; once true, the evaluation ends with `CELEvaluationError.cancelled`.
    let isCancelled: (@Sendable () -> Bool)?

    init(_ cost: UInt64, isCancelled: (@Sendable () -> Bool)? = nil) {
        remaining = cost
        self.isCancelled = isCancelled
    }

    mutating func spend(_ cost: UInt64) throws(CELEvaluationError) {
        guard cost <= remaining else { throw CELEvaluationError(.limit, "the expression costs more than its budget") }
        remaining -= cost
    }

    /// Spends all that is left, for work that has used it up before it could be counted.
    mutating func exhausted() -> CELEvaluationError {
        remaining = 0
        return CELEvaluationError(.limit, "the expression costs more than its budget")
    }

    /// For going through so many bytes or elements.
    mutating func traverse(_ count: Int) throws(CELEvaluationError) { try spend(Self.traversal(count)) }

    static func traversal(_ count: Int) -> UInt64 { count <= 10 ? 1 : UInt64((count + 9) / 10) }

    static let list: UInt64 = 10
    static let map: UInt64 = 30

    /// For a call whose work grows with all that its operands hold, to the bottom: one value may be part of another many times over.
    mutating func traverse(all values: [Value]) throws(CELEvaluationError) {
        for value in values { try traverse(everythingIn: value) }
    }

    private mutating func traverse(everythingIn value: Value) throws(CELEvaluationError) {
        switch value {
        case .string(let text): try traverse(text.utf8.count)
        case .bytes(let bytes): try traverse(bytes.count)
        case .list(let list):
            try traverse(list.count)
            for element in list where element.isCollection { try traverse(everythingIn: element) }
        case .map(let map):
            try traverse(map.count)
            for entry in map.entries where entry.value.isCollection { try traverse(everythingIn: entry.value) }
        case .optional(let wrapped?): try traverse(everythingIn: wrapped)
        default: break
        }
    }
}

extension Value {
    /// Whether it has a length.
    var isCollection: Bool {
        switch self {
        case .string, .bytes, .list, .map, .hostList, .hostMap, .optional: true
        default: false
        }
    }
}
