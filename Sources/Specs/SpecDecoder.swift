import Basics
import Diagnostics
import LocatedYAML

/// Checks a located tree against a shape and gives it as JSON with defaults filled in. Everything that is wrong is collected.
struct SpecDecoder {
    private(set) var diagnostics: [Diagnostic] = []
    /// References found on the way, to be resolved once all resources are known.
    private(set) var references: [Reference] = []

    struct Reference {
        let kind: String
        let text: LocatedString
    }

    static func suggestion(for text: String, among words: [String]) -> String? {
        NameSuggestion.nearest(to: text, among: words).map { "did you mean '\($0)'?" }
    }

    mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    mutating func decode(_ value: LocatedValue, as shape: SpecShape, name: String) -> JSONValue? {
        switch shape {
        case .any: return json(value)
        case .object(let object): return decode(value, as: object, name: name)
        case .boolean:
            if case .bool(let flag) = value.node { return .bool(flag) }
            return wrongType(value, name, "true or false")
        case .integer(let range):
            guard case .int(let number) = value.node else { return wrongType(value, name, "an integer") }
            guard range.contains(number) else {
                return outOfRange(value, name, "\(range.lowerBound)", range.upperBound == .max ? nil : "\(range.upperBound)")
            }
            return .int(number)
        case .number(let range): return number(value, range, name)
        case .scalar: return scalar(value, name)
        case .string(let rule): return string(value, rule, name)
        case .list(let element, let minimum):
            guard let elements = value.elements else { return wrongType(value, name, "a list") }
            if elements.count < minimum { invalid(value.span, "'\(name)' must have at least \(minimum) element\(minimum == 1 ? "" : "s")") }
            let decoded = elements.enumerated().compactMap { decode($0.element, as: element, name: "\(name)[\($0.offset)]") }
            return decoded.count == elements.count ? .array(decoded) : nil
        case .map(let element):
            guard let entries = value.entries else { return wrongType(value, name, "a mapping") }
            var members: [String: JSONValue] = [:]
            for entry in entries { members[entry.key.value] = decode(entry.value, as: element, name: entry.key.value) }
            return .object(members)
        }
    }

    mutating func decode(_ value: LocatedValue, as object: SpecObject, name: String) -> JSONValue? {
        guard let entries = value.entries else { return wrongType(value, name, "a mapping") }
        var members: [String: JSONValue] = [:]
        var isWhole = true
        for entry in entries {
            guard let field = object.field(entry.key.value) else {
                let suggestion = NameSuggestion.nearest(to: entry.key.value, among: object.fields.map(\.name))
                report(
                    Diagnostic(
                        .unknownField, "unknown field '\(entry.key.value)' in '\(name)'", at: entry.key.span,
                        hint: suggestion.map { "did you mean '\($0)'?" } ?? "known fields: \(object.fields.map(\.name).joined(separator: ", "))"))
                continue
            }
            if let decoded = decode(entry.value, as: field.shape, name: field.name) { members[field.name] = decoded } else { isWhole = false }
        }
        for field in object.fields where !entries.contains(where: { $0.key.value == field.name }) {
            if field.isRequired {
                let place = entries.first.map { SourceSpan(file: value.span.file, start: $0.key.span.start, end: $0.key.span.end) } ?? value.span
                report(Diagnostic(.missingField, "'\(name)' lacks the field '\(field.name)'", at: place, hint: field.documentation))
                isWhole = false
            } else if let defaultValue = field.defaultValue {
                members[field.name] = defaultValue
            }
        }
        return isWhole ? .object(members) : nil
    }

    private mutating func number(_ value: LocatedValue, _ range: ClosedRange<Double>, _ name: String) -> JSONValue? {
        let number: Double
        switch value.node {
        case .int(let integer): number = Double(integer)
        case .double(let double) where double.isFinite: number = double
        default: return wrongType(value, name, "a finite number")
        }
        guard range.contains(number) else {
            let isBounded = range.upperBound < .greatestFiniteMagnitude
            let isPositive = range.lowerBound == .leastNonzeroMagnitude
            return outOfRange(value, name, isPositive ? "more than 0" : short(range.lowerBound), isBounded ? short(range.upperBound) : nil)
        }
        return .double(number)
    }

    private mutating func scalar(_ value: LocatedValue, _ name: String) -> JSONValue? {
        switch value.node {
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(number)
        case .double(let number) where number.isFinite: return .double(number)
        case .string(let text):
            ambiguous(value, text)
            return .string(text)
        default: return wrongType(value, name, "a boolean, number or string")
        }
    }

    private mutating func string(_ value: LocatedValue, _ rule: SpecShape.StringRule, _ name: String) -> JSONValue? {
        guard case .string(let text) = value.node, let located = value.text else {
            if value.isPlain, let raw = value.text?.value, value.node != .null {
                report(
                    Diagnostic(
                        .wrongType, "'\(name)' must be a string, and \(raw) is \(value.kindName)", at: value.span, hint: "quote it: \"\(raw)\""))
                return nil
            }
            return wrongType(value, name, "a string")
        }
        ambiguous(value, text)
        if case .reference(let kind) = rule { references.append(Reference(kind: kind, text: located)) }
        if let problem = SpecStrings.problem(with: text, rule: rule) {
            report(Diagnostic(.invalidValue, "'\(name)': \(problem.message)", at: value.span, hint: problem.hint))
            return nil
        }
        return .string(text)
    }

    private mutating func ambiguous(_ value: LocatedValue, _ text: String) {
        guard value.isPlain, SpecStrings.isAmbiguous(value) else { return }
        let isWord = text.unicodeScalars.allSatisfy(\.properties.isAlphabetic)
        report(
            Diagnostic(
                .ambiguousScalar, "\(text) without quotes is a string here, but other YAML readers take it for a \(isWord ? "boolean" : "number")",
                at: value.span,
                hint: "write \"\(text)\" if the string is meant, or \(isWord ? "true or false if a boolean is" : "a decimal number if that is")"))
    }

    private mutating func wrongType(_ value: LocatedValue, _ name: String, _ expected: String) -> JSONValue? {
        report(Diagnostic(.wrongType, "'\(name)' must be \(expected), not \(value.kindName)", at: value.span))
        return nil
    }

    private mutating func outOfRange(_ value: LocatedValue, _ name: String, _ lower: String, _ upper: String?) -> JSONValue? {
        let isOpen = lower.hasPrefix("more")
        let range = upper.map { isOpen ? "\(lower) and at most \($0)" : "from \(lower) to \($0)" } ?? (isOpen ? lower : "at least \(lower)")
        invalid(value.span, "'\(name)' must be \(range)")
        return nil
    }

    private func short(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }

    private mutating func invalid(_ span: SourceSpan, _ message: String) { report(Diagnostic(.invalidValue, message, at: span)) }

    private mutating func json(_ value: LocatedValue) -> JSONValue? {
        switch value.node {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(number)
        case .double(let number):
            guard number.isFinite else { return wrongType(value, "a constant", "a finite number") }
            return .double(number)
        case .string(let text):
            ambiguous(value, text)
            return .string(text)
        case .sequence(let elements): return .array(elements.compactMap { json($0) })
        case .mapping(let entries):
            var members: [String: JSONValue] = [:]
            for entry in entries { members[entry.key.value] = json(entry.value) }
            return .object(members)
        }
    }
}
