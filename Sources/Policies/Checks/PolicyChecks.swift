import Basics
import CEL
public import Diagnostics
import LocatedYAML
import OrderedCollections
public import Specs

/// What is allowed and still hardly meant: rules that cannot come out differently, parts that are never reached, names that nothing reads, policies that
/// judge nobody. For `validate`; the judge does not depend on it.
public enum PolicyChecks {
    /// Of sound policies. Those of packs have been checked where they were written, but for whom they judge.
    public static func problems(of policies: [CompiledPolicy], in catalog: Catalog) -> [Diagnostic] {
        let all = policies.map(\.policy)
        return policies.flatMap { policy -> [Diagnostic] in
            let aboutSubjects = MatchCheck(policy, catalog).problems
            guard policy.policy.pack == nil else { return aboutSubjects }
            return aboutSubjects + ReachCheck.problems(of: policy) + validity(of: policy.policy, among: all) + UseCheck(policy, catalog).problems
                + cost(of: policy)
        } + UseCheck.unreadValues(policies, catalog) + idleWaivers(catalog)
    }

    /// A waiver for nobody is heard of by nobody, not even when it has ended.
    private static func idleWaivers(_ catalog: Catalog) -> [Diagnostic] {
        guard !catalog.mayLack(Model.kind) else { return [] }
        return catalog.waivers.values.filter { waiver in
            waiver.resource.json["spec"]?["subject"]?["kind"]?.stringValue == Model.kind
                && !catalog.models.values.contains { waiver.selects($0.resource) }
        }.map { waiver in
            Diagnostic(
                .policyMatchesNothing, "the waiver '\(waiver.name)' is for no model of this repository",
                at: waiver.resource.span(at: ["spec", "subject"]), hint: "look at its name and labels, or remove it")
        }
    }

    /// A period that ends before it begins, or a successor that was there from the start.
    private static func validity(of policy: Policy, among all: [Policy]) -> [Diagnostic] {
        if let from = policy.effectiveFrom, let until = policy.effectiveUntil, until <= from {
            return [
                Diagnostic(
                    .policyUnreachable, "the policy ends before it begins, and is never in force",
                    at: policy.resource.span(at: ["spec", "effectiveUntil"]), hint: "let it end after \(from)")
            ]
        }
        guard let successor = policy.supersededBy.flatMap({ name in all.first { $0.name == name } }), successor.effectiveUntil == nil else {
            return []
        }
        let isReplacedAtOnce = successor.effectiveFrom.map { start in policy.effectiveFrom.map { start <= $0 } ?? false } ?? true
        guard isReplacedAtOnce else { return [] }
        return [
            Diagnostic(
                .policyUnreachable, "its successor '\(successor.name)' is in force from the start, so this policy never is",
                at: policy.resource.span(at: ["spec", "supersededBy"]), hint: "say with effectiveFrom in '\(successor.name)' when it takes over")
        ]
    }

    private static func cost(of policy: CompiledPolicy) -> [Diagnostic] {
        let limit = EvaluationLimits().cost
        return policy.expressions.filter { $0.checked.estimatedCost.minimum > limit }.map {
            Diagnostic(
                .policyTooCostly, "the expression costs at least \($0.checked.estimatedCost.minimum) units, and \(limit) are allowed",
                at: $0.text.span,
                hint: "go through fewer elements, or split the rule")
        }
    }
}

extension CompiledPolicy {
    /// All of them, in the order of the file's sections.
    var expressions: [Expression] { conditions + variables + rules.flatMap { [$0.expression] + ($0.messageExpression.map { [$0] } ?? []) } }
}
