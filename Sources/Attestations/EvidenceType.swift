/// What a piece of evidence is. The CEL checker's types, the reference page and the shape of the JSON all come from these declarations.
public indirect enum EvidenceType: Hashable, Sendable {
    case number
    case integer
    case string
    case boolean
    case list(EvidenceType)
    /// Keyed by a name from the user's data: a protected attribute, a group, a column.
    case map(EvidenceType)
    case object(EvidenceObject)
}

/// A named group of fields.
public struct EvidenceObject: Hashable, Sendable {
    /// The type's name in policies' error messages, such as `Estimate`.
    public let name: String
    public let documentation: String
    public let fields: [EvidenceField]

    public init(_ name: String, _ documentation: String, _ fields: [EvidenceField]) {
        self.name = name
        self.documentation = documentation
        self.fields = fields
    }

    public func field(_ name: String) -> EvidenceField? { fields.first { $0.name == name } }
}

public struct EvidenceField: Hashable, Sendable {
    public let name: String
    public let type: EvidenceType
    /// Definition with formula and source, as the reference page prints it.
    public let documentation: String
    /// When the value is absent; nil if it always exists once its step has run.
    public let undefinedWhen: String?

    public init(_ name: String, _ type: EvidenceType, _ documentation: String, undefinedWhen: String? = nil) {
        self.name = name
        self.type = type
        self.documentation = documentation
        self.undefinedWhen = undefinedWhen
    }
}
