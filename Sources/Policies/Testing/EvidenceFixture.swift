import Attestations
import Basics
import Diagnostics
import LocatedYAML

/// Checks what a test says the evidence is: a misspelt field would leave the rule undecided, and the test's author wondering.
enum EvidenceFixture {
    static func problems(_ value: LocatedValue?, as type: EvidenceType = .object(EvidenceSchema.root), name: String = "evidence") -> [Diagnostic] {
        guard let value, value.node != .null else { return [] }
        switch type {
        case .object(let object):
            guard let entries = value.entries else { return [wrong(value, name, "a mapping")] }
            return entries.flatMap { entry -> [Diagnostic] in
                if let field = object.field(entry.key.value) { return problems(entry.value, as: field.type, name: entry.key.value) }
                let names = object.fields.map(\.name)
                let suggestion = NameSuggestion.nearest(to: entry.key.value, among: names).map { "did you mean '\($0)'?" }
                return [
                    Diagnostic(
                        .unknownField, "\(object.name) has no field '\(entry.key.value)'", at: entry.key.span,
                        hint: suggestion ?? "there are: \(names.joined(separator: ", "))")
                ]
            }
        case .map(let element):
            guard let entries = value.entries else { return [wrong(value, name, "a mapping")] }
            return entries.flatMap { problems($0.value, as: element, name: $0.key.value) }
        case .list(let element):
            guard let elements = value.elements else { return [wrong(value, name, "a list")] }
            return elements.flatMap { problems($0, as: element, name: name) }
        case .number:
            return matches(value) { if case .double = $0 { true } else if case .int = $0 { true } else { false } } ?? [wrong(value, name, "a number")]
        case .integer: return matches(value) { if case .int = $0 { true } else { false } } ?? [wrong(value, name, "an integer")]
        case .string: return matches(value) { if case .string = $0 { true } else { false } } ?? [wrong(value, name, "a string")]
        case .boolean: return matches(value) { if case .bool = $0 { true } else { false } } ?? [wrong(value, name, "true or false")]
        }
    }

    private static func matches(_ value: LocatedValue, _ test: (LocatedValue.Node) -> Bool) -> [Diagnostic]? { test(value.node) ? [] : nil }

    private static func wrong(_ value: LocatedValue, _ name: String, _ expected: String) -> Diagnostic {
        Diagnostic(.wrongType, "'\(name)' must be \(expected), not \(value.kindName)", at: value.span)
    }
}

extension JSONValue {
    /// The document with changes (RFC 7386, JSON Merge Patch): members are merged, everything else is replaced, null takes away.
    func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = objectValue ?? [:]
        for (name, change) in changes {
            if change == .null { members[name] = nil } else { members[name] = (members[name] ?? .null).merged(with: change) }
        }
        return .object(members)
    }
}
