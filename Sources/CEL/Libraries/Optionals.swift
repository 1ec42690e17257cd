extension CELLibrary {
    /// Optional types (cel-go `OptionalTypes`, Kubernetes): the functions behind `.?`, `[?]`, `optMap` and the methods of optional values.
    static let optionals: CELLibrary = {
        var library = CELLibrary(
            "optional",
            "Values that may lack: `a.?b`, `a[?k]`, `[?x]`, `{?k: x}`, `x.optMap(v, e)`, `x.optFlatMap(v, e)`. A policy that reads missing evidence through them is undecided all the same."
        )
        let v = CELType.parameter("V")
        let k = CELType.parameter("K")
        let some = CELType.optional(v)
        library.type("optional_type", .optional(.dyn))
        library.function("optional.none", [([], .optional(v))]) { _ in .optional(nil) }
        library.function("optional.of", [([v], some)]) { .optional($0[0]) }
        library.function("optional.ofNonZeroValue", [([v], some)]) { .optional(isZero($0[0]) ? nil : $0[0]) }
        library.member("hasValue", [([some], .bool)]) { values throws(CELEvaluationError) in .bool(try wrapped("hasValue", values) != nil) }
        library.member("value", [([some], v)]) { values throws(CELEvaluationError) in
            guard let value = try wrapped("value", values) else {
                throw CELEvaluationError(.invalidArgument, "optional.none() dereference")
            }
            return value
        }
        library.member("or", [([some, some], some)]) { values throws(CELEvaluationError) in
            guard case .optional = values[1] else { throw Functions.noOverload("or", values) }
            return try wrapped("or", values) == nil ? values[1] : values[0]
        }
        let unwrap: CELLibrary.Body = { values throws(CELEvaluationError) in
            guard case .list(let list) = values[0] else { throw Functions.noOverload("unwrap", values) }
            var held: [Value] = []
            for element in list { if let value = try wrapped("unwrap", [element]) { held.append(value) } }
            return .list(held)
        }
        library.function(
            "optional.unwrap", [([.list(some)], .list(v))], note: "what the list's optional values hold, those that lack left out", unwrap)
        library.member("unwrapOpt", [([.list(some)], .list(v))], note: "what the list's optional values hold, those that lack left out", unwrap)
        library.member("orValue", [([some, v], v)]) { values throws(CELEvaluationError) in try wrapped("orValue", values) ?? values[1] }
        library.overload(
            "_[?_]",
            [
                ([.list(v), .int], some), ([.map(k, v), k], some), ([.optional(.list(v)), .int], some), ([.optional(.map(k, v)), k], some),
            ])
        library.overload("_[_]", [([.optional(.list(v)), .int], some), ([.optional(.map(k, v)), k], some)])
        library.function("@insert", [([.map(k, v), .map(k, v)], .map(k, v))]) { values throws(CELEvaluationError) in
            guard case (.map(var map), .map(let added)) = (values[0], values[1]) else { throw Functions.noOverload("@insert", values) }
            for entry in added.entries {
                guard map.insert(entry.key, entry.value) else {
                    throw CELEvaluationError(.duplicateKey, "insert failed: key \(Conversions.text(of: entry.key)) already exists")
                }
            }
            return .map(map)
        }
        return library
    }()

    private static func wrapped(_ function: String, _ values: [Value]) throws(CELEvaluationError) -> Value? {
        guard case .optional(let wrapped) = values[0] else { throw Functions.noOverload(function, values) }
        return wrapped
    }

    /// The default of its type: null, false, 0, "", empty.
    private static func isZero(_ value: Value) -> Bool {
        switch value {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .uint(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let list): list.isEmpty
        case .map(let map): map.count == 0
        case .duration(let span): span == .zero
        case .timestamp(let time): time.seconds == 0 && time.nanoseconds == 0
        case .optional(let wrapped): wrapped == nil
        default: false
        }
    }
}
