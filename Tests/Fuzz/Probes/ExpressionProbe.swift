import CEL

/// What must hold for every text, however strange, that is given to the expression engine. Used by the fuzzer and, on the corpus, by the tests.
public enum ExpressionProbe {
    private static let bindings: [String: Value] = [
        "b": .bool(true), "i": .int(-7), "u": .uint(9), "d": .double(.nan), "s": .string("straße A1"), "y": .bytes([0, 255, 65]),
        "t": .timestamp(Timestamp(seconds: 1_700_000_000)!), "p": .duration(Span(nanoseconds: 5_400_000_000_000)!),
        "l": .list([.int(3), .int(1), .int(2)]), "m": .map(MapValue([("a", .double(0.5)), ("k", .double(.infinity))])), "n": .null,
        "o": .optional(nil), "any": .map(MapValue([("list", .list([.string("x"), .null, .list([])])), ("k", .int(.max))])),
    ]

    private static let environment = CELEnvironment(
        variables: [
            "b": .bool, "i": .int, "u": .uint, "d": .double, "s": .string, "y": .bytes, "t": .timestamp, "p": .duration, "l": .list(.int),
            "m": .map(.string, .double), "n": .dyn, "o": .dyn, "any": .dyn,
        ])

    /// Compiles and evaluates the text, checked and unchecked.
    ///
    /// - Returns: what does not hold; nil if all does. That nothing traps or hangs is for the caller to see.
    public static func failure(_ text: String) -> String? {
        switch environment.compile(text) {
        case .failure(let failure):
            let length = text.unicodeScalars.count
            if failure.issues.isEmpty { return "it fails without an issue" }
            // An end that is missing is missed behind the last character.
            if failure.issues.contains(where: { $0.range.lowerBound < 0 || $0.range.upperBound > length + 1 }) { return "an issue lies outside" }
        case .success(let expression):
            let (result, cost) = expression.measured(bindings, limits: limits)
            let (again, costAgain) = expression.measured(bindings, limits: limits)
            if result.map(\.description) != again.map(\.description) || cost != costAgain { return "two evaluations differ" }
            let estimate = expression.estimatedCost
            if case .success = result, cost < estimate.minimum || cost > estimate.maximum ?? .max { return "costs \(cost), estimated \(estimate)" }
            if let failure = disagreement(result, with: expression.resultType) { return failure }
        }
        if case .success(let expression) = environment.parse(text) { _ = expression.measured(bindings, limits: limits) }
        return nil
    }

    /// What the checker promised and the evaluator did not keep.
    private static func disagreement(_ result: Result<Value, CELEvaluationError>, with type: CELType) -> String? {
        guard case .success(let value) = result else { return nil }
        switch type {
        case .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .null, .type:
            return value.type == type || value.type == .null ? nil : "a \(value.type), and checked as \(type)"
        default: return nil
        }
    }

    private static var limits: EvaluationLimits {
        var limits = EvaluationLimits()
        limits.cost = 100_000
        return limits
    }
}
