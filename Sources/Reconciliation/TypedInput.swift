import Basics
import CEL
import Foundation
import Policies

/// A JSON document's values as the types that are declared for them: JSON knows neither bytes nor times nor unsigned numbers.
public enum TypedInput {
    /// A value that is none of its type.
    public struct Failure: Error, Hashable, Sendable { public let message: String }

    /// - Parameters:
    ///   - type: `timestamp` is read from RFC 3339, `duration` from `1h30m`, `bytes` from base64, whole numbers also from texts of digits, types of
    ///     libraries as their functions read them; `dyn` takes the JSON as it is.
    ///   - place: the value's path in the document, for the message.
    static func value(_ json: JSONValue, as type: CELType, at place: String) throws(Failure) -> Value {
        switch (type, json) {
        case (.dyn, _): return Value(json)
        case (.null, .null), (.bool, .bool), (.string, .string), (.int, .int), (.double, .double): return Value(json)
        case (.double, .int(let number)): return .double(Double(number))
        case (.uint, .int(let number)) where number >= 0: return .uint(UInt64(number))
        case (.double, .string), (.int, .string), (.uint, .string), (.timestamp, .string), (.duration, .string): break
        case (.bytes, .string(let text)): if let data = Data(base64Encoded: text) { return .bytes(Array(data)) }
        case (.list(let element), .array(let elements)):
            var values: [Value] = []
            for (index, json) in elements.enumerated() { values.append(try value(json, as: element, at: "\(place)[\(index)]")) }
            return .list(values)
        case (.map(let key, let held), .object(let members)):
            var entries: [(Value, Value)] = []
            for (name, json) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                let key = try value(.string(name), as: key == .bool ? .dyn : key, at: "the key of \(place).\(name)")
                entries.append((key, try value(json, as: held, at: "\(place).\(name)")))
            }
            return .map(MapValue(entries))
        case (.abstract("optional_type", _), .null): return .optional(nil)
        case (.abstract("optional_type", let wrapped), _): return .optional(try value(json, as: wrapped.first ?? .dyn, at: place))
        default: break
        }
        if case .string(let text) = json, let read = converted(text, to: type) { return read }
        throw Failure(message: "\(place) is \(json.canonicalText.prefix(60)), which is no \(type)")
    }

    private static let functions: [String: String] = [
        "int": "int", "uint": "uint", "double": "double", "google.protobuf.Timestamp": "timestamp", "google.protobuf.Duration": "duration",
        "net.IP": "ip", "net.CIDR": "cidr", "kubernetes.Quantity": "quantity", "kubernetes.Semver": "semver", "kubernetes.URL": "url",
    ]

    /// As the language's own function reads the text; nil if it does not.
    private static func converted(_ text: String, to type: CELType) -> Value? {
        guard let function = functions[type.description],
            case .success(let expression) = CELEnvironment(variables: ["text": .string]).compile("\(function)(text)")
        else { return nil }
        return try? expression.evaluate(["text": .string(text)])
    }
}

extension JSONValue {
    /// The value of an expression: itself where JSON has it, else its text.
    init(_ value: CEL.Value) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .uint(let number): self = Int64(exactly: number).map { .int($0) } ?? .string(String(number))
        case .double(let number): self = number.isFinite ? .double(number) : .string("\(value)")
        case .string(let text): self = .string(text)
        case .bytes(let bytes): self = .string(Data(bytes).base64EncodedString())
        case .list(let elements): self = .array(elements.map { JSONValue($0) })
        case .map(let map):
            self = .object(
                Dictionary(
                    map.entries.map { entry in (entry.key.stringValue ?? "\(entry.key)", JSONValue(entry.value)) },
                    uniquingKeysWith: { first, _ in first }))
        case .optional(let wrapped): self = wrapped.map { JSONValue($0) } ?? .null
        default: self = .string("\(value)")
        }
    }
}

extension Value {
    fileprivate var stringValue: String? { if case .string(let text) = self { text } else { nil } }
}
