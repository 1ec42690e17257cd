public import Basics

extension Kinds {
    static let policyPack = KindDeclaration(
        "PolicyPack", folder: "policies", guarded: true,
        "The use of a pack of policies that ships with Proviso. Its policies are judged by like the repository's own, under the names "
            + "`<this name>.<policy>`; `proviso policy packs` lists what there is.",
        [
            SpecField("uses", .string(.text), "The pack and its version, such as `proviso/fairness@1`.", required: true),
            SpecField("labels", .map(.string(.text)), "Only subjects with these labels too.", default: [:]),
            SpecField("params", .map(.any), "Other values for parameters of the pack's policies.", default: [:]),
            SpecField(
                "off", .list(.string(.text), minimum: 1),
                "What is switched off: a policy of the pack, `four-fifths`, or one of its rules, `four-fifths/ratio`."),
            SpecField(
                "validationActions", .list(.string(.oneOf(["Deny", "Warn", "Audit"])), minimum: 1),
                "What rules that are false or undecided do, instead of what the pack says."),
        ])

    /// The file `pack.yaml` of a pack; no user writes one.
    static let pack = KindDeclaration(
        "Pack", folder: nil, "What a pack is.",
        [
            SpecField("description", .string(.text), "What it asks.", required: true),
            SpecField("jurisdiction", .string(.text), "Where the law behind it holds."),
            SpecField("sources", .list(.string(.text), minimum: 1), "What it was made from.", required: true),
            SpecField("limits", .string(.text), "What it does not decide."),
        ])
}

/// A pack in use.
public struct PackUse: SpecResource {
    public static let kind = "PolicyPack"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public var uses: String { required("uses").stringValue ?? "" }
    public var labels: [String: JSONValue] { required("labels").objectValue ?? [:] }
    public var parameters: [String: JSONValue] { required("params").objectValue ?? [:] }
    public var off: [String] { strings(spec["off"]) }
    public var actions: JSONValue? { spec["validationActions"] }
}
