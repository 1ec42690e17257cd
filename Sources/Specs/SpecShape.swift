public import Basics

/// What a value in a spec may be. Declared once for each kind; decoding, JSON Schema, the reference page and the CEL type of `subject` follow.
public indirect enum SpecShape: Sendable {
    case string(StringRule)
    case integer(ClosedRange<Int64>)
    /// Finite; integers are taken too.
    case number(ClosedRange<Double>)
    case boolean
    /// A boolean, number or string, as it stands in data.
    case scalar
    case list(SpecShape, minimum: Int)
    /// Any keys, values of one shape.
    case map(SpecShape)
    case object(SpecObject)
    /// Anything; kept as it is.
    case any

    public enum StringRule: Sendable {
        case text
        /// Text that may be empty.
        case anyText
        case oneOf([String])
        case name
        case digest
        case email
        case path
        case instant
        /// A CEL expression.
        case expression
        /// The name of a resource of that kind.
        case reference(String)
        /// When something is due: five fields of a crontab, in UTC.
        case schedule
        /// A stretch of time such as `90s`, `10m` or `1h30m`.
        case duration
        /// A number of bytes such as `512MB` or `2GiB`.
        case size
        /// The name of a stage of a pipeline, or of what it makes.
        case stageName
    }
}

public struct SpecObject: Sendable {
    public let fields: [SpecField]

    public init(_ fields: [SpecField]) { self.fields = fields }

    public func field(_ name: String) -> SpecField? { fields.first { $0.name == name } }
}

public struct SpecField: Sendable {
    public let name: String
    public let shape: SpecShape
    public let documentation: String
    public let isRequired: Bool
    public let defaultValue: JSONValue?
    /// A change of it selects or measures, and needs an approval.
    public let isGuarded: Bool

    public init(
        _ name: String, _ shape: SpecShape, _ documentation: String, required: Bool = false, default defaultValue: JSONValue? = nil,
        guarded: Bool = false
    ) {
        self.name = name
        self.shape = shape
        self.documentation = documentation
        isRequired = required
        self.defaultValue = defaultValue
        isGuarded = guarded
    }
}

/// A kind of resource.
public struct KindDeclaration: Sendable {
    public static let apiVersion = "proviso.dev/v1alpha1"

    public let kind: String
    /// The folder that its files lie in; nil for `proviso.yaml`.
    public let folder: String?
    public let documentation: String
    /// Every change of such a resource needs an approval.
    public let isGuarded: Bool
    public let spec: SpecObject

    init(_ kind: String, folder: String?, guarded: Bool = false, _ documentation: String, _ fields: [SpecField]) {
        self.kind = kind
        self.folder = folder
        self.documentation = documentation
        isGuarded = guarded
        spec = SpecObject(fields)
    }

    /// A model without the label that a policy selects by would never again be judged by it.
    private var metadata: SpecObject {
        SpecObject([
            SpecField("name", .string(.name), "Unique among the resources of its kind.", required: true),
            SpecField("labels", .map(.string(.text)), "For policies to select by.", default: [:], guarded: kind == "Model"),
            SpecField("annotations", .map(.string(.text)), "Notes that nothing decides by.", default: [:]),
        ])
    }

    /// The whole resource, as a file holds it.
    public var resource: SpecObject {
        SpecObject([
            SpecField("apiVersion", .string(.oneOf([Self.apiVersion])), "The version of this form.", required: true),
            SpecField("kind", .string(.oneOf([kind])), documentation, required: true),
            SpecField("metadata", .object(metadata), "Name, labels, annotations.", required: true),
            SpecField("spec", .object(spec), documentation, required: true),
        ])
    }
}
