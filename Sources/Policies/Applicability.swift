import Basics
import Specs

/// Which policies select a subject, by kind and labels.
enum Matching {
    static func selects(_ policy: Policy, _ input: JudgementInput) -> Bool { objection(policy, input) == nil }

    /// Why a policy selects neither the subject as it would be nor as it is in the base; nil if it selects one of them.
    static func objection(_ policy: Policy, _ input: JudgementInput) -> String? {
        guard let objection = objection(policy, input.subject) else { return nil }
        return input.baseSubject.map { self.objection(policy, $0) == nil } == true ? nil : objection
    }

    private static func objection(_ policy: Policy, _ subject: Resource) -> String? {
        guard policy.kinds.contains(subject.kind) else { return "it is for \(policy.kinds.joined(separator: ", "))" }
        let lacking = policy.labels.filter { subject.metadata.labels[$0.key] != $0.value }.map { "\($0.key)=\($0.value)" }.sorted()
        return lacking.isEmpty ? nil : "the label \(lacking.joined(separator: " and ")) is lacking"
    }
}

/// When a policy holds.
enum Validity {
    static func isInForce(_ policy: Policy, among all: [Policy], at instant: Instant) -> Bool { objection(policy, among: all, at: instant) == nil }

    /// Why a policy is not in force; nil if it is.
    static func objection(_ policy: Policy, among all: [Policy], at instant: Instant) -> String? {
        if let objection = objection(policy, at: instant) { return objection }
        // A successor that is not yet, or no longer, in force replaces nothing; what has replaced it does.
        return successors(of: policy, among: all).first { objection($0, at: instant) == nil }.map { "it is superseded by \($0.name)" }
    }

    /// When it may begin or cease to be in force.
    static func boundaries(of policy: Policy, among all: [Policy]) -> [Instant] {
        ([policy] + successors(of: policy, among: all)).flatMap { [$0.effectiveFrom, $0.effectiveUntil] }.compactMap { $0 }
    }

    /// What supersedes a policy, what supersedes that, and so on, each once.
    private static func successors(of policy: Policy, among all: [Policy]) -> [Policy] {
        var found: [Policy] = []
        var next = policy.supersededBy
        while let name = next, name != policy.name, !found.contains(where: { $0.name == name }), let successor = all.first(where: { $0.name == name })
        {
            found.append(successor)
            next = successor.supersededBy
        }
        return found
    }

    private static func objection(_ policy: Policy, at instant: Instant) -> String? {
        if let from = policy.effectiveFrom, instant < from { return "it begins at \(from)" }
        if let until = policy.effectiveUntil, instant >= until { return "it ended at \(until)" }
        return nil
    }
}
