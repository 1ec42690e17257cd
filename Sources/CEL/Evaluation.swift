/// Told what happens during an evaluation.
public protocol EvaluationObserver: AnyObject {
    /// A sub-expression has a value, or failed.
    func evaluated(node: Expr, result: Result<Value, CELEvaluationError>)
    /// A comprehension is about to go through so many elements.
    func iterating(comprehension: Expr, over range: Expr, count: Int)
}

/// Bounds on one evaluation.
public struct EvaluationLimits: Sendable {
    /// In Kubernetes' sense: about one unit for each operation, more for long strings and lists.
    public var cost: UInt64 = 1_000_000

    public init() {}
}

extension CheckedExpression {
    /// Evaluates the expression and says what it cost, in the units of `EvaluationLimits.cost`.
    public func measured(
        _ bindings: [String: Value], limits: EvaluationLimits = EvaluationLimits(), observer: (any EvaluationObserver)? = nil
    ) -> (result: Result<Value, CELEvaluationError>, cost: UInt64) {
        var evaluator = Evaluator(environment: environment, calls: calls, bindings: bindings, limits: limits, observer: observer)
        do throws(CELEvaluationError) {
            let value = try evaluator.evaluate(ast)
            return (.success(value), limits.cost - evaluator.budget)
        } catch {
            return (.failure(error), limits.cost - evaluator.budget)
        }
    }

    /// Evaluates the expression. Never traps and never runs on: every input ends in a value or an error.
    public func evaluate(
        _ bindings: [String: Value], limits: EvaluationLimits = EvaluationLimits(), observer: (any EvaluationObserver)? = nil
    ) throws(CELEvaluationError) -> Value {
        var evaluator = Evaluator(environment: environment, calls: calls, bindings: bindings, limits: limits, observer: observer)
        return try evaluator.evaluate(ast)
    }
}

/// Walks the tree. The depth is bounded by the parser's.
struct Evaluator {
    private let environment: CELEnvironment
    private let calls: [CallTarget]
    private let bindings: [String: Value]
    /// An accumulator may hold an error, which a later element may still absorb.
    private var locals: [(name: String, result: Result<Value, CELEvaluationError>)] = []
    private(set) var budget: UInt64
    private let observer: (any EvaluationObserver)?

    init(environment: CELEnvironment, calls: [CallTarget], bindings: [String: Value], limits: EvaluationLimits, observer: (any EvaluationObserver)?) {
        self.environment = environment
        self.calls = calls
        self.bindings = bindings
        self.observer = observer
        budget = limits.cost
    }

    mutating func evaluate(_ expression: Expr) throws(CELEvaluationError) -> Value {
        do {
            try spend(1, expression)
            let value = try value(of: expression)
            observer?.evaluated(node: expression, result: .success(value))
            return value
        } catch {
            let placed = error.node == 0 ? CELEvaluationError(error.code, error.message, node: expression.id) : error
            observer?.evaluated(node: expression, result: .failure(placed))
            throw placed
        }
    }

    private mutating func spend(_ cost: UInt64, _ expression: Expr) throws(CELEvaluationError) {
        guard cost <= budget else { throw CELEvaluationError(.limit, "the expression costs more than its budget", node: expression.id) }
        budget -= cost
    }

    private mutating func value(of expression: Expr) throws(CELEvaluationError) -> Value {
        switch expression.kind {
        case .literal(let value): return value
        case .identifier(let name) where name.hasPrefix("."): return try global(String(name.dropFirst()))
        case .identifier(let name):
            if !locals.isEmpty, let local = locals.last(where: { $0.name == name }) { return try local.result.get() }
            return try global(name)
        case .select(let operand, let field, let isTest): return try select(field, from: try evaluate(operand), isTest: isTest)
        case .list(let elements):
            var values: [Value] = []
            for element in elements { if let value = try member(element) { values.append(value) } }
            return .list(values)
        case .map(let entries):
            var map = MapValue()
            for (key, value) in entries {
                let key = try evaluate(key)
                guard let value = try member(value) else { continue }
                guard map.insert(key, value) else {
                    throw CELEvaluationError(
                        map.lookup(key) == nil ? .invalidArgument : .duplicateKey,
                        map.lookup(key) == nil ? "a \(key.type) cannot be a key" : "a key is given twice")
                }
            }
            return .map(map)
        case .call(let function, let target, let arguments): return try call(function, target, arguments, expression)
        case .comprehension(let fold): return try comprehension(fold, expression)
        }
    }

    private func global(_ name: String) throws(CELEvaluationError) -> Value {
        if let value = bindings[name] { return value }
        if let type = environment.types[name] { return .type(type) }
        throw CELEvaluationError(.unknownVariable, "no such variable: \(name)")
    }

    /// An element of a list or value of a map: nil for an optional one that lacks.
    private mutating func member(_ expression: Expr) throws(CELEvaluationError) -> Value? {
        guard case .call("@optional", nil, let arguments) = expression.kind else { return try evaluate(expression) }
        guard case .optional(let wrapped) = try evaluate(arguments[0]) else {
            throw CELEvaluationError(.noSuchOverload, "what follows '?' is not optional", node: expression.id)
        }
        return wrapped
    }

