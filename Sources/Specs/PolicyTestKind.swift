public import Basics
import LocatedYAML

extension Kinds {
    /// A policy test's file ends so; nothing else may.
    public static let testSuffix = "_test.yaml"

    static let policyTest = KindDeclaration(
        "PolicyTest", folder: "policies",
        "Cases that a policy must decide as expected, in a file beside it whose name ends in `_test.yaml`; `proviso policy test` runs them.",
        [
            SpecField("policy", .string(.reference("Policy")), "The policy under test.", required: true),
            SpecField("now", .string(.instant), "The decision instant of cases that give none.", default: "2026-01-01T00:00:00Z"),
            SpecField("subject", .object(testSubject), "The subject of every case, beside what a case changes in it.", default: [:]),
            SpecField("evidence", .any, "The evidence of every case, beside what a case changes in it.", default: [:]),
            SpecField("cases", .list(.object(testCase), minimum: 1), "What must come of what.", required: true),
        ])

    private static let testCase = SpecObject([
        SpecField("name", .string(.name), "Unique in the test.", required: true),
        SpecField("now", .string(.instant), "The decision instant."),
        SpecField("subject", .object(testSubject), "What is other than in the test's subject."),
        SpecField(
            "evidence", .any, "What is other than in the test's evidence (RFC 7386: members are merged, lists replaced, null takes away)."),
        SpecField("evidenceFile", .string(.path), "A JSON file beside the test, such as an `evidence` of a record; `evidence` changes it."),
        SpecField("baseline", .any, "The evidence of what is live; none: nothing is."),
        SpecField("change", .object(testChange), "The change that is judged."),
        SpecField("params", .map(.any), "Parameters with other values."),
        SpecField("waivers", .list(.object(testWaiver), minimum: 1), "Waivers for this policy and subject."),
        SpecField("expect", .list(.object(expectation), minimum: 1), "What the rules must find.", required: true),
        SpecField("outcome", .string(.oneOf(["pass", "deny", "undecided"])), "What must come of the policy as a whole."),
    ])

    private static let testSubject = SpecObject([
        SpecField("kind", .string(.oneOf(["Model"])), "The subject's kind.", default: "Model"),
        SpecField("name", .string(.name), "The subject's name.", default: "subject"),
        SpecField("labels", .map(.string(.text)), "Its labels.", default: [:]),
        SpecField("spec", .object(model.spec.withoutRequirements), "Fields of its spec; those left out have values that are no one's concern."),
    ])

    private static let testChange = SpecObject([
        SpecField("authors", .list(.string(.email), minimum: 0), "Verified signers of the change's commits.", default: []),
        SpecField(
            "unsigned", .list(.string(.text), minimum: 0),
            "Commits of the change whose author is not known: not signed, or not by somebody whom the base knows.",
            default: []),
        SpecField("approvers", .list(.string(.email), minimum: 0), "Who approved it.", default: []),
        SpecField("files", .list(.string(.path), minimum: 0), "Paths that it touches.", default: []),
        SpecField("base", .string(.text), "The base's commit."), SpecField("head", .string(.text), "The head's commit."),
    ])

    private static let testWaiver = SpecObject([
        SpecField("rules", .list(.string(.name), minimum: 1), "Which rules; all if not given."),
        SpecField("reason", .string(.text), "Why.", default: "a test"),
        SpecField("owner", .string(.email), "Who answers for it.", default: "owner@example.org"),
        SpecField("approvers", .list(.string(.email), minimum: 0), "Who signed it beside its owner.", default: ["approver@example.org"]),
        SpecField("expires", .string(.instant), "It counts until then.", required: true),
    ])

    private static let expectation = SpecObject([
        SpecField("rule", .string(.name), "The rule.", required: true),
        SpecField(
            "state", .string(.oneOf(["pass", "fail", "undecided", "waived", "notApplied"])),
            "What it must find; `notApplied`: the policy, or this rule for want of a baseline, does not apply.", required: true),
        SpecField("message", .string(.text), "The message that it must give, word for word."),
        SpecField("taint", .string(.text), "What must be said of why it is undecided: one of the taints, or a part of one."),
    ])
}

