import CEL
import Frames

/// Works out arithmetic, comparisons and logic on whole columns of numbers and truth values.
///
/// Only what gives the very values that evaluating row by row gives: no missing values, operands of one type, and of whole numbers nothing that can
/// overflow or divide by zero. Anything else is left to the evaluator, whose errors name the row.
struct ColumnKernel {
    private enum Vector {
        case double([Double])
        case integer([Int64])
        case boolean([Bool])
        case doubleConstant(Double)
        case integerConstant(Int64)
        case booleanConstant(Bool)
    }

    private let result: Vector
    private let rows: Int

    /// Nil if the expression is not of this kind.
    init?(_ expression: Expr, columns: [Column], rows: Int) {
        let byName = Dictionary(columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard let result = Self.evaluate(expression, byName, rows) else { return nil }
        self.result = result
        self.rows = rows
    }

    /// Nil if its values are not of the type.
    func column(_ name: String, type: String) -> Column? {
        switch (result, type) {
        case (.double(let values), "float"): Column(name, .double(values))
        case (.integer(let values), "float"): Column(name, .double(values.map { Double($0) }))
        case (.integer(let values), "integer"): Column(name, .integer(values))
        case (.boolean(let values), "boolean"): Column(name, .boolean(values))
        default: nil
        }
    }

    private static func evaluate(_ node: Expr, _ columns: [String: Column], _ rows: Int) -> Vector? {
        switch node.kind {
        case .literal(.double(let value)): return .doubleConstant(value)
        case .literal(.int(let value)): return .integerConstant(value)
        case .literal(.bool(let value)): return .booleanConstant(value)
        case .select(let operand, let field, false):
            guard case .identifier("row") = operand.kind else { return nil }
            return columns[field].flatMap(vector)
        case .call("_[_]", nil, let arguments):
            guard arguments.count == 2, case .identifier("row") = arguments[0].kind, case .literal(.string(let name)) = arguments[1].kind else {
                return nil
            }
            return columns[name].flatMap(vector)
        case .call("double", nil, let arguments):
            guard arguments.count == 1, let operand = evaluate(arguments[0], columns, rows) else { return nil }
            switch operand {
            case .integer(let values): return .double(values.map { Double($0) })
            case .integerConstant(let value): return .doubleConstant(Double(value))
            case .double, .doubleConstant: return operand
            default: return nil
            }
        case .call("!_", nil, let arguments):
            guard case .boolean(let values)? = evaluate(arguments[0], columns, rows) else { return nil }
            return .boolean(values.map { !$0 })
        case .call("-_", nil, let arguments):
            guard case .double(let values)? = evaluate(arguments[0], columns, rows) else { return nil }
            return .double(values.map { -$0 })
        case .call(let function, nil, let arguments):
            guard arguments.count == 2, let left = evaluate(arguments[0], columns, rows), let right = evaluate(arguments[1], columns, rows) else {
                return nil
            }
            return combine(function, left, right, rows)
        default: return nil
        }
    }

    private static func vector(_ column: Column) -> Vector? {
        guard column.validity == nil else { return nil }
        switch column.values {
        case .double(let values): return .double(values)
        case .integer(let values): return .integer(values)
        case .boolean(let values): return .boolean(values)
        case .category, .timestamp: return nil
        }
    }

    private static func combine(_ function: String, _ left: Vector, _ right: Vector, _ rows: Int) -> Vector? {
        if let (one, other) = doubles(left, right, rows) {
            switch function {
            case "_+_": return .double(map(one, other, +))
            case "_-_": return .double(map(one, other, -))
            case "_*_": return .double(map(one, other, *))
            case "_/_": return .double(map(one, other, /))
            default: return comparison(function, one, other)
            }
        }
        if let (one, other) = integers(left, right, rows) { return comparison(function, one, other) }
        guard let one = booleans(left, rows), let other = booleans(right, rows) else { return nil }
        switch function {
        case "_&&_": return .boolean(map(one, other) { $0 && $1 })
        case "_||_": return .boolean(map(one, other) { $0 || $1 })
        case "_==_": return .boolean(map(one, other, ==))
        case "_!=_": return .boolean(map(one, other, !=))
        default: return nil
        }
    }

    private static func comparison<Element: Comparable>(_ function: String, _ one: [Element], _ other: [Element]) -> Vector? {
        switch function {
        case "_<_": .boolean(map(one, other, <))
        case "_<=_": .boolean(map(one, other, <=))
        case "_>_": .boolean(map(one, other, >))
        case "_>=_": .boolean(map(one, other, >=))
        case "_==_": .boolean(map(one, other, ==))
        case "_!=_": .boolean(map(one, other, !=))
        default: nil
        }
    }

    private static func map<Element, Image>(_ one: [Element], _ other: [Element], _ combine: (Element, Element) -> Image) -> [Image] {
        one.indices.map { combine(one[$0], other[$0]) }
    }

    private static func doubles(_ left: Vector, _ right: Vector, _ rows: Int) -> ([Double], [Double])? {
        func spread(_ vector: Vector) -> [Double]? {
            switch vector {
            case .double(let values): values
            case .doubleConstant(let value): [Double](repeating: value, count: rows)
            default: nil
            }
        }
        guard let one = spread(left), let other = spread(right) else { return nil }
        return (one, other)
    }

    private static func integers(_ left: Vector, _ right: Vector, _ rows: Int) -> ([Int64], [Int64])? {
        func spread(_ vector: Vector) -> [Int64]? {
            switch vector {
            case .integer(let values): values
            case .integerConstant(let value): [Int64](repeating: value, count: rows)
            default: nil
            }
        }
        guard let one = spread(left), let other = spread(right) else { return nil }
        return (one, other)
    }

    private static func booleans(_ vector: Vector, _ rows: Int) -> [Bool]? {
        switch vector {
        case .boolean(let values): values
        case .booleanConstant(let value): [Bool](repeating: value, count: rows)
        default: nil
        }
    }
}
