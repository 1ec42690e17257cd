/// Values as an expression would write them, for messages and traces.
enum Spelling {
    static func text(of value: Value) -> String {
        var budget = Int.max
        return text(of: value, &budget)
    }

    /// About so many characters of it at most, with an ellipsis for what is left out: the work is bounded too.
    static func text(of value: Value, upTo limit: Int) -> String {
        var budget = limit
        return text(of: value, &budget)
    }

    private static func text(of value: Value, _ budget: inout Int) -> String {
        guard budget > 0 else { return "…" }
        switch value {
        case .string(let text): return quoted(text, &budget)
        case .list(let list): return "[" + joined(list, &budget) { element, budget in self.text(of: element, &budget) } + "]"
        case .map(let map):
            return "{" + joined(map.entries, &budget) { "\(self.text(of: $0.key, &$1)): \(self.text(of: $0.value, &$1))" } + "}"
        case .optional(let wrapped?): return "optional.of(\(text(of: wrapped, &budget)))"
        default:
            let text = Conversions.text(of: value)
            budget -= text.utf8.count
            return text
        }
    }

    private static func joined<Element>(_ elements: [Element], _ budget: inout Int, _ text: (Element, inout Int) -> String) -> String {
        var parts: [String] = []
        for element in elements {
            guard budget > 0 else {
                parts.append("… \(elements.count - parts.count) more")
                break
            }
            parts.append(text(element, &budget))
            budget -= 2
        }
        return parts.joined(separator: ", ")
    }

    private static func quoted(_ text: String, _ budget: inout Int) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            guard budget > 0 else { return result + "…\"" }
            budget -= 1
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Value {
    /// As `description`, but about so many characters at most.
    public func description(upTo limit: Int) -> String { Spelling.text(of: self, upTo: limit) }
}

extension Value {
    /// Whether it has more than so many parts: elements, entries, characters. A value may hold another many times over without taking room for it, and writing it out would never end;
    /// this looks at no more than the limit.
    public func isLonger(than limit: Int) -> Bool {
        var budget = limit
        count(&budget)
        return budget < 0
    }

    private func count(_ budget: inout Int) {
        budget -= 1
        switch self {
        case .string(let text): budget -= text.utf8.count
        case .bytes(let bytes): budget -= bytes.count
        case .list(let elements):
            for element in elements where budget >= 0 { element.count(&budget) }
        case .map(let map):
            for entry in map.entries where budget >= 0 {
                entry.key.count(&budget)
                entry.value.count(&budget)
            }
        case .optional(let wrapped?): wrapped.count(&budget)
        default: break
        }
    }
}
