package import Basics

/// A document that is not what its reader expects.
public struct MalformedDocument: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    package init(_ description: String) { self.description = description }
}

/// Strict access to the members of a JSON object that Proviso itself has written.
package struct JSONObjectReader {
    let members: [String: JSONValue]
    let name: String

    package init(_ value: JSONValue?, as name: String) throws(MalformedDocument) {
        guard case .object(let members)? = value else { throw MalformedDocument("\(name) is not an object") }
        self.members = members
        self.name = name
    }

    package func value(_ key: String) -> JSONValue? { members[key] == .null ? nil : members[key] }

    package func string(_ key: String) throws(MalformedDocument) -> String {
        guard let text = value(key)?.stringValue else { throw missing(key, "a string") }
        return text
    }

    package func optionalString(_ key: String) throws(MalformedDocument) -> String? { value(key) == nil ? nil : try string(key) }

    package func int(_ key: String) throws(MalformedDocument) -> Int64 {
        guard let number = value(key)?.intValue else { throw missing(key, "an integer") }
        return number
    }

    package func boolean(_ key: String) throws(MalformedDocument) -> Bool {
        guard let flag = value(key)?.boolValue else { throw missing(key, "a boolean") }
        return flag
    }

    package func digest(_ key: String) throws(MalformedDocument) -> Digest {
        guard let digest = Digest(try string(key)) else { throw missing(key, "a sha256 digest") }
        return digest
    }

    package func optionalDigest(_ key: String) throws(MalformedDocument) -> Digest? { value(key) == nil ? nil : try digest(key) }

    package func instant(_ key: String) throws(MalformedDocument) -> Instant {
        guard let instant = Instant(try string(key)) else { throw missing(key, "an RFC 3339 time") }
        return instant
    }

    package func optionalInstant(_ key: String) throws(MalformedDocument) -> Instant? { value(key) == nil ? nil : try instant(key) }

    package func array(_ key: String) throws(MalformedDocument) -> [JSONValue] {
        guard let elements = value(key)?.arrayValue else { throw missing(key, "an array") }
        return elements
    }

    package func strings(_ key: String) throws(MalformedDocument) -> [String] {
        var out: [String] = []
        for element in try array(key) {
            guard let text = element.stringValue else { throw missing(key, "an array of strings") }
            out.append(text)
        }
        return out
    }

    package func digests(_ key: String) throws(MalformedDocument) -> [String: Digest] {
        var out: [String: Digest] = [:]
        guard let members = value(key)?.objectValue else { throw missing(key, "an object of digests") }
        for (name, value) in members {
            guard let digest = value.stringValue.flatMap(Digest.init(_:)) else { throw missing("\(key).\(name)", "a sha256 digest") }
            out[name] = digest
        }
        return out
    }

    package func choice<Choice: RawRepresentable<String>>(_ key: String) throws(MalformedDocument) -> Choice {
        guard let choice = Choice(rawValue: try string(key)) else { throw missing(key, "one of the known words") }
        return choice
    }

    package func object(_ key: String) throws(MalformedDocument) -> JSONObjectReader {
        try JSONObjectReader(value(key), as: "\(name).\(key)")
    }

    private func missing(_ key: String, _ expected: String) -> MalformedDocument {
        MalformedDocument("\(name).\(key) is not \(expected)")
    }
}

extension Dictionary where Key == String, Value == Digest {
    package var json: JSONValue { .object(mapValues { .string($0.description) }) }
}

extension JSONValue {
    /// The same document without the members of these names, at any depth.
    package func dropping(members names: Set<String>) -> JSONValue {
        switch self {
        case .array(let elements): .array(elements.map { $0.dropping(members: names) })
        case .object(let members): .object(members.filter { !names.contains($0.key) }.mapValues { $0.dropping(members: names) })
        default: self
        }
    }
}
