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
    ///
    /// - Parameters:
    ///   - expression: one that names its columns, all of them.
    ///   - wanted: the type of column that its values are to be; nil: any.
    func problem(_ expression: CheckedExpression, wanted: String?) -> (message: String, range: Range<Int>)? {
        guard Self.isPlain(expression.ast) else { return nil }
        do throws(CELEvaluationError) {
            let value = try expression.evaluate(bindings)
            guard let wanted, !StageColumns.fits(value.type, wanted), !Self.chooses(expression.ast) else { return nil }
            // What the checker knows by itself it has told.
            guard expression.resultType == .dyn else { return nil }
            return ("the expression gives \(value.type), and \(wanted) is wanted", expression.ast.range)
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

    /// Whether the row decides which of several values, perhaps of several types, is given.
    private static func chooses(_ expression: Expr) -> Bool {
        var chooses = false
        expression.walk { node in
            if case .call(let function, _, _) = node.kind, choosing.contains(where: { function == $0 || function.hasSuffix("." + $0) }) {
                chooses = true
            }
        }
        return chooses
    }

    private static let choosing = ["_?_:_", "greatest", "least", "min", "max", "first", "last", "or", "orValue"]

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
