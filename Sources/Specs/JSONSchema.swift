public import Basics

/// JSON Schemas (draft 2020-12) of the kinds, for editors.
public enum JSONSchema {
    /// By kind.
    public static var all: [(kind: String, schema: JSONValue)] {
        Kinds.all.map { declaration in
            var schema = Self.schema(.object(declaration.resource)).objectValue ?? [:]
            schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
            schema["$id"] = .string("https://proviso.dev/schemas/v1alpha1/\(declaration.kind).json")
            schema["title"] = .string(declaration.kind)
            schema["description"] = .string(declaration.documentation)
            return (declaration.kind, .object(schema))
        }
    }

    private static func schema(_ shape: SpecShape) -> JSONValue {
        switch shape {
        case .any: [:]
        case .boolean: ["type": "boolean"]
        case .scalar: ["type": ["boolean", "number", "string"]]
        case .integer(let range):
            JSONValue.object([
                "type": "integer", "minimum": .int(range.lowerBound), "maximum": range.upperBound == .max ? .null : .int(range.upperBound),
            ]).droppingNulls
        case .number(let range): number(range)
        case .string(let rule): string(rule)
        case .list(let element, let minimum): ["type": "array", "items": schema(element), "minItems": .int(Int64(minimum))]
        case .map(let element): ["type": "object", "additionalProperties": schema(element)]
        case .object(let object): Self.object(object)
        }
    }

    private static func number(_ range: ClosedRange<Double>) -> JSONValue {
        var schema: [String: JSONValue] = ["type": "number"]
        if range.lowerBound == .leastNonzeroMagnitude {
            schema["exclusiveMinimum"] = 0
        } else if range.lowerBound > -.greatestFiniteMagnitude {
            schema["minimum"] = .double(range.lowerBound)
        }
        if range.upperBound < .greatestFiniteMagnitude { schema["maximum"] = .double(range.upperBound) }
        return .object(schema)
    }

    private static func string(_ rule: SpecShape.StringRule) -> JSONValue {
        switch rule {
        case .text, .expression: ["type": "string", "minLength": 1]
        case .anyText: ["type": "string"]
        case .oneOf(let words): words.count == 1 ? ["const": .string(words[0])] : ["enum": .array(words.map { .string($0) })]
        case .name, .reference: ["type": "string", "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", "maxLength": 253]
        case .digest: ["type": "string", "pattern": "^sha256:[0-9a-f]{64}$"]
        case .email: ["type": "string", "pattern": "^[^@ ]+@[^@ ]+\\.[^@ ]+$"]
        case .path: ["type": "string", "pattern": "^[^/\\\\][^\\\\]*$"]
        case .instant: ["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"]
        case .schedule: ["type": "string", "pattern": "^(@[a-z]+|(\\S+\\s+){4}\\S+)$"]
        case .duration: ["type": "string", "pattern": "^([0-9]+[dhms])+$"]
        case .size: ["type": "string", "pattern": "^[0-9]+([kMGT]i?)?B$"]
        case .stageName: ["type": "string", "pattern": "^[A-Za-z0-9_-]+$"]
        }
    }

    private static func object(_ object: SpecObject) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        for field in object.fields {
            var schema = Self.schema(field.shape).objectValue ?? [:]
            schema["description"] = .string(field.documentation)
            if let defaultValue = field.defaultValue { schema["default"] = defaultValue }
            properties[field.name] = .object(schema)
        }
        let required = object.fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        return ["type": "object", "properties": .object(properties), "required": .array(required), "additionalProperties": false]
    }
}
