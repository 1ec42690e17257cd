/// A comprehension.
final class FoldOperation: Operation, @unchecked Sendable {
    private let fold: Expr.Comprehension
    private let range: Operation
    private let initial: Operation
    private let condition: Operation
    private let step: Operation
    private let result: Operation
    /// `all` and `exists` are chains of && and ||: a later element may absorb an earlier one's error.
    private let absorbsErrors: Bool

    init(
        _ node: Expr, _ fold: Expr.Comprehension, range: Operation, initial: Operation, condition: Operation, step: Operation, result: Operation
    ) {
        self.fold = fold
        self.range = range
        self.initial = initial
        self.condition = condition
        self.step = step
        self.result = result
        absorbsErrors = step is LogicOperation
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        let elements = try Elements(try range.evaluate(&frame), node: range.node)
        if let observer = frame.observer { observer.iterating(comprehension: node, over: fold.range, count: elements.count) }
        let accumulator = frame.locals.count
        frame.locals.append(.success(try initial.evaluate(&frame)))
        defer { frame.locals.removeSubrange(accumulator...) }
        for index in 0..<elements.count {
            guard case .bool(true) = try condition.evaluate(&frame) else { break }
            try frame.turn()
            if fold.secondVariable == nil {
                frame.locals.append(.success(elements.first(index)))
            } else {
                let (first, second) = try elements.both(index)
                frame.locals.append(.success(first))
                frame.locals.append(.success(second))
            }
            let outcome = absorbsErrors ? try step.outcome(&frame) : .success(try step.evaluate(&frame))
            frame.locals.removeSubrange((accumulator + 1)...)
            frame.locals[accumulator] = outcome
        }
        return try result.evaluate(&frame)
    }
}

/// What a comprehension goes through.
private enum Elements {
    case list([Value])
    case map([(key: Value, value: Value)])
    case hostList(any HostList, count: Int)
    case hostMap(any HostMap, keys: [String])

    init(_ range: Value, node: Expr) throws(CELEvaluationError) {
        switch range {
        case .list(let list): self = .list(list)
        case .map(let map): self = .map(map.entries)
        case .hostList(let list): self = .hostList(list, count: list.count)
        case .hostMap(let map): self = .hostMap(map, keys: map.keys)
        default: throw CELEvaluationError(.noSuchOverload, "a \(range.type) cannot be iterated", node: node.id)
        }
    }

    var count: Int {
        switch self {
        case .list(let list): list.count
        case .map(let entries): entries.count
        case .hostList(_, let count): count
        case .hostMap(_, let keys): keys.count
        }
    }

    /// The element of a list, the key of a map.
    func first(_ index: Int) -> Value {
        switch self {
        case .list(let list): list[index]
        case .map(let entries): entries[index].key
        case .hostList(let list, _): list.element(at: index)
        case .hostMap(_, let keys): .string(keys[index])
        }
    }

    /// Index and element of a list, key and value of a map.
    func both(_ index: Int) throws(CELEvaluationError) -> (Value, Value) {
        switch self {
        case .list(let list): return (.int(Int64(index)), list[index])
        case .map(let entries): return (entries[index].key, entries[index].value)
        case .hostList(let list, _): return (.int(Int64(index)), list.element(at: index))
        case .hostMap(let map, let keys): return (.string(keys[index]), try Functions.index(.hostMap(map), .string(keys[index])))
        }
    }
}

/// `cel.bind(v, value, body)`: a fold over nothing. A value that fails fails where it is read, so that a body that does without it has its own value.
final class BindOperation: Operation, @unchecked Sendable {
    private let fold: Expr.Comprehension
    private let initial: Operation
    private let body: Operation

    init(_ node: Expr, _ fold: Expr.Comprehension, initial: Operation, body: Operation) {
        self.fold = fold
        self.initial = initial
        self.body = body
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        if let observer = frame.observer { observer.iterating(comprehension: node, over: fold.range, count: 0) }
        let position = frame.locals.count
        frame.locals.append(try initial.outcome(&frame))
        defer { frame.locals.removeSubrange(position...) }
        return try body.evaluate(&frame)
    }
}
