import Basics
import CEL
import OrderedCollections
import Specs

/// Tries an expression on a row that has a value of its type in every column: what cannot work with these types works on no row.
///
/// The checker does not see it, since a row's values may be null and so have no type that it knows.
struct ExpressionTrial {
    let bindings: [String: Value]

    init(_ table: StageColumns.Columns, parameters: [String: JSONValue], matrix: [String: JSONValue]) {
        bindings = [
            "row": .map(MapValue(table.map { ($0.key, Self.sample($0.value)) })),
            "parameters": StageExpressions.value(.object(parameters)), "matrix": StageExpressions.value(.object(matrix)),
        ]
    }

    /// Nil if it works, or fails for another reason than types: other values may do.
    func problem(_ expression: CheckedExpression) -> (message: String, range: Range<Int>)? {
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
