public import Basics
public import Diagnostics
public import LocatedYAML

/// A resource as its file declares it: checked against its kind's declaration, with defaults filled in, and with the place of everything.
public struct Resource: Hashable, Sendable {
    public struct Metadata: Hashable, Sendable {
        public let name: String
        public let labels: [String: String]
        public let annotations: [String: String]
    }

    public let kind: String
    public let metadata: Metadata
    /// From the repository's root.
    public let path: String
    public let located: LocatedValue
    /// The whole resource; comments, order and spelled-out defaults leave no trace.
    public let json: JSONValue
    /// Of the canonical JSON.
    public let digest: Digest

    init(kind: String, path: String, located: LocatedValue, json: JSONValue) {
        self.kind = kind
        self.path = path
        self.located = located
        self.json = json
        digest = json.digest
        func strings(_ value: JSONValue?) -> [String: String] { (value?.objectValue ?? [:]).compactMapValues(\.stringValue) }
        metadata = Metadata(
            name: json["metadata"]?["name"]?.stringValue ?? "", labels: strings(json["metadata"]?["labels"]),
            annotations: strings(json["metadata"]?["annotations"]))
    }

    public var name: String { metadata.name }
    public var spec: JSONValue { json["spec"] ?? .null }

    /// The place of the value at a path such as `["spec", "decision", "threshold"]`; of the nearest part that the file has, where it is a default.
    public func span(at path: [String]) -> SourceSpan {
        var path = path
        while !path.isEmpty {
            if let value = located.value(at: path) { return value.span }
            path.removeLast()
        }
        return located.span
    }

    /// The text of a scalar with the places of its letters.
    public func text(at path: [String]) -> LocatedString? { located.value(at: path)?.text }
}

/// A resource of one kind.
public protocol SpecResource: Hashable, Sendable {
    static var kind: String { get }
    var resource: Resource { get }
    init(_ resource: Resource)
}

extension SpecResource {
    public var metadata: Resource.Metadata { resource.metadata }
    public var name: String { resource.name }
    public var path: String { resource.path }
    public var json: JSONValue { resource.json }
    public var spec: JSONValue { resource.spec }
    public var digest: Digest { resource.digest }

    func required(_ path: String...) -> JSONValue {
        var value = resource.spec
        for part in path {
            guard let next = value[part] else { preconditionFailure("a checked \(Self.kind) lacks \(path)") }
            value = next
        }
        return value
    }

    func strings(_ value: JSONValue?) -> [String] { (value?.arrayValue ?? []).compactMap(\.stringValue) }
}
