public import Basics

/// A part of a rule's expression that made it false: a comparison with what was measured and its limit, or a plain fact.
public struct Cause: Hashable, Sendable {
    /// As the author wrote it.
    public let expression: String
    /// What the part gave; false, unless the rule denies it.
    public let holds: Bool
    public let measured: RuleResult.Reading?
    public let limit: RuleResult.Reading?
    /// What the variables of the comprehensions around it stood for: the element at which `all` broke off.
    public let elements: [RuleResult.Reading]
    /// The part's place in the policy.
    public let location: FileLocation

    public init(
        expression: String, holds: Bool, measured: RuleResult.Reading?, limit: RuleResult.Reading?, elements: [RuleResult.Reading],
        location: FileLocation
    ) {
        self.expression = expression
        self.holds = holds
        self.measured = measured
        self.limit = limit
        self.elements = elements
        self.location = location
    }

    public var json: JSONValue {
        JSONValue.object([
            "expression": .string(expression), "holds": .bool(holds), "measured": measured?.json ?? .null, "limit": limit?.json ?? .null,
            "elements": elements.isEmpty ? .null : .array(elements.map(\.json)), "location": location.json,
        ]).droppingNulls
    }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "cause")
        var elements: [RuleResult.Reading] = []
        for element in reader.value("elements")?.arrayValue ?? [] { elements.append(try RuleResult.Reading(json: element)) }
        self.init(
            expression: try reader.string("expression"), holds: try reader.boolean("holds"),
            measured: try reader.value("measured").map { value throws(MalformedDocument) in try RuleResult.Reading(json: value) },
            limit: try reader.value("limit").map { value throws(MalformedDocument) in try RuleResult.Reading(json: value) }, elements: elements,
            location: try FileLocation(json: reader.value("location")))
    }
}

extension RuleResult.Reading {
    public var json: JSONValue { ["expression": .string(expression), "value": .string(value)] }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "reading")
        self.init(expression: try reader.string("expression"), value: try reader.string("value"))
    }
}
