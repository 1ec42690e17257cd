public import Basics

/// Puts values in the place of `${matrix.name}` and `${parameters.name}` in texts. `$${` stands for `${`.
public struct Placeholders: Sendable {
    /// By root and name.
    public let values: [String: [String: JSONValue]]

    public init(values: [String: [String: JSONValue]]) { self.values = values }

    /// A placeholder without a value, and the path to the text that has it.
    public struct Unknown: Hashable, Sendable {
        public let name: String
        public let path: [String]
    }

    /// - Parameter unknown: told of placeholders without a value, which stay as they are.
    public func resolve(_ value: JSONValue, at path: [String] = [], unknown: (Unknown) -> Void = { _ in }) -> JSONValue {
        guard value.mentions("${") else { return value }
        switch value {
        case .string(let text): return resolve(text) { unknown(Unknown(name: $0, path: path)) }
        case .array(let elements):
            return .array(elements.enumerated().map { resolve($1, at: path + [String($0)], unknown: unknown) })
        case .object(let members):
            var resolved = members
            for (name, member) in members { resolved[name] = resolve(member, at: path + [name], unknown: unknown) }
            return .object(resolved)
        default: return value
        }
    }

    private func resolve(_ text: String, unknown: (String) -> Void) -> JSONValue {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.hasSuffix("$") {
                result += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            let name = rest[start.upperBound..<end].trimmingSpaces
            result += before
            if let value = value(of: name) {
                // A text that is nothing but a placeholder keeps the value's type.
                if before.isEmpty, result.isEmpty, rest.index(after: end) == rest.endIndex, rest.startIndex == text.startIndex { return value }
                result += value.stringValue ?? value.canonicalText
            } else {
                unknown(name)
                result += rest[start.lowerBound...end]
            }
            rest = rest[rest.index(after: end)...]
        }
        return .string(result + rest)
    }

    private func value(of name: String) -> JSONValue? {
        let parts = name.split(separator: ".").map { String($0) }
        guard parts.count >= 2, var value = values[parts[0]]?[parts[1]] else { return nil }
        for part in parts.dropFirst(2) {
            guard let next = value[part] else { return nil }
            value = next
        }
        return value
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
