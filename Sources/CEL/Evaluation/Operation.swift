/// One node of a prepared expression. Preparing resolves names to places, operators to functions and constant keys to hashes, so that evaluating
/// does only what depends on the values.
class Operation: @unchecked Sendable {
    // Subclasses hold constants only.
    final let node: Expr

    init(_ node: Expr) { self.node = node }

    final func evaluate(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        do {
            let value = try value(&frame)
            if let observer = frame.observer { observer.evaluated(node: node, result: .success(value)) }
            return value
        } catch {
            let placed = error.node == 0 ? CELEvaluationError(error.code, error.message, node: node.id) : error
            if let observer = frame.observer { observer.evaluated(node: node, result: .failure(placed)) }
            throw placed
        }
    }

    /// The value, or the error that whoever reads it may still absorb; an error that ends the evaluation is thrown.
    final func outcome(_ frame: inout Frame) throws(CELEvaluationError) -> Result<Value, CELEvaluationError> {
        do throws(CELEvaluationError) {
            return .success(try evaluate(&frame))
        } catch {
            guard !error.isFinal else { throw error }
            return .failure(error)
        }
    }

    /// What the kind of node does.
    func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value { preconditionFailure("every kind of operation has a value") }
}

final class LiteralOperation: Operation, @unchecked Sendable {
    private let literal: Value

    init(_ node: Expr, _ literal: Value) {
        self.literal = literal
        super.init(node)
    }

    override func value(_ frame: inout Frame) -> Value { literal }
}

/// A variable of the environment, or the name of a type.
final class VariableOperation: Operation, @unchecked Sendable {
    private let name: String
    private let type: CELType?

    init(_ node: Expr, _ name: String, type: CELType?) {
        self.name = name
        self.type = type
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        try frame.budget.spend(1)
        if let value = frame.variables[name] { return value }
        if let type { return .type(type) }
        throw CELEvaluationError(.unknownVariable, "no such variable: \(name)")
    }
}

/// A variable of an enclosing comprehension.
final class LocalOperation: Operation, @unchecked Sendable {
    private let position: Int

    init(_ node: Expr, _ position: Int) {
        self.position = position
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        try frame.budget.spend(1)
        return try frame.locals[position].get()
    }
}

final class UnaryOperation: Operation, @unchecked Sendable {
    private let function: UnaryFunction
    private let operand: Operation

    init(_ node: Expr, _ function: UnaryFunction, _ operand: Operation) {
        self.function = function
        self.operand = operand
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        let operand = try operand.evaluate(&frame)
        return try function.value(operand, &frame.budget)
    }
}

final class BinaryOperation: Operation, @unchecked Sendable {
    private let function: BinaryFunction
    private let left: Operation
    private let right: Operation

    init(_ node: Expr, _ function: BinaryFunction, _ left: Operation, _ right: Operation) {
        self.function = function
        self.left = left
        self.right = right
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        let left = try left.evaluate(&frame)
        let right = try right.evaluate(&frame)
        return try function.value(left, right, &frame.budget)
    }
}

/// A call of a library's function.
final class LibraryOperation: Operation, @unchecked Sendable {
    /// Of the libraries that have a function of this name: the first that takes the operands does it.
    private let bodies: [CELLibrary.PayingBody]
    private let operands: [Operation]

    init(_ node: Expr, _ bodies: [CELLibrary.PayingBody], _ operands: [Operation]) {
        self.bodies = bodies
        self.operands = operands
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(operands.count)
        for operand in operands { values.append(Self.plain(try operand.evaluate(&frame))) }
        try frame.budget.spend(1)
        for body in bodies.dropLast() {
            let unspent = frame.budget
            do throws(CELEvaluationError) {
                return try body(values, &frame.budget)
            } catch {
                guard error.code == .noSuchOverload else { throw error }
                // Only the one that does it is paid for.
                frame.budget = unspent
            }
        }
        return try bodies[bodies.count - 1](values, &frame.budget)
    }

    /// Libraries see plain lists; a list of the host is read through its protocol here, so that the host knows of it. A map of the host stays what it
    /// is, since only its protocol tells the host of a key that was looked for and is not there.
    private static func plain(_ value: Value) -> Value {
        guard case .hostList(let list) = value else { return value }
        return .list((0..<list.count).map { list.element(at: $0) })
    }
}

/// A call that no function answers, in an expression that was not checked.
final class UnknownCallOperation: Operation, @unchecked Sendable {
    private let function: String
    private let count: Int

    init(_ node: Expr, _ function: String, count: Int) {
        self.function = function
        self.count = count
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        throw CELEvaluationError(.noSuchOverload, "no such overload: \(function) with \(count) arguments")
    }
}
