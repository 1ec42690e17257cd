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
    /// The value as CEL spells it; nil if there is none.
    public let value: String?
    /// The value as JSON, where it is nothing else: what has no JSON of its own (bytes, times, types, huge numbers) is the text that CEL's `string()`
    /// gives, bytes are base64.
    public let json: JSONValue?
    /// Why there is no value.
    public let failure: String?
    /// The part of the expression that failed.
    public let failurePlace: SourceSpan?
    /// In cost units; 1,000,000 are the limit.
    public let cost: UInt64
    /// What it could cost, as far as the expression and the types tell: `12 to 15`, `30 or more`.
    public let estimate: String
    /// The sub-expressions in the order in which they were evaluated, at most 10,000; none unless they were asked for.
    public let steps: [Step]
    /// How many more there were.
    public let omittedSteps: Int

    /// Elements, entries and characters of a value that is written out.
    private static let longest = 1_000_000

    /// - Parameters:
    ///   - input: an object whose members are the variables.
    ///   - types: the variables' types by name, such as `"map(string, double)"`; those without one are `dyn`. They say how the input is read: see
    ///     `TypedInput`.
    ///   - isTraced: whether `steps` are wanted, which costs more than the evaluation.
    /// - Returns: what is wrong with the expression, if something is.
    /// - Throws: what is wrong with the input.
    public static func run(
        _ text: String, input: JSONValue, types: [String: String], isTraced: Bool = true
    ) throws(TypedInput.Failure) -> (trial: ExpressionTrial?, diagnostics: [Diagnostic]) {
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
            let observer = isTraced ? StepObserver(expression) : nil
            var bindings: [String: Value] = [:]
            for (name, value) in variables { bindings[name] = try TypedInput.value(value, as: declared[name] ?? .dyn, at: name) }
            for name in types.keys.sorted() where variables[name] == nil && expression.ast.mentions([name]) {
                throw TypedInput.Failure(message: "the input has no '\(name)', which has a type and which the expression reads")
            }
            let (result, cost) = expression.measured(bindings, observer: observer)
            var value = try? result.get()
            var (failure, place): (String?, SourceSpan?) = (nil, nil)
            if case .failure(let error) = result {
                failure = error.message
                expression.ast.walk { if $0.id == error.node { place = file.span(ofCodePoints: $0.range) } }
            }
            if let found = value, found.isLonger(than: longest) {
                (value, failure) = (nil, "the value has more than \(longest) parts, too many to write out; ask for its size, or for a part of it")
            }
            return (
                ExpressionTrial(
                    type: "\(expression.resultType)", value: value?.description, json: value.map { JSONValue($0) }, failure: failure,
                    failurePlace: place, cost: cost,
                    estimate: "\(expression.estimatedCost)", steps: observer?.steps ?? [], omittedSteps: observer?.omitted ?? 0), []
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
    private(set) var omitted = 0

    init(_ expression: CheckedExpression) {
        self.expression = expression
        var macros: Set<Range<Int>> = []
        expression.ast.walk { if case .comprehension = $0.kind { macros.insert($0.range) } }
        self.macros = macros
    }

    func evaluated(node: Expr, result: Result<Value, CELEvaluationError>) {
        switch node.kind {
        case .literal: return
        case .comprehension: break
        default: if macros.contains(node.range) { return }
        }
        guard steps.count < 10_000 else {
            omitted += 1
            return
        }
        let text = expression.text(of: node)
        let step =
            switch result {
            case .success(let value): ExpressionTrial.Step(expression: text, value: value.description(upTo: 2000), failed: false)
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
