public import Basics

extension [String: JSONValue] {
    /// A policy's parameters with others in the place of its own. A whole number that stands for a number with a fraction is one: rules are written for `0.8`,
    /// and YAML lets its author write `1` for `1.0`.
    public func overridden(by others: [String: JSONValue]) -> [String: JSONValue] { merging(others) { own, other in other.like(own) } }
}

extension JSONValue {
    fileprivate func like(_ own: JSONValue) -> JSONValue {
        switch (own, self) {
        case (.double, .int(let number)): .double(Double(number))
        case (.array(let elements), .array(let others)):
            if let first = elements.first { .array(others.map { $0.like(first) }) } else { self }
        case (.object(let members), .object(let others)):
            .object(Dictionary(uniqueKeysWithValues: others.map { key, value in (key, members[key].map { value.like($0) } ?? value) }))
        default: self
        }
    }
}
