extension CELLibrary {
    /// Amounts with units (Kubernetes `quantity`).
    static let quantities: CELLibrary = {
        var library = CELLibrary(
            "quantity",
            "Amounts as Kubernetes writes them: `1.5Gi`, `200m`, `12e6`. They are exact to billionths, of which a part counts as a whole one, and up to a hundred digits; Kubernetes takes the greatest 64-bit integer for greater ones with a binary suffix."
        )
        let type = Quantity.type
        library.type("kubernetes.Quantity", type)
        library.function("quantity", [([.string], type)], note: "the amount that the text writes") { values throws(CELEvaluationError) in
            .opaque(try parsed(values))
        }
        library.function("isQuantity", [([.string], .bool)], note: "whether the text is an amount") { values throws(CELEvaluationError) in
            guard case .string(let text) = values[0] else { throw Functions.noOverload("isQuantity", values) }
            return .bool((try? Quantity(parsing: text)) != nil)
        }
        let sign: Body = { values throws(CELEvaluationError) in .int(try quantity("sign", values).sign) }
        library.function("sign", [([type], .int)], note: "1, 0 or -1", sign)
        library.member("sign", [([type], .int)], note: "1, 0 or -1", sign)
        library.member("isInteger", [([type], .bool)], note: "whether `asInteger` gives a value") { values throws(CELEvaluationError) in
            .bool(try quantity("isInteger", values).integer != nil)
        }
        library.member("asInteger", [([type], .int)], note: "the amount; an error if it is no whole number or too large") {
            values throws(CELEvaluationError) in
            guard let integer = try quantity("asInteger", values).integer else {
                throw CELEvaluationError(.overflow, "cannot convert value to integer")
            }
            return .int(integer)
        }
        library.member("asApproximateFloat", [([type], .double)], note: "the nearest double") { values throws(CELEvaluationError) in
            .double(try quantity("asApproximateFloat", values).double)
        }
        for (name, note) in [("add", "the sum with an amount or a number"), ("sub", "the amount less another or a number")] {
            library.member(name, [([type, type], type), ([type, .int], type)], note: note) { values throws(CELEvaluationError) in
                let left = try quantity(name, values)
                let right = if case .int(let number) = values[1] { Quantity(number) } else { try quantity(name, values, at: 1) }
                guard let sum = left.adding(name == "add" ? right : right.negated) else {
                    throw CELEvaluationError(.overflow, "the quantity is out of range")
                }
                return .opaque(sum)
            }
        }
        library.member("isLessThan", [([type, type], .bool)], note: "whether it is less than the other") { values throws(CELEvaluationError) in
            .bool(try quantity("isLessThan", values).compared(to: try quantity("isLessThan", values, at: 1)) < 0)
        }
        library.member("isGreaterThan", [([type, type], .bool)], note: "whether it is greater than the other") { values throws(CELEvaluationError) in
            .bool(try quantity("isGreaterThan", values).compared(to: try quantity("isGreaterThan", values, at: 1)) > 0)
        }
        library.member("compareTo", [([type, type], .int)], note: "-1, 0 or 1, as it is less than the other, equal, or greater") {
            values throws(CELEvaluationError) in
            .int(try quantity("compareTo", values).compared(to: try quantity("compareTo", values, at: 1)))
        }
        return library
    }()

    private static func parsed(_ values: [Value]) throws(CELEvaluationError) -> Quantity {
        guard case .string(let text) = values[0] else { throw Functions.noOverload("quantity", values) }
        do throws(Quantity.Failure) {
            return try Quantity(parsing: text)
        } catch {
            switch error {
            case .malformed: throw CELEvaluationError(.invalidArgument, "'\(text)' is no quantity, such as 1.5Gi or 200m")
            case .tooLarge: throw CELEvaluationError(.overflow, "'\(text)' has more digits than a quantity may have")
            }
        }
    }

    private static func quantity(_ function: String, _ values: [Value], at index: Int = 0) throws(CELEvaluationError) -> Quantity {
        guard case .opaque(let value) = values[index], let quantity = value as? Quantity else { throw Functions.noOverload(function, values) }
        return quantity
    }
}
