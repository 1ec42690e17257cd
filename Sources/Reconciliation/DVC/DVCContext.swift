import Basics
import LocatedYAML

/// The values that `${…}` stands for in a `dvc.yaml`, as DVC's templating has them.
struct DVCContext {
    /// By first word.
    private(set) var values: [String: JSONValue] = [:]

    /// What a template could not be filled with.
    struct Problem: Error {
        let message: String
    }

    mutating func merge(_ more: [String: JSONValue]) { values = Self.merged(values, more) }

    /// Mappings are merged into each other, as DVC does; of other values the last one holds.
    private static func merged(_ left: [String: JSONValue], _ right: [String: JSONValue]) -> [String: JSONValue] {
        left.merging(right) { old, new in
            guard case .object(let old) = old, case .object(let new) = new else { return new }
            return .object(merged(old, new))
        }
    }

    /// `a.b[0].c`; nil if there is no such value.
    func value(_ path: String) -> JSONValue? {
        var current: JSONValue = .object(values)
        for part in Self.parts(path) {
            switch (current, part) {
            case (.object(let members), .name(let name)):
                guard let next = members[name] else { return nil }
                current = next
            case (.array(let elements), .index(let index)):
                guard elements.indices.contains(index) else { return nil }
                current = elements[index]
            case (.array(let elements), .name(let name)):
                guard let index = Int(name), elements.indices.contains(index) else { return nil }
                current = elements[index]
            default: return nil
            }
        }
        return current
    }

    private enum Part { case name(String), index(Int) }

    private static func parts(_ path: String) -> [Part] {
        path.split(separator: ".").flatMap { word -> [Part] in
            let pieces = word.split(separator: "[")
            return pieces.enumerated().map { position, piece in
                let text = piece.hasSuffix("]") ? piece.dropLast() : piece
                return position == 0 && !word.hasPrefix("[") ? .name(String(text)) : Int(text).map { .index($0) } ?? .name(String(text))
            }
        }
    }

    /// A piece of a template.
    enum Piece {
        case text(String)
        case value(String)
    }

    /// `\${` is a `${` that stays.
    static func pieces(of template: String) -> [Piece] {
        var found: [Piece] = []
        var text = ""
        var rest = template[...]
        while let start = rest.firstRange(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.hasSuffix("\\") {
                text += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            text += before
            if !text.isEmpty { found.append(.text(text)) }
            text = ""
            found.append(.value(rest[start.upperBound..<end].filter { $0 != " " }))
            rest = rest[rest.index(after: end)...]
        }
        text += rest
        if !text.isEmpty { found.append(.text(text)) }
        return found
    }

    func filled(_ template: String) throws(Problem) -> String {
        var result = ""
        for piece in Self.pieces(of: template) {
            switch piece {
            case .text(let text): result += text
            case .value(let name):
                guard let value = value(name) else { throw Problem(message: "there is no value for '${\(name)}'") }
                result += Self.words(value)
            }
        }
        return result
    }

    /// As DVC writes a value into a command: Python's words for numbers, options for a mapping, words for a list.
    static func words(_ value: JSONValue) -> String {
        switch value {
        case .null: "None"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): text
        case .array(let elements): elements.map(words).joined(separator: " ")
        case .object(let members): options(members, prefix: "").joined(separator: " ")
        }
    }

    private static func options(_ members: [String: JSONValue], prefix: String) -> [String] {
        members.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            switch value {
            case .object(let inner): options(inner, prefix: "\(prefix)\(name).")
            case .bool(let flag): flag ? ["--\(prefix)\(name)"] : []
            case .array(let elements): ["--\(prefix)\(name)"] + elements.map(quoted)
            default: ["--\(prefix)\(name) \(quoted(value))"]
            }
        }
    }

    /// One word for a shell.
    private static func quoted(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return words(value) }
        return ShellText.quoted(text)
    }
}

/// Texts as a shell reads them.
enum ShellText {
    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_")

    static func isPlain(_ text: String) -> Bool { !text.isEmpty && text.allSatisfy { plain.contains($0) } }

    static func quoted(_ text: String) -> String { isPlain(text) ? text : "'\(text.replacing("'", with: "'\"'\"'"))'" }
}

extension JSONValue {
    /// What a YAML node says, without its places.
    init(_ located: LocatedValue) {
        switch located.node {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .sequence(let elements): self = .array(elements.map { JSONValue($0) })
        case .mapping(let entries):
            self = .object(Dictionary(entries.map { ($0.key.value, JSONValue($0.value)) }, uniquingKeysWith: { $1 }))
        }
    }
}
