/// The standard functions of one operand.
enum UnaryFunction: String {
    case negate = "-_"
    case not = "!_"
    case size, lowerAscii, upperAscii, trim, dyn, type
    case int, uint, double, bool, string, bytes, timestamp, duration

    func value(_ operand: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Value {
        switch self {
        case .negate:
            try budget.spend(1)
            return try Arithmetic.negate(operand)
        case .not:
            try budget.spend(1)
            guard case .bool(let flag) = operand else { throw Functions.noOverload(rawValue, [operand]) }
            return .bool(!flag)
        case .size:
            try budget.spend(1)
            return .int(Int64(try Functions.size(operand)))
        case .dyn:
            try budget.spend(1)
            return operand
        case .type:
            try budget.spend(1)
            return .type(operand.type)
        case .lowerAscii, .upperAscii, .trim:
            try budget.traverse(Functions.length(operand))
            return .string(try Functions.text(self, operand))
        default:
            try budget.traverse(Functions.length(operand))
            return try Conversions.convert(self, operand)
        }
    }
}
