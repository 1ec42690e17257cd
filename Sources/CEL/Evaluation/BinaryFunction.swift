/// The standard functions of two operands.
enum BinaryFunction: String {
    case equal = "_==_"
    case notEqual = "_!=_"
    case less = "_<_"
    case lessOrEqual = "_<=_"
    case greater = "_>_"
    case greaterOrEqual = "_>=_"
    case add = "_+_"
    case subtract = "_-_"
    case multiply = "_*_"
    case divide = "_/_"
    case modulo = "_%_"
    case index = "_[_]"
    case optionalIndex = "_[?_]"
    case isIn = "@in"
    case contains, startsWith, endsWith

    func value(_ left: Value, _ right: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Value {
        switch self {
        case .equal, .notEqual:
            let before = budget.remaining
            let isEqual = try Equality.equal(left, right, &budget)
            if budget.remaining == before { try budget.spend(1) }
            return .bool(isEqual == (self == .equal))
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return .bool(try isOrdered(left, right, &budget))
        case .add, .subtract, .multiply, .divide, .modulo: return try Arithmetic.value(self, left, right, &budget)
        case .index:
            try budget.spend(1)
            return try Functions.index(left, right)
        case .optionalIndex:
            try budget.spend(1)
            return .optional(try Functions.optionalIndex(left, right))
        case .isIn: return .bool(try Functions.contains(right, left, &budget))
        case .contains, .startsWith, .endsWith: return .bool(try Functions.text(self, left, right, &budget))
        }
    }

    private func isOrdered(_ left: Value, _ right: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Bool {
        if case (.double(let a), .double(let b)) = (left, right) {
            try budget.spend(1)
            return switch self {
            case .less: a < b
            case .lessOrEqual: a <= b
            case .greater: a > b
            default: a >= b
            }
        }
        try budget.traverse(Swift.min(Functions.length(left), Functions.length(right)))
        let order = try Equality.order(left, right)
        return switch self {
        case .less: order == .less
        case .lessOrEqual: order == .less || order == .equal
        case .greater: order == .greater
        default: order == .greater || order == .equal
        }
    }
}
