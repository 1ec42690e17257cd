/// Checked arithmetic: an overflow is an error, never a wrong number.
enum Arithmetic {
    static func value(_ function: BinaryFunction, _ left: Value, _ right: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Value {
        try budget.spend(1)
        switch (left, right) {
        case (.int(let a), .int(let b)): return .int(try integer(function, a, b))
        case (.uint(let a), .uint(let b)): return .uint(try integer(function, a, b))
        case (.double(let a), .double(let b)):
            switch function {
            case .add: return .double(a + b)
            case .subtract: return .double(a - b)
            case .multiply: return .double(a * b)
            case .divide: return .double(a / b)
            default: break
            }
        default: if let value = try sum(function, left, right, &budget) { return value }
        }
        throw Functions.noOverload(function.rawValue, [left, right])
    }

    /// Of what is no number. Copies are paid for.
    private static func sum(_ function: BinaryFunction, _ left: Value, _ right: Value, _ budget: inout Budget) throws(CELEvaluationError) -> Value? {
        switch (left, right) {
        case (.string(let a), .string(let b)) where function == .add:
            try budget.traverse(a.utf8.count + b.utf8.count)
            return .string(a + b)
        case (.bytes(let a), .bytes(let b)) where function == .add:
            try budget.traverse(a.count + b.count)
            return .bytes(a + b)
        case (.list(let a), .list(let b)) where function == .add:
            try budget.traverse(a.count + b.count)
            return .list(a + b)
        case (.timestamp(let a), .duration(let b)) where function == .add: return try shift(a, by: b.nanoseconds, 1)
        case (.duration(let a), .timestamp(let b)) where function == .add: return try shift(b, by: a.nanoseconds, 1)
        case (.timestamp(let a), .duration(let b)) where function == .subtract: return try shift(a, by: b.nanoseconds, -1)
        case (.duration(let a), .duration(let b)) where function == .add || function == .subtract:
            return try span(function == .add ? a.nanoseconds + b.nanoseconds : a.nanoseconds - b.nanoseconds)
        case (.timestamp(let a), .timestamp(let b)) where function == .subtract:
            let difference = Int128(a.seconds - b.seconds) * 1_000_000_000 + Int128(a.nanoseconds - b.nanoseconds)
            // Go and C++ count the nanoseconds between two moments in 64 bits.
            guard Int64(exactly: difference) != nil else { throw CELEvaluationError(.overflow, "the duration is out of range") }
            return try span(difference)
        default: return nil
        }
    }

    private static func integer<T: FixedWidthInteger>(_ function: BinaryFunction, _ a: T, _ b: T) throws(CELEvaluationError) -> T {
        let result: (partialValue: T, overflow: Bool)
        switch function {
        case .add: result = a.addingReportingOverflow(b)
        case .subtract: result = a.subtractingReportingOverflow(b)
        case .multiply: result = a.multipliedReportingOverflow(by: b)
        default:
            guard b != 0 else { throw CELEvaluationError(.divideByZero, function == .divide ? "division by zero" : "modulus by zero") }
            result = function == .divide ? a.dividedReportingOverflow(by: b) : a.remainderReportingOverflow(dividingBy: b)
        }
        guard !result.overflow else { throw CELEvaluationError(.overflow, "integer overflow") }
        return result.partialValue
    }

    static func negate(_ value: Value) throws(CELEvaluationError) -> Value {
        switch value {
        case .int(let number):
            guard number != .min else { throw CELEvaluationError(.overflow, "integer overflow") }
            return .int(-number)
        case .double(let number): return .double(-number)
        default: throw Functions.noOverload("-_", [value])
        }
    }

    private static func span(_ nanoseconds: Int128) throws(CELEvaluationError) -> Value {
        guard let span = Span(nanoseconds: nanoseconds) else { throw CELEvaluationError(.overflow, "the duration is out of range") }
        return .duration(span)
    }

    private static func shift(_ timestamp: Timestamp, by nanoseconds: Int128, _ sign: Int128) throws(CELEvaluationError) -> Value {
        let total = Int128(timestamp.seconds) * 1_000_000_000 + Int128(timestamp.nanoseconds) + sign * nanoseconds
        var (seconds, rest) = total.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest < 0 {
            seconds -= 1
            rest += 1_000_000_000
        }
        guard let result = Timestamp(seconds: Int64(seconds), nanoseconds: Int32(rest)) else {
            throw CELEvaluationError(.overflow, "the timestamp is out of range")
        }
        return .timestamp(result)
    }
}
