public import Basics
public import Diagnostics

/// A difference between two catalogues.
public struct FieldChange: Hashable, Sendable {
    public let kind: String
    public let name: String
    /// The file whose owners decide: where the resource was, or where it comes to be. Not where it moves to: nobody gains a say by moving it.
    public let file: String
    /// Within the resource, such as `spec.decision.threshold`; `path` for its file; empty for a resource that came or went.
    public let path: [String]
    public let old: JSONValue?
    public let new: JSONValue?
    public let span: SourceSpan
    /// Whether it selects or measures, so that it needs an approval.
    public let isGuarded: Bool

    public var isRemoval: Bool { new == nil && path.isEmpty }
}

extension Catalog {
    /// What changed, leaf by leaf for resources that stayed. Values with defaults filled in are compared, so writing a default out is no change.
    ///
    /// Guarded are: the fields declared so; everything about kinds declared so; every removal and every move to another file. A new model or data
    /// set is not: policies judge it. The owners of a file are those of its place in the base.
    public static func changes(from old: Catalog, to new: Catalog) -> [FieldChange] {
        var changes: [FieldChange] = []
        for resource in new.resources {
            guard let declaration = Kinds.named(resource.kind) else { continue }
            guard let before = old.resource(kind: resource.kind, name: resource.name) else {
                changes.append(
                    FieldChange(
                        kind: resource.kind, name: resource.name, file: resource.path, path: [], old: nil, new: resource.json,
                        span: resource.span(at: ["metadata", "name"]), isGuarded: declaration.isGuarded || loosensPolicies(resource)))
                continue
            }
            if before.path != resource.path {
                // Whoever moves a file changes who may approve its changes from then on: the owners of both places have a say.
                for file in [before.path, resource.path] {
                    changes.append(
                        FieldChange(
                            kind: resource.kind, name: resource.name, file: file, path: ["path"], old: .string(before.path),
                            new: .string(resource.path), span: resource.span(at: ["metadata", "name"]), isGuarded: true))
                }
            }
            compare(before.json, resource.json, .object(declaration.resource), [], declaration.isGuarded) { path, left, right, guarded in
                changes.append(
                    FieldChange(
                        kind: resource.kind, name: resource.name, file: before.path, path: path, old: left, new: right,
                        span: resource.span(at: path), isGuarded: guarded))
            }
        }
        for resource in old.resources where new.resource(kind: resource.kind, name: resource.name) == nil {
            changes.append(
                FieldChange(
                    kind: resource.kind, name: resource.name, file: resource.path, path: [], old: resource.json, new: nil,
                    span: resource.span(at: ["metadata", "name"]), isGuarded: true))
        }
        return changes
    }

    /// A new environment is not guarded, but what it sets for policies is.
    private static func loosensPolicies(_ resource: Resource) -> Bool { resource.kind == Environment.kind && resource.json["spec"]?["params"] != nil }

    private static func compare(
        _ old: JSONValue?, _ new: JSONValue?, _ shape: SpecShape, _ path: [String], _ guarded: Bool,
        _ found: ([String], JSONValue?, JSONValue?, Bool) -> Void
    ) {
        if old == new { return }
        if case .object(let object) = shape, let before = old?.objectValue, let after = new?.objectValue {
            for field in object.fields {
                compare(before[field.name], after[field.name], field.shape, path + [field.name], guarded || field.isGuarded, found)
            }
            return
        }
        if case .map(let values) = shape, let before = old?.objectValue, let after = new?.objectValue {
            for key in Set(before.keys).union(after.keys).sorted() {
                compare(before[key], after[key], values, path + [key], guarded, found)
            }
            return
        }
        // A whole object that came or went may hold guarded fields.
        found(path, old, new, guarded || shape.holdsGuarded)
    }
}

extension SpecShape {
    fileprivate var holdsGuarded: Bool {
        guard case .object(let object) = self else { return false }
        return object.fields.contains { $0.isGuarded || $0.shape.holdsGuarded }
    }
}
