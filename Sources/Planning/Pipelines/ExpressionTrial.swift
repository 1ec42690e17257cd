import Basics
import CEL
import OrderedCollections
import Specs

/// Tries an expression on a row that has a value of its type in every column: what cannot work with these types works on no row.
///
/// The checker does not see it, since a row's values may be null and so have no type that it knows.
struct ExpressionTrial {
    private let bindings: [String: Value]

    init(_ table: StageColumns.Columns) { bindings = ["row": .map(MapValue(table.map { ($0.key, Self.sample($0.value)) }))] }

    /// Nil if it works, fails for another reason than types, or has values of its own whose types may depend on the row, as lists have.
    func problem(_ expression: CheckedExpression) -> (message: String, range: Range<Int>)? {
        guard StageExpressions.columns(of: expression.ast) != nil, Self.isPlain(expression.ast) else { return nil }
        do throws(CELEvaluationError) {
            _ = try expression.evaluate(bindings)
            return nil
        } catch {
            guard error.code == .noSuchOverload else { return nil }
            var range = expression.ast.range
            expression.ast.walk { if $0.id == error.node { range = $0.range } }
            return (error.message, range)
        }
    }

    /// Whether every part has one type, whatever the values: columns, literals, and what is made of them.
    private static func isPlain(_ expression: Expr) -> Bool {
        var isPlain = true
        expression.walk { node in
            switch node.kind {
            case .literal, .select, .call, .identifier("row"): break
            case .identifier, .list, .map, .comprehension: isPlain = false
            }
        }
        return isPlain
    }

    private static func sample(_ type: String) -> Value {
        switch type {
        case "float": .double(1)
        case "integer": .int(1)
        case "boolean": .bool(true)
        case "timestamp": Timestamp(seconds: 0, nanoseconds: 0).map { .timestamp($0) } ?? .null
        default: .string("a")
        }
    }
}
