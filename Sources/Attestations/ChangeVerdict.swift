public import Basics

/// The judgement of a change: of every subject it affects, and of what it touches that is guarded.
///
/// It names what was judged. When the base moves, it is void.
public struct ChangeVerdict: Hashable, Sendable {
    /// Hexadecimal commit names; base is nil for a first push.
    public let base: String?
    public let head: String
    /// The merge result's tree; nil where there is none, because of conflicts.
    public let tree: String?
    public let instant: Instant
    public let subjects: [Verdict]
    /// About the change as a whole: guarded paths, the root of trust, conflicts.
    public let findings: [Finding]

    public init(base: String?, head: String, tree: String?, instant: Instant, subjects: [Verdict], findings: [Finding]) {
        self.base = base
        self.head = head
        self.tree = tree
        self.instant = instant
        self.subjects = subjects
        self.findings = findings
    }

    public var outcome: Outcome {
        (subjects.map(\.outcome) + findings.map(\.outcome)).reduce(.pass) { $0.combined(with: $1) }
    }

    public var json: JSONValue {
        JSONValue.object([
            "kind": "GateReport", "apiVersion": "proviso.dev/v1alpha1", "outcome": .string(outcome.rawValue),
            "base": base.map { .string($0) } ?? .null, "head": .string(head), "tree": tree.map { .string($0) } ?? .null,
            "instant": .string(instant.description), "subjects": .array(subjects.map(\.json)), "findings": .array(findings.map(\.json)),
        ]).droppingNulls
    }
}
