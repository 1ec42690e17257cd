import Attestations
public import Basics
public import CEL
import Specs

/// The types that expressions in policies see, made from the declarations of evidence and specs.
enum ExpressionTypes {
    static let evidence = "Evidence"
    static let subject = "Model"
    static let change = "Change"
    static let params = "Params"
    static let variables = "Variables"

    static let declarations: [ObjectTypeDeclaration] = {
        var collected: [String: ObjectTypeDeclaration] = [:]
        _ = type(of: .object(EvidenceSchema.root), &collected)
        if let model = Kinds.named("Model") { _ = type(of: .object(model.resource), named: subject, &collected) }
        collected[change] = ObjectTypeDeclaration(
            change,
            fields: [
                .init("authors", .list(.string), "Verified signers of the change's commits. Undecided unless all are known."),
                .init("unsigned", .list(.string), "Commits whose author is not known: not signed, or not by somebody whom the base knows."),
                .init("approvers", .list(.string), "Who approved it, by a verified signature."),
                .init("files", .list(.string), "Paths that it touches."), .init("base", .string, "The base's commit."),
                .init("head", .string, "The head's commit."),
            ])
        return Array(collected.values)
    }()

    private static func type(of type: EvidenceType, _ collected: inout [String: ObjectTypeDeclaration]) -> CELType {
        switch type {
        case .number: return .double
        case .integer: return .int
        case .string: return .string
        case .boolean: return .bool
        case .list(let element): return .list(Self.type(of: element, &collected))
        case .map(let value): return .map(.string, Self.type(of: value, &collected))
        case .object(let object):
            if collected[object.name] == nil {
                let fields = object.fields.map { ObjectTypeDeclaration.Field($0.name, Self.type(of: $0.type, &collected), $0.documentation) }
                collected[object.name] = ObjectTypeDeclaration(object.name, fields: fields)
            }
            return .object(object.name)
        }
    }

    private static func type(of shape: SpecShape, named name: String, _ collected: inout [String: ObjectTypeDeclaration]) -> CELType {
        switch shape {
        case .string: return .string
        case .integer: return .int
        case .number: return .double
        case .boolean: return .bool
        case .scalar, .any: return .dyn
        case .list(let element, _): return .list(type(of: element, named: name, &collected))
        case .map(let value): return .map(.string, type(of: value, named: name, &collected))
        case .object(let object):
            let fields = object.fields.map { field in
                ObjectTypeDeclaration.Field(field.name, type(of: field.shape, named: "\(name).\(field.name)", &collected), field.documentation)
            }
            collected[name] = ObjectTypeDeclaration(name, fields: fields)
            return .object(name)
        }
    }

    /// The type of a constant in a spec.
    static func type(of value: JSONValue) -> CELType {
        switch value {
        case .null: .dyn
        case .bool: .bool
        case .int: .int
        case .double: .double
        case .string: .string
        case .array: .list(.dyn)
        case .object: .map(.string, .dyn)
        }
    }
}

extension Value {
    /// What stands in a JSON document, as expressions see it. Members are in the order of their names' bytes.
    public init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map { Value($0) })
        case .object(let members):
            self = .map(MapValue(members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, Value($0.value)) }))
        }
    }
}
