public import Basics
import CEL
public import Diagnostics
import Policies

/// Tries one CEL expression on a JSON document, as policy authors do before they write a rule.
public struct ExpressionTrial: Sendable {
    /// A sub-expression and what came of it.
    public struct Step: Hashable, Sendable {
        public let expression: String
        public let value: String
        public let failed: Bool
    }

    public let type: String
    /// The value as CEL would spell it; nil if there is none.
    public let value: String?
    /// Why there is no value.
    public let failure: String?
    /// In cost units; 1,000,000 are the limit.
    public let cost: UInt64
    /// What it could cost, as far as the expression and the types tell: `12 to 15`, `30 or more`.
    public let estimate: String
    /// Every sub-expression in the order in which they were evaluated.
    public let steps: [Step]

    /// - Parameters:
    ///   - input: an object whose members are the variables.
    ///   - types: the variables' types by name, such as `"map(string, double)"`; those without one are `dyn`.
    /// - Returns: what is wrong with the expression, if something is.
    public static func run(_ text: String, input: JSONValue, types: [String: String]) -> (trial: ExpressionTrial?, diagnostics: [Diagnostic]) {
        let file = SourceFile(path: "expression", text: text)
        let variables = input.objectValue ?? [:]
        var declared = variables.mapValues { _ in CELType.dyn }
        for (name, type) in types { declared[name] = CELType(parsing: type) ?? .dyn }
        switch CELEnvironment(variables: declared).compile(text) {
        case .failure(let failure):
            return (
                nil,
                failure.issues.map { Diagnostic($0.code, $0.message, at: file.span(ofCodePoints: $0.range), hint: $0.hint) }
            )
        case .success(let expression):
            let observer = StepObserver(expression)
            let (result, cost) = expression.measured(variables.mapValues { Value($0) }, observer: observer)
            let (value, failure): (String?, String?) =
                switch result {
                case .success(let value): (value.description, nil)
                case .failure(let error): (nil, error.message)
                }
            return (
                ExpressionTrial(
                    type: "\(expression.resultType)", value: value, failure: failure, cost: cost, estimate: "\(expression.estimatedCost)",
                    steps: observer.steps), []
            )
        }
    }

    /// A type that is none; nil if all are.
    public static func unknownType(in types: [String: String]) -> (name: String, type: String)? {
        types.sorted { $0.key < $1.key }.first { CELType(parsing: $0.value) == nil }.map { ($0.key, $0.value) }
    }
}

private final class StepObserver: EvaluationObserver {
    private let expression: CheckedExpression
    /// What macros expand to has the macro's own place; only the whole is worth a line.
    private let macros: Set<Range<Int>>
    private(set) var steps: [ExpressionTrial.Step] = []

    init(_ expression: CheckedExpression) {
        self.expression = expression
        var macros: Set<Range<Int>> = []
        expression.ast.walk { if case .comprehension = $0.kind { macros.insert($0.range) } }
        self.macros = macros
    }

    func evaluated(node: Expr, result: Result<Value, CELEvaluationError>) {
        guard steps.count < 10_000 else { return }
        switch node.kind {
        case .literal: return
        case .comprehension: break
        default: if macros.contains(node.range) { return }
        }
        let text = expression.text(of: node)
        let step =
            switch result {
            case .success(let value): ExpressionTrial.Step(expression: text, value: value.description, failed: false)
            case .failure(let error): ExpressionTrial.Step(expression: text, value: error.message, failed: true)
            }
        steps.append(step)
    }

    func iterating(comprehension: Expr, over range: Expr, count: Int) {}
}

extension SourceFile {
    /// The place of code points of the whole text.
    fileprivate func span(ofCodePoints range: Range<Int>) -> SourceSpan {
        func position(_ offset: Int) -> SourcePosition {
            var line = 1
            var column = 1
            for scalar in text.unicodeScalars.prefix(offset) {
                column += 1
                if scalar == "\n" { (line, column) = (line + 1, 1) }
            }
            return SourcePosition(line: line, column: column)
        }
        return SourceSpan(file: self, start: position(range.lowerBound), end: position(range.upperBound))
    }
}
