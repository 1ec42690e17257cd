import CEL

/// Expressions of one environment, each compiled once: a matrix's instances all have the same, and other stages often do.
struct CompiledExpressions {
    private let environment: CELEnvironment
    private var known: [String: Result<CheckedExpression, CompileFailure>] = [:]

    init(_ environment: CELEnvironment) { self.environment = environment }

    subscript(text: String) -> Result<CheckedExpression, CompileFailure> {
        mutating get {
            if let found = known[text] { return found }
            let made = environment.compile(text)
            known[text] = made
            return made
        }
    }
}
