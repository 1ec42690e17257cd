public import Basics
import Diagnostics
public import PolicyPacks

/// A pack with its policies read.
public struct PackContents: Sendable {
    /// What says that a folder is a pack's.
    public static let file = "pack.yaml"

    public let pack: PolicyPack
    /// Of `pack.yaml`.
    public let spec: JSONValue
    /// In the order of their files' names.
    public let policies: [Policy]

    /// A pack's text is ours: a mistake in it is a bug.
    public init(_ pack: PolicyPack) {
        self.pack = pack
        var spec: JSONValue = .null
        var policies: [Policy] = []
        for (file, text) in pack.files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let entry = SpecEntry(path: "\(pack.reference)/\(file)", bytes: Array(text.utf8))
            var reader = ResourceReader(entry: entry, declarations: file == Self.file ? [Kinds.pack] : [Kinds.policy], isPlaced: false)
            guard let resource = reader.read() else { preconditionFailure("\(entry.path): \(reader.diagnostics.map(\.text))") }
            if file == Self.file { spec = resource.spec } else { policies.append(Policy(resource)) }
        }
        self.spec = spec
        self.policies = policies
    }

    /// Every parameter of the pack's policies, with its value there.
    public var parameters: [String: JSONValue] {
        policies.reduce(into: [:]) { $0.merge($1.spec["params"]?.objectValue ?? [:]) { first, _ in first } }
    }
}
