/// `&&` and `||`: a side that decides absorbs the other side's error (cel-spec, "Logical Operators").
final class LogicOperation: Operation, @unchecked Sendable {
    /// The value that decides: false for `&&`, true for `||`.
    private let deciding: Bool
    private let left: Operation
    private let right: Operation

    init(_ node: Expr, deciding: Bool, _ left: Operation, _ right: Operation) {
        self.deciding = deciding
        self.left = left
        self.right = right
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        do throws(CELEvaluationError) {
            if try side(left, &frame) == deciding { return .bool(deciding) }
        } catch {
            if error.isFinal { throw error }
            if try rightDecides(&frame) { return .bool(deciding) }
            throw error
        }
        return .bool(try side(right, &frame))
    }

    /// Whether the right side outweighs the left one's error; its own error does not.
    private func rightDecides(_ frame: inout Frame) throws(CELEvaluationError) -> Bool {
        do throws(CELEvaluationError) {
            return try side(right, &frame) == deciding
        } catch {
            if error.isFinal { throw error }
            return false
        }
    }

    private func side(_ operation: Operation, _ frame: inout Frame) throws(CELEvaluationError) -> Bool {
        if case .bool(let flag) = try operation.evaluate(&frame) { return flag }
        throw CELEvaluationError(.noSuchOverload, "an operand of \(deciding ? "||" : "&&") is no bool", node: operation.node.id)
    }
}

/// `condition ? yes : no`.
final class ChoiceOperation: Operation, @unchecked Sendable {
    private let condition: Operation
    private let yes: Operation
    private let no: Operation

    init(_ node: Expr, _ condition: Operation, _ yes: Operation, _ no: Operation) {
        self.condition = condition
        self.yes = yes
        self.no = no
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        guard case .bool(let condition) = try condition.evaluate(&frame) else {
            throw CELEvaluationError(.noSuchOverload, "the condition of ?: is no bool")
        }
        return try (condition ? yes : no).evaluate(&frame)
    }
}

/// Whether a comprehension should go on: anything but a plain false, errors included, since a later element may absorb them.
final class NotStrictlyFalseOperation: Operation, @unchecked Sendable {
    private let operand: Operation

    init(_ node: Expr, _ operand: Operation) {
        self.operand = operand
        super.init(node)
    }

    override func value(_ frame: inout Frame) throws(CELEvaluationError) -> Value {
        do throws(CELEvaluationError) {
            if case .bool(false) = try operand.evaluate(&frame) { return .bool(false) }
        } catch {
            if error.isFinal { throw error }
        }
        return .bool(true)
    }
}
