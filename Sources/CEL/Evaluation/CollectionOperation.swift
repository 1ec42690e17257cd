/// `[a, b, ?c]`.
final class ListOperation: Operation, @unchecked Sendable {
    private let elements: [Member]

    init(_ node: Expr, _ elements: [Member]) {
        self.elements = elements
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for element in elements { if let value = try element.value(&frame) { values.append(value) } }
        try frame.budget.spend(Budget.list)
        return .list(values)
    }
}

/// `{k: v, ?k: v}`.
final class MapOperation: Operation, @unchecked Sendable {
    private let entries: [(key: Operation, value: Member)]

    init(_ node: Expr, _ entries: [(key: Operation, value: Member)]) {
        self.entries = entries
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        var map = MapValue()
        for (key, value) in entries {
            let key = try key.evaluate(&frame)
            guard let value = try value.value(&frame) else { continue }
            guard map.insert(key, value) else {
                if map.lookup(key) != nil { throw CELEvaluationError(.duplicateKey, "a key is given twice") }
                throw CELEvaluationError(.invalidArgument, "a \(key.type) cannot be a key")
            }
        }
        try frame.budget.spend(Budget.map)
        return .map(map)
    }
}

/// An element of a list or a value of a map.
struct Member: Sendable {
    let operation: Operation
    /// Left out where the value lacks.
    let isOptional: Bool

    func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value? {
        let value = try operation.evaluate(&frame)
        guard isOptional else { return value }
        guard case .optional(let wrapped) = value else {
            throw CELEvaluationError(.noSuchOverload, "what follows '?' is not optional", node: operation.node.id)
        }
        return wrapped
    }
}

/// The step of a comprehension that adds to what it has collected, `@result + [x]` or `@insert(@result, {k: v})`: takes the collection out of its
/// place while it adds, so that nothing is copied.
final class CollectOperation: Operation, @unchecked Sendable {
    private let position: Int
    private let added: Operation

    init(_ node: Expr, _ position: Int, _ added: Operation) {
        self.position = position
        self.added = added
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        let added = try added.evaluate(&frame)
        try frame.budget.spend(2)
        var collected = try frame.locals[position].get()
        frame.locals[position] = .success(.null)
        if case .list(var list) = collected, case .list(let more) = added {
            // Held by nothing else, so that it grows in place instead of being copied for every element.
            collected = .null
            list += more
            return .list(list)
        }
        guard case .map(var map) = collected, case .map(let more) = added else { throw Functions.noOverload("_+_", [collected, added]) }
        collected = .null
        for entry in more.entries {
            guard map.insert(entry.key, entry.value) else {
                throw CELEvaluationError(.duplicateKey, "insert failed: key \(Conversions.text(of: entry.key)) already exists")
            }
        }
        return .map(map)
    }
}
