extension CheckedExpression {
    /// Evaluates the expression and says what it cost, in the units of `EvaluationLimits.cost`.
    public func measured(
        _ bindings: [String: Value], limits: EvaluationLimits = EvaluationLimits(), observer: (any EvaluationObserver)? = nil
    ) -> (result: Result<Value, CELEvaluationError>, cost: UInt64) {
        var frame = Frame(variables: bindings, limits: limits, observer: observer)
        do throws(CELEvaluationError) {
            let value = try program.evaluate(&frame)
            return (.success(value), limits.cost - frame.budget.remaining)
        } catch {
            return (.failure(error), limits.cost - frame.budget.remaining)
        }
    }

    /// Evaluates the expression. Never traps and never runs on: every input ends in a value or an error.
    public func evaluate(
        _ bindings: [String: Value], limits: EvaluationLimits = EvaluationLimits(), observer: (any EvaluationObserver)? = nil
    ) throws(CELEvaluationError) -> Value {
        var frame = Frame(variables: bindings, limits: limits, observer: observer)
        return try program.evaluate(&frame)
    }
}
