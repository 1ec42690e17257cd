import Attestations
import Basics
import CEL
import Diagnostics
import LocatedYAML
import OrderedCollections
import Specs

/// Policies that judge nobody, and attributes that nobody measures.
struct MatchCheck {
    private let policy: CompiledPolicy
    private let catalog: Catalog

    init(_ policy: CompiledPolicy, _ catalog: Catalog) {
        self.policy = policy
        self.catalog = catalog
    }

    var problems: [Diagnostic] {
        let judged = catalog.models.values.filter { mayJudge($0.resource) }
        guard !judged.isEmpty else {
            // It may judge what could not be read, of which something else is said.
            guard !catalog.mayLack(Model.kind) else { return [] }
            return [
                Diagnostic(
                    .policyMatchesNothing, "the policy '\(policy.name)' matches nothing in this repository",
                    at: policy.policy.resource.span(at: ["spec", "match"]),
                    hint: catalog.models.isEmpty ? "there is no model yet" : "look at match and matchConditions")
            ]
        }
        return policy.policy.pack == nil && !catalog.mayLack(Model.kind) && !catalog.mayLack(Dataset.kind)
            ? unmeasuredAttributes(of: Array(judged)) : []
    }

    /// As far as it can be told without evidence, change and time.
    private func mayJudge(_ subject: Resource) -> Bool {
        let input = JudgementInput(subject: subject, evidence: [:], instant: Instant(secondsSinceEpoch: 0))
        guard Matching.selects(policy.policy, input) else { return false }
        if policy.conditions.contains(where: { $0.checked.ast.mentions(EvidenceRoots.dotted("now")) }) { return true }
        if case .doesNotApply = RuleEvaluation(policy: policy, input: input).applicability { return false }
        return true
    }

    /// `evidence.fairness['sexx']`: an attribute that no judged model's data set protects leaves the rule undecided for ever.
    private func unmeasuredAttributes(of models: [Model]) -> [Diagnostic] {
        let measured = Set(models.flatMap { measuredAttributes(of: $0) })
        let known = measured.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var problems: [Diagnostic] = []
        for expression in policy.expressions {
            expression.checked.ast.walk { node in
                guard let (key, range) = Self.fairnessKey(node), !measured.contains(key) else { return }
                problems.append(
                    Diagnostic(
                        .policyUnmeasuredAttribute, "no model that this policy judges is measured by '\(key)'",
                        at: expression.text.span(ofCodePoints: range),
                        hint: NameSuggestion.nearest(to: key, among: known).map { "did you mean '\($0)'?" }
                            ?? (known.isEmpty ? "no column of their data sets is protected" : "protected are: \(known.joined(separator: ", "))")))
            }
        }
        return problems
    }

    /// Those of its evaluation, or the protected columns of its data, and the combinations that are asked for.
    private func measuredAttributes(of model: Model) -> [String] {
        let single =
            model.spec["evaluation"]?["protected"]?.arrayValue?.compactMap(\.stringValue)
            ?? catalog.datasets[model.datasetName]?.columns.filter(\.isProtected).map(\.name) ?? []
        let crossed = model.spec["evaluation"]?["intersections"]?.arrayValue ?? []
        return single + crossed.map { ($0.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ",") }
    }

    /// The key, and its place, of a read of one entry of `evidence.fairness` or `baseline.fairness`.
    private static func fairnessKey(_ node: Expr) -> (String, Range<Int>)? {
        func isFairness(_ operand: Expr) -> Bool {
            guard case .select(let root, "fairness", false) = operand.kind, case .identifier(let name) = root.kind else { return false }
            return EvidenceRoots.names.contains(name)
        }
        switch node.kind {
        case .call("_[_]", nil, let operands):
            guard isFairness(operands[0]), case .literal(.string(let key)) = operands[1].kind else { return nil }
            return (key, operands[1].range)
        case .select(let operand, let field, _) where isFairness(operand): return (field, node.range)
        default: return nil
        }
    }
}
