extension CELType {
    /// Reads a type as `description` writes it: `int`, `list(map(string, double))`, `optional_type(bool)`; `timestamp` and `duration` for short.
    /// Nil for anything else.
    public init?(parsing text: String) {
        var rest = text[...]
        guard let type = Self.read(&rest), rest.allSatisfy(\.isWhitespace) else { return nil }
        self = type
    }

    private static func read(_ rest: inout Substring) -> CELType? {
        rest = rest.drop(while: \.isWhitespace)
        let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." })
        rest = rest.dropFirst(name.count)
        var parameters: [CELType] = []
        if rest.first == "(" {
            repeat {
                rest = rest.dropFirst()
                guard let parameter = read(&rest) else { return nil }
                parameters.append(parameter)
                rest = rest.drop(while: \.isWhitespace)
            } while rest.first == ","
            guard rest.first == ")" else { return nil }
            rest = rest.dropFirst()
        }
        switch (name, parameters.count) {
        case ("list", 0): return .list(.dyn)
        case ("list", 1): return .list(parameters[0])
        case ("map", 0): return .map(.dyn, .dyn)
        case ("map", 2): return .map(parameters[0], parameters[1])
        case ("optional_type", 1): return .optional(parameters[0])
        case ("net.IP", 0), ("net.CIDR", 0), ("kubernetes.Quantity", 0), ("kubernetes.Semver", 0), ("kubernetes.URL", 0),
            ("kubernetes.NamedFormat", 0):
            return .abstract(name, [])
        case (_, 0): return simple[name]
        default: return nil
        }
    }

    private static let simple: [String: CELType] = [
        "dyn": .dyn, "null_type": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
        "type": .type,
        "timestamp": .timestamp, "duration": .duration, "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
    ]
}