    private func select(_ field: String, from operand: Value, isTest: Bool) throws(CELEvaluationError) -> Value {
        switch operand {
        case .optional(let wrapped):
            guard let wrapped else { return isTest ? .bool(false) : .optional(nil) }
            if isTest { return try select(field, from: wrapped, isTest: true) }
            return .optional(try present(field, of: wrapped))
        case .hostObject(let object):
            if isTest { return .bool(object.hasField(field)) }
            if let value = object.field(field) { return value }
            throw CELEvaluationError(.noSuchField, "no such field: \(field)")
        case .hostMap(let map):
            if isTest { return .bool(map.contains(field)) }
            if let value = map.lookup(field) { return value }
        case .map(let map):
            let found = map.lookup(.string(field))
            if isTest { return .bool(found != nil) }
            if let found { return found }
        default: throw CELEvaluationError(.noSuchOverload, "a \(operand.type) has no fields")
        }
        throw CELEvaluationError(.noSuchKey, "no such key: \(field)")
    }

    private mutating func call(
        _ function: String, _ target: Expr?, _ arguments: [Expr], _ expression: Expr
    ) throws(CELEvaluationError) -> Value {
        let callee = calls[expression.id]
        switch callee {
        case .conjunction: return try absorbing(arguments, stop: false)
        case .disjunction: return try absorbing(arguments, stop: true)
        case .choice:
            guard case .bool(let condition) = try evaluate(arguments[0]) else {
                throw CELEvaluationError(.noSuchOverload, "the condition of ?: is no bool")
            }
            return try evaluate(arguments[condition ? 1 : 2])
        case .notStrictlyFalse:
            do throws(CELEvaluationError) {
                if case .bool(false) = try evaluate(arguments[0]) { return .bool(false) }
            } catch {
                if error.code == .limit { throw error }
            }
            return .bool(true)
        case .optionalSelection:
            guard case .literal(.string(let field)) = arguments[1].kind else { preconditionFailure("the parser gives the field's name") }
            let operand = try evaluate(arguments[0])
            guard case .optional(let wrapped) = operand else { return .optional(try present(field, of: operand)) }
            return .optional(try wrapped.flatMap { value throws(CELEvaluationError) in try present(field, of: value) })
        case .unknown:
            throw CELEvaluationError(.noSuchOverload, "no such overload: \(function) with \(arguments.count) arguments")
        case .standard, .library: break
        }
        var values: [Value] = []
        values.reserveCapacity(arguments.count + 1)
        if let target { values.append(try evaluate(target)) }
        for argument in arguments { values.append(try evaluate(argument)) }
        try spend(Functions.cost(of: values), expression)
        if case .library(let body) = callee { return try body(values) }
        return try Functions.call(function, values)
    }

    /// The field of a value that has it; nil where the value is a map or object without it.
    func present(_ field: String, of value: Value) throws(CELEvaluationError) -> Value? {
        guard case .bool(true) = try select(field, from: value, isTest: true) else { return nil }
        return try select(field, from: value, isTest: false)
    }

    /// `&&` and `||`: a side that decides absorbs the other side's error (cel-spec, "Logical Operators").
    private mutating func absorbing(_ arguments: [Expr], stop: Bool) throws(CELEvaluationError) -> Value {
        var failure: CELEvaluationError?
        for argument in arguments {
            do throws(CELEvaluationError) {
                guard case .bool(let value) = try evaluate(argument) else {
                    throw CELEvaluationError(.noSuchOverload, "an operand of \(stop ? "||" : "&&") is no bool", node: argument.id)
                }
                if value == stop { return .bool(stop) }
            } catch {
                if error.code == .limit { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!stop)
    }

    private mutating func comprehension(_ fold: Expr.Comprehension, _ expression: Expr) throws(CELEvaluationError) -> Value {
        let elements: [Value]
        let range = try evaluate(fold.range)
        switch range {
        case .list(let list): elements = list
        case .map(let map): elements = map.entries.map(\.key)
        case .hostMap(let map): elements = map.keys.map { .string($0) }
        case .hostList(let list): elements = (0..<list.count).map { list.element(at: $0) }
        case let other: throw CELEvaluationError(.noSuchOverload, "a \(other.type) cannot be iterated", node: fold.range.id)
        }
        observer?.iterating(comprehension: expression, over: fold.range, count: elements.count)
        let accumulator = locals.count
        locals.append((fold.accumulator, .success(try evaluate(fold.initial))))
        defer { locals.removeSubrange(accumulator...) }
        for (index, element) in elements.enumerated() {
            guard case .bool(true) = try evaluate(fold.condition) else { break }
            if let second = fold.secondVariable {
                let isList = if case .list = range { true } else if case .hostList = range { true } else { false }
                locals.append((fold.variable, .success(isList ? .int(Int64(index)) : element)))
                locals.append((second, .success(isList ? element : try Functions.call("_[_]", [range, element]))))
            } else {
                locals.append((fold.variable, .success(element)))
            }
            let step: Result<Value, CELEvaluationError>
            do throws(CELEvaluationError) {
                step = .success(try evaluate(fold.step))
            } catch {
                // `all` and `exists` are chains of && and ||: a later element may absorb this one's error.
                guard error.code != .limit, Self.isLogical(fold.step) else { throw error }
                step = .failure(error)
            }
            locals.removeSubrange((accumulator + 1)...)
            locals[accumulator].result = step
        }
        return try evaluate(fold.result)
    }

    private static func isLogical(_ step: Expr) -> Bool {
        if case .call("_&&_", _, _) = step.kind { return true }
        if case .call("_||_", _, _) = step.kind { return true }
        return false
    }
}
