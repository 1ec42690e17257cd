extension CELLibrary {
    /// Versions (Kubernetes `semver`).
    static let versions: CELLibrary = {
        var library = CELLibrary(
            "semver",
            "Versions by [Semantic Versioning 2.0.0](https://semver.org). With `true` as the second operand `v1.2` and `01.2.3` are versions too: without the `v` and leading zeros, with zeros for numbers that lack."
        )
        let type = SemanticVersion.type
        library.type("kubernetes.Semver", type)
        library.function("semver", [([.string], type), ([.string, .bool], type)], note: "the version that the text writes") {
            values throws(CELEvaluationError) in
            guard let version = try parsed("semver", values) else {
                throw CELEvaluationError(.invalidArgument, "\(Conversions.quoted(values[0])) is no semantic version, such as 1.0.0")
            }
            return .opaque(version)
        }
        library.function("isSemver", [([.string], .bool), ([.string, .bool], .bool)], note: "whether the text is a version") {
            values throws(CELEvaluationError) in .bool(try parsed("isSemver", values) != nil)
        }
        for (index, name) in ["major", "minor", "patch"].enumerated() {
            library.member(name, [([type], .int)], note: "the \(name) number") { values throws(CELEvaluationError) in
                guard let number = Int64(exactly: try version(name, values).numbers[index]) else {
                    throw CELEvaluationError(.overflow, "the \(name) number is out of range")
                }
                return .int(number)
            }
        }
        library.member("isLessThan", [([type, type], .bool)], note: "whether it is less than the other; a pre-release is less than its release") {
            values throws(CELEvaluationError) in
            .bool(try version("isLessThan", values).compared(to: try version("isLessThan", values, at: 1)) < 0)
        }
        library.member("isGreaterThan", [([type, type], .bool)], note: "whether it is greater than the other") { values throws(CELEvaluationError) in
            .bool(try version("isGreaterThan", values).compared(to: try version("isGreaterThan", values, at: 1)) > 0)
        }
        library.member("compareTo", [([type, type], .int)], note: "-1, 0 or 1, as it is less than the other, equal, or greater; builds do not count")
        {
            values throws(CELEvaluationError) in
            .int(try version("compareTo", values).compared(to: try version("compareTo", values, at: 1)))
        }
        return library
    }()

    private static func parsed(_ function: String, _ values: [Value]) throws(CELEvaluationError) -> SemanticVersion? {
        guard case .string(let text) = values[0] else { throw Functions.noOverload(function, values) }
        guard values.count == 2 else { return SemanticVersion(parsing: text) }
        guard case .bool(let isNormalizing) = values[1] else { throw Functions.noOverload(function, values) }
        return isNormalizing ? SemanticVersion(normalizing: text) : SemanticVersion(parsing: text)
    }

    private static func version(_ function: String, _ values: [Value], at index: Int = 0) throws(CELEvaluationError) -> SemanticVersion {
        guard case .opaque(let value) = values[index], let version = value as? SemanticVersion else { throw Functions.noOverload(function, values) }
        return version
    }
}
