/// A type of the Common Expression Language.
public indirect enum CELType: Hashable, Sendable {
    /// Known only at run time.
    case dyn
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case timestamp
    case duration
    case list(CELType)
    case map(CELType, CELType)
    /// A declared object type, by name.
    case object(String)
    /// A type of a library, with its parameters: `optional_type(int)`.
    case abstract(String, [CELType])
    /// The type of types.
    case type
    /// A placeholder in the declaration of a function.
    case parameter(String)
}

extension CELType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .object(let name): name
        case .abstract(let name, let parameters):
            parameters.isEmpty ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .type: "type"
        case .parameter(let name): name
        }
    }

    /// As the value of a type is written, which has no parameters: `list`, `map`, `optional_type`.
    var runtimeName: String {
        switch self {
        case .list: "list"
        case .map: "map"
        case .abstract(let name, _): name
        default: description
        }
    }

    /// What a type parameter is that nothing has bound yet: the element of `[]`, what `optional.none()` would wrap.
    static let open = CELType.parameter("?")

    /// With `dyn` for what stayed open.
    var settled: CELType {
        switch self {
        case .parameter: .dyn
        case .list(let element): .list(element.settled)
        case .map(let key, let value): .map(key.settled, value.settled)
        case .abstract(let name, let parameters): .abstract(name, parameters.map(\.settled))
        default: self
        }
    }

    /// The type parameters in it.
    var parameterNames: Set<String> {
        switch self {
        case .parameter(let name): [name]
        case .list(let element): element.parameterNames
        case .map(let key, let value): key.parameterNames.union(value.parameterNames)
        case .abstract(_, let parameters): parameters.reduce(into: []) { $0.formUnion($1.parameterNames) }
        default: []
        }
    }

    static func optional(_ wrapped: CELType) -> CELType { .abstract("optional_type", [wrapped]) }

    var isNumeric: Bool { self == .int || self == .uint || self == .double }
}

/// An object type with named, typed fields. Reading any other field is an error of the checker.
public struct ObjectTypeDeclaration: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public let name: String
        public let type: CELType
        public let documentation: String

        public init(_ name: String, _ type: CELType, _ documentation: String = "") {
            self.name = name
            self.type = type
            self.documentation = documentation
        }
    }

    public let name: String
    public let fields: [Field]
    private let positions: [String: Int]

    public init(_ name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
        positions = Dictionary(fields.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    public func field(_ name: String) -> Field? { positions[name].map { fields[$0] } }
}