extension SpecObject {
    /// The same with every field optional and none filled in.
    var withoutRequirements: SpecObject {
        SpecObject(fields.map { SpecField($0.name, $0.shape.withoutRequirements, $0.documentation) })
    }
}

extension SpecShape {
    fileprivate var withoutRequirements: SpecShape {
        switch self {
        case .object(let object): .object(object.withoutRequirements)
        case .string(.reference): .string(.name)
        case .list(let element, _): .list(element, minimum: 0)
        default: self
        }
    }
}

/// Cases for a policy.
public struct PolicyTest: SpecResource {
    public static let kind = "PolicyTest"
    public let resource: Resource
    public init(_ resource: Resource) { self.resource = resource }

    public struct Case: Hashable, Sendable {
        public let name: String
        /// In the test's spec.
        public let path: [String]
        public let json: JSONValue
    }

    public var policy: String { required("policy").stringValue ?? "" }
    public var cases: [Case] {
        (spec["cases"]?.arrayValue ?? []).enumerated().map { index, json in
            Case(name: json["name"]?.stringValue ?? "", path: ["spec", "cases", String(index)], json: json)
        }
    }
}

extension PolicyTest {
    /// The subject of a case. A required field that neither test nor case gives is not there: a rule that reads it is undecided.
    public func subject(of each: Case) -> Resource {
        let shared = spec["subject"] ?? [:]
        let own = each.json["subject"] ?? [:]
        func field(_ name: String) -> JSONValue? { located(each.path + ["subject", name]) ? own[name] : shared[name] ?? own[name] }
        let labels = (shared["labels"]?.objectValue ?? [:]).merging(own["labels"]?.objectValue ?? [:]) { $1 }
        let given = Self.merge(shared["spec"] ?? [:], own["spec"] ?? [:])
        let json: JSONValue = [
            "apiVersion": .string(KindDeclaration.apiVersion), "kind": field("kind") ?? "Model",
            "metadata": ["name": field("name") ?? "subject", "labels": .object(labels), "annotations": [:]],
            "spec": Kinds.model.spec.withDefaults(given),
        ]
        return Resource(kind: json["kind"]?.stringValue ?? Model.kind, path: path, located: place(of: each), json: json)
    }

    private func located(_ path: [String]) -> Bool { resource.located.value(at: path) != nil }

    private func place(of each: Case) -> LocatedValue { resource.located.value(at: each.path) ?? resource.located }

    private static func merge(_ value: JSONValue, _ changes: JSONValue) -> JSONValue {
        guard let members = value.objectValue, let others = changes.objectValue else { return changes }
        return .object(members.merging(others) { merge($0, $1) })
    }

    /// The decision instant of a case.
    public func instant(of each: Case) -> Instant {
        let text = each.json["now"]?.stringValue ?? required("now").stringValue ?? ""
        guard let instant = Instant(text) else { preconditionFailure("a checked PolicyTest has instants") }
        return instant
    }

    /// The waivers of a case, for its policy and subject.
    public func waivers(of each: Case) -> [(waiver: Waiver, approvers: [String])] {
        let subject = subject(of: each)
        return (each.json["waivers"]?.arrayValue ?? []).enumerated().map { index, given in
            var members = given.objectValue ?? [:]
            let approvers = (members.removeValue(forKey: "approvers")?.arrayValue ?? []).compactMap(\.stringValue)
            members["policy"] = .string(policy)
            members["subject"] = ["kind": .string(subject.kind), "name": .string(subject.name)]
            let json: JSONValue = [
                "apiVersion": .string(KindDeclaration.apiVersion), "kind": .string(Waiver.kind),
                "metadata": ["name": .string("waiver-\(index + 1)"), "labels": [:], "annotations": [:]], "spec": .object(members),
            ]
            return (Waiver(Resource(kind: Waiver.kind, path: path, located: place(of: each), json: json)), approvers)
        }
    }
}

extension SpecObject {
    /// The members given, with the declared values of those that are not, all the way down.
    func withDefaults(_ json: JSONValue) -> JSONValue {
        var members = json.objectValue ?? [:]
        for field in fields {
            if let given = members[field.name] {
                if case .object(let object) = field.shape { members[field.name] = object.withDefaults(given) }
            } else if let value = field.defaultValue {
                members[field.name] = value
            }
        }
        return .object(members)
    }
}
