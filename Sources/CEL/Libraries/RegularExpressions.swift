extension CELLibrary {
    /// `matches`, as a function and as a method (cel-spec; patterns in RE2's syntax).
    static let regularExpressions: CELLibrary = {
        var library = CELLibrary(
            "regex", "RE2 syntax, matched in linear time anywhere in the text.")
        let body: @Sendable ([Value]) throws(CELEvaluationError) -> Value = { values throws(CELEvaluationError) in
            guard case (.string(let text), .string(let pattern)) = (values[0], values[1]) else { throw Functions.noOverload("matches", values) }
            do throws(RegularExpression.Failure) {
                return .bool(try RegularExpression(pattern).matches(text))
            } catch {
                throw CELEvaluationError(.invalidArgument, "'\(pattern)' is no pattern: \(error.message)")
            }
        }
        library.function("matches", [([.string, .string], .bool)], body)
        library.member("matches", [([.string, .string], .bool)], body)
        return library
    }()
}
