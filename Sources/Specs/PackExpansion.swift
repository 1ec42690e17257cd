import Basics
import Diagnostics
import LocatedYAML
import PolicyPacks

/// Makes the policies of a pack in use into policies of the repository.
struct PackExpansion {
    let use: PackUse
    private(set) var diagnostics: [Diagnostic] = []

    init(_ use: PackUse) { self.use = use }

    mutating func policies() -> [Policy] {
        guard let pack = PolicyPack.named(use.uses) else {
            let known = PolicyPack.all.map(\.reference)
            report(
                .danglingReference, "there is no pack '\(use.uses)'", ["uses"],
                SpecDecoder.suggestion(for: use.uses, among: known) ?? "there are: \(known.joined(separator: ", "))")
            return []
        }
        let contents = PackContents(pack)
        checkParameters(contents)
        let off = switchedOff(contents)
        guard diagnostics.isEmpty else { return [] }
        return contents.policies.compactMap { policy in
            let rules = policy.ruleNames.filter { !off.contains("\(policy.name)/\($0)") }
            return rules.isEmpty ? nil : derived(policy, keeping: Set(rules), of: pack)
        }
    }

    private mutating func checkParameters(_ contents: PackContents) {
        let known = contents.parameters
        for (name, value) in use.parameters.sorted(by: { $0.key < $1.key }) {
            guard let old = known[name] else {
                let names = known.keys.sorted()
                report(
                    .unknownField, "the pack \(use.uses) has no parameter '\(name)'", ["params", name],
                    SpecDecoder.suggestion(for: name, among: names) ?? "there are: \(names.joined(separator: ", "))")
                continue
            }
            if old.kindName != value.kindName {
                report(.wrongType, "'\(name)' must be \(old.kindName), as in the pack, not \(value.kindName)", ["params", name], nil)
            }
        }
    }

    /// Rules by `policy/rule`.
    private mutating func switchedOff(_ contents: PackContents) -> Set<String> {
        var off: Set<String> = []
        for (index, name) in use.off.enumerated() {
            let rules = contents.policies.flatMap { policy in policy.ruleNames.map { "\(policy.name)/\($0)" } }
            let covered = rules.filter { $0 == name || $0.hasPrefix(name + "/") }
            if covered.isEmpty {
                let known = contents.policies.map(\.name) + rules
                report(
                    .danglingReference, "the pack \(use.uses) has no policy or rule '\(name)'", ["off", String(index)],
                    SpecDecoder.suggestion(for: name, among: known) ?? "there are: \(known.joined(separator: ", "))")
            }
            off.formUnion(covered)
        }
        return off
    }

    private func derived(_ policy: Policy, keeping rules: Set<String>, of pack: PolicyPack) -> Policy {
        var json = policy.json.objectValue ?? [:]
        var metadata = json["metadata"]?.objectValue ?? [:]
        metadata["name"] = .string("\(use.name).\(policy.name)")
        var annotations = metadata["annotations"]?.objectValue ?? [:]
        annotations[PackOrigin.reference] = .string(pack.reference)
        annotations[PackOrigin.digest] = .string(pack.digest.description)
        metadata["annotations"] = .object(annotations)
        json["metadata"] = .object(metadata)
        var spec = json["spec"]?.objectValue ?? [:]
        let own = spec["params"]?.objectValue ?? [:]
        spec["params"] = .object(own.overridden(by: use.parameters.filter { own[$0.key] != nil }))
        var match = spec["match"]?.objectValue ?? [:]
        match["labels"] = .object((match["labels"]?.objectValue ?? [:]).merging(use.labels) { $1 })
        spec["match"] = .object(match)
        if let actions = use.actions { spec["validationActions"] = actions }
        spec["validations"] = .array((spec["validations"]?.arrayValue ?? []).filter { rules.contains($0["name"]?.stringValue ?? "") })
        json["spec"] = .object(spec)
        let located = policy.resource.located.filtering(["spec", "validations"]) { rules.contains($0["name"]?.text?.value ?? "") }
        return Policy(Resource(kind: Policy.kind, path: policy.path, located: located, json: .object(json)))
    }

    private mutating func report(_ code: DiagnosticCode, _ message: String, _ path: [String], _ hint: String?) {
        diagnostics.append(Diagnostic(code, message, at: use.resource.span(at: ["spec"] + path), hint: hint))
    }
}

/// Where a policy that a pack gave notes its pack.
enum PackOrigin {
    static let reference = "proviso.dev/pack"
    static let digest = "proviso.dev/pack-digest"
}

extension Policy {
    /// The pack that it came from, with its digest; nil for a policy of the repository itself.
    public var pack: String? {
        guard let reference = metadata.annotations[PackOrigin.reference], let digest = metadata.annotations[PackOrigin.digest] else { return nil }
        return "\(reference) \(digest)"
    }
}

extension JSONValue {
    fileprivate var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .int, .double: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "a mapping"
        }
    }
}

extension LocatedValue {
    /// Without those elements of the list at a path of keys that `isKept` rejects.
    fileprivate func filtering(_ path: [String], _ isKept: (LocatedValue) -> Bool) -> LocatedValue {
        guard let key = path.first else {
            guard case .sequence(let elements) = node else { return self }
            return LocatedValue(node: .sequence(elements.filter(isKept)), span: span, text: text, isPlain: isPlain)
        }
        guard case .mapping(let entries) = node else { return self }
        let changed = entries.map { entry in
            entry.key.value == key ? Entry(key: entry.key, value: entry.value.filtering(Array(path.dropFirst()), isKept)) : entry
        }
        return LocatedValue(node: .mapping(changed), span: span, text: text, isPlain: isPlain)
    }
}
