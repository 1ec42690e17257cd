public import Basics

/// A set of policies that ships with the program: `uses: proviso/fairness@1`.
public struct PolicyPack: Sendable {
    /// Such as `fairness`.
    public let name: String
    /// A published version's text never changes what it decides; a new one gets a new number.
    public let version: Int
    /// The files' texts by name, `pack.yaml` among them; without the tests.
    public let files: [String: String]
    /// Of the names and texts.
    public let digest: Digest

    init(name: String, version: Int, files: [String: String]) {
        self.name = name
        self.version = version
        self.files = files
        var encoder = CanonicalEncoder(domain: "proviso.policy-pack.v1")
        for (file, text) in files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            encoder.append(file)
            encoder.append(text)
        }
        digest = encoder.digest
    }

    /// As repositories name it: `proviso/fairness@1`.
    public var reference: String { "proviso/\(name)@\(version)" }

    /// Every pack and version, by name.
    public static let all: [PolicyPack] = EmbeddedPacks.all.map { PolicyPack(name: $0.name, version: $0.version, files: $0.files) }

    public static func named(_ reference: String) -> PolicyPack? { all.first { $0.reference == reference } }
}

/// The packs' texts.
enum EmbeddedPacks {}
