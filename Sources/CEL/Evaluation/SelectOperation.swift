/// `operand.field`.
final class SelectOperation: Operation, @unchecked Sendable {
    private let operand: Operation
    private let field: Field

    init(_ node: Expr, _ operand: Operation, _ field: String) {
        self.operand = operand
        self.field = Field(field)
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        let operand = try operand.evaluate(&frame)
        try frame.budget.spend(1)
        return try field.value(of: operand)
    }
}

/// `operand['key']` with a constant key.
final class ConstantKeyOperation: Operation, @unchecked Sendable {
    private let operand: Operation
    private let literal: Operation
    private let key: Value
    private let hashed: MapValue.Key

    init(_ node: Expr, _ operand: Operation, _ literal: Operation, _ text: String) {
        self.operand = operand
        self.literal = literal
        key = .string(text)
        hashed = MapValue.Key(text)
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        let operand = try operand.evaluate(&frame)
        if frame.observer != nil { _ = try literal.evaluate(&frame) }
        try frame.budget.spend(1)
        if case .map(let map) = operand, let value = map.lookup(hashed) { return value }
        return try Functions.index(operand, key)
    }
}

/// `has(operand.field)`.
final class PresenceOperation: Operation, @unchecked Sendable {
    private let operand: Operation
    private let field: Field

    init(_ node: Expr, _ operand: Operation, _ field: String) {
        self.operand = operand
        self.field = Field(field)
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        let operand = try operand.evaluate(&frame)
        try frame.budget.spend(1)
        return .bool(try field.isPresent(in: operand))
    }
}

/// `operand.?field`: nothing where the operand lacks it.
final class OptionalSelectOperation: Operation, @unchecked Sendable {
    private let operand: Operation
    private let field: Field

    init(_ node: Expr, _ operand: Operation, _ field: String) {
        self.operand = operand
        self.field = Field(field)
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        let operand = try operand.evaluate(&frame)
        try frame.budget.spend(1)
        guard case .optional(let wrapped) = operand else { return .optional(try field.valueIfPresent(in: operand)) }
        guard let wrapped else { return .optional(nil) }
        return .optional(try field.valueIfPresent(in: wrapped))
    }
}

/// A field's name, hashed once.
private struct Field: Sendable {
    let name: String
    private let key: MapValue.Key

    init(_ name: String) {
        self.name = name
        key = MapValue.Key(name)
    }

    func value(of operand: Value) throws(CELEvaluationError) -> Value {
        switch operand {
        case .map(let map): if let value = map.lookup(key) { return value }
        case .hostObject(let object):
            if let value = object.field(name) { return value }
            throw CELEvaluationError(.noSuchField, "no such field: \(name)")
        case .hostMap(let map): if let value = map.lookup(name) { return value }
        case .optional(let wrapped):
            guard let wrapped else { return .optional(nil) }
            return .optional(try valueIfPresent(in: wrapped))
        default: throw CELEvaluationError(.noSuchOverload, "a \(operand.type) has no fields")
        }
        throw CELEvaluationError(.noSuchKey, "no such key: \(name)")
    }

    func isPresent(in operand: Value) throws(CELEvaluationError) -> Bool {
        switch operand {
        case .map(let map): return map.contains(key)
        case .hostObject(let object): return object.hasField(name)
        case .hostMap(let map): return map.contains(name)
        case .optional(let wrapped):
            guard let wrapped else { return false }
            return try isPresent(in: wrapped)
        default: throw CELEvaluationError(.noSuchOverload, "a \(operand.type) has no fields")
        }
    }

    func valueIfPresent(in operand: Value) throws(CELEvaluationError) -> Value? {
        guard try isPresent(in: operand) else { return nil }
        return try value(of: operand)
    }
}
