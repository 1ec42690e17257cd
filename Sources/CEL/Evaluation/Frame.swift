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
    /// Asked now and then by comprehensions and by searches with patterns; once true, the evaluation ends with an error of code `cancelled`.
    public var isCancelled: (@Sendable () -> Bool)?

    public init() {}
}

/// The state of one evaluation.
struct Frame {
    let variables: [String: Value]
    /// The variables of enclosing comprehensions, the outermost first. An accumulator or what is bound may hold an
    /// error, which whoever reads it may still absorb.
    var locals: [Result<Value, CELEvaluationError>] = []
    var budget: Budget
    let observer: (any EvaluationObserver)?
    private var iterations = 0

    init(variables: [String: Value], limits: EvaluationLimits, observer: (any EvaluationObserver)?) {
        self.variables = variables
        self.observer = observer
        budget = Budget(limits.cost, isCancelled: limits.isCancelled)
    }

    /// Counts a turn of a comprehension.
    mutating func turn() throws(CELEvaluationError) {
        try budget.spend(1)
        iterations += 1
        guard iterations & 127 == 0, let isCancelled = budget.isCancelled, isCancelled() else { return }
        throw .cancelled
    }
}
