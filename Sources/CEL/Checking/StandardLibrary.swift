/// One way to call a function.
public struct Overload: Hashable, Sendable {
    public let function: String
    /// For `a.f(b)`: the target's type comes first among the parameters.
    public let isMember: Bool
    public let parameters: [CELType]
    public let result: CELType
    /// The names of the type parameters in the result.
    let resultParameters: Set<String>

    public init(_ function: String, _ parameters: [CELType], _ result: CELType, member: Bool = false) {
        self.function = function
        self.parameters = parameters
        self.result = result
        isMember = member
        resultParameters = result.parameterNames
    }

    /// As error messages show it: `string.startsWith(string)`, `int + int`.
    var signature: String {
        let operators = [
            "_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "_==_": "==",
            "_!=_": "!=", "_&&_": "&&", "_||_": "||", "@in": "in",
        ]
        if let symbol = operators[function], parameters.count == 2 { return "\(parameters[0]) \(symbol) \(parameters[1])" }
        if function == "_?_:_" { return "bool ? A : A" }
        if function == "!_" { return "!bool" }
        if function == "_[?_]" { return "\(parameters[0])[?\(parameters[1])]" }
        if function == "_[_]" { return "\(parameters[0])[\(parameters[1])]" }
        if function == "-_" { return "-\(parameters[0])" }
        let list = (isMember ? parameters.dropFirst() : parameters[...]).map(\.description).joined(separator: ", ")
        return isMember ? "\(parameters[0]).\(function)(\(list))" : "\(function)(\(list))"
    }
}

/// The standard library (cel-spec, "List of Standard Definitions").
enum StandardLibrary {
    static let overloads: [String: [Overload]] = {
        var all: [Overload] = []
        func add(_ function: String, _ parameters: [CELType], _ result: CELType, member: Bool = false) {
            all.append(Overload(function, parameters, result, member: member))
        }
        let a = CELType.parameter("A")
        let b = CELType.parameter("B")
        for type in [CELType.int, .uint, .double] {
            for function in ["_+_", "_-_", "_*_", "_/_"] { add(function, [type, type], type) }
        }
        add("_%_", [.int, .int], .int)
        add("_%_", [.uint, .uint], .uint)
        add("_+_", [.string, .string], .string)
        add("_+_", [.bytes, .bytes], .bytes)
        add("_+_", [.list(a), .list(a)], .list(a))
        add("_+_", [.timestamp, .duration], .timestamp)
        add("_+_", [.duration, .timestamp], .timestamp)
        add("_+_", [.duration, .duration], .duration)
        add("_-_", [.timestamp, .timestamp], .duration)
        add("_-_", [.timestamp, .duration], .timestamp)
        add("_-_", [.duration, .duration], .duration)
        add("-_", [.int], .int)
        add("-_", [.double], .double)
        add("!_", [.bool], .bool)
        add("@not_strictly_false", [.bool], .bool)
        for function in ["_&&_", "_||_"] { add(function, [.bool, .bool], .bool) }
        for function in ["_==_", "_!=_"] { add(function, [a, a], .bool) }
        let numbers: [CELType] = [.int, .uint, .double]
        for function in ["_<_", "_<=_", "_>_", "_>=_"] {
            for type in [CELType.bool, .string, .bytes, .timestamp, .duration] { add(function, [type, type], .bool) }
            for left in numbers { for right in numbers { add(function, [left, right], .bool) } }
        }
        add("_?_:_", [.bool, a, a], a)
        add("_[_]", [.list(a), .int], a)
        add("_[_]", [.map(a, b), a], b)
        add("@in", [a, .list(a)], .bool)
        add("@in", [a, .map(a, b)], .bool)
        for type in [CELType.string, .bytes, .list(a), .map(a, b)] {
            add("size", [type], .int)
            add("size", [type], .int, member: true)
        }
        for function in ["contains", "startsWith", "endsWith"] { add(function, [.string, .string], .bool, member: true) }
        add("lowerAscii", [.string], .string, member: true)
        add("upperAscii", [.string], .string, member: true)
        add("trim", [.string], .string, member: true)
        let conversions: [(String, [CELType], CELType)] = [
            ("int", [.int, .uint, .double, .string, .timestamp], .int), ("uint", [.int, .uint, .double, .string], .uint),
            ("double", [.int, .uint, .double, .string], .double), ("bool", [.bool, .string], .bool), ("bytes", [.bytes, .string], .bytes),
            ("string", [.string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration], .string),
            ("timestamp", [.timestamp, .string, .int], .timestamp),
            ("duration", [.duration, .string], .duration),
        ]
        for (function, sources, result) in conversions { for source in sources { add(function, [source], result) } }
        add("type", [a], .type)
        add("dyn", [a], .dyn)
        return Dictionary(grouping: all, by: \.function)
    }()

    /// Names that stand for types.
    static let types: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes, "list": .list(.dyn),
        "map": .map(.dyn, .dyn), "null_type": .null, "type": .type,
    ]
}
