extension CELLibrary {
    /// Forms that text has (Kubernetes `format`).
    static let formats: CELLibrary = {
        var library = CELLibrary(
            "format",
            "Whether text has a form: `!format.dns1123Label().validate(subject.metadata.name).hasValue()`. What `validate` gives are the faults; none, and the text has the form."
        )
        let type = NamedFormat.type
        library.type("kubernetes.NamedFormat", type)
        for format in NamedFormat.all {
            library.function("format.\(format.name)", [([], type)], note: format.meaning) { _ in .opaque(format) }
        }
        library.function("format.named", [([.string], .optional(type))], note: "the format of this name, if there is one") {
            values throws(CELEvaluationError) in
            guard case .string(let name) = values[0] else { throw Functions.noOverload("format.named", values) }
            return .optional(NamedFormat.all.first { $0.name == name }.map { .opaque($0) })
        }
        library.member("validate", [([type, .string], .optional(.list(.string)))], note: "what is wrong with the text; none if it has the form") {
            values throws(CELEvaluationError) in
            guard case (.opaque(let value), .string(let text)) = (values[0], values[1]), let format = value as? NamedFormat else {
                throw Functions.noOverload("validate", values)
            }
            let faults = format.faults(of: text)
            return .optional(faults.isEmpty ? nil : .list(faults.map { .string($0) }))
        }
        return library
    }()
}
