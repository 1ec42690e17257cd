import CEL
import Diagnostics
import LocatedYAML

/// Rules that cannot come out differently, and parts of expressions that are never evaluated.
enum ReachCheck {
    static func problems(of policy: CompiledPolicy) -> [Diagnostic] {
        let folding = ConstantFolding(policy)
        var problems: [Diagnostic] = []
        for condition in policy.conditions {
            guard let value = folding.constant(condition, condition.checked.ast) else { continue }
            problems.append(
                value
                    ? Diagnostic(
                        .policyConstantRule, "the condition '\(condition.name)' always holds", at: condition.text.span,
                        hint: "let it read subject or evidence, or remove it")
                    : Diagnostic(
                        .policyUnreachable, "the condition '\(condition.name)' never holds, so no rule of this policy is ever judged",
                        at: condition.text.span, hint: "let it read subject or evidence"))
        }
        for rule in policy.rules {
            guard let value = folding.constant(rule.expression, rule.expression.checked.ast) else { continue }
            problems.append(
                Diagnostic(
                    .policyConstantRule, "the rule '\(rule.name)' always \(value ? "passes" : "fails"), whatever is measured",
                    at: rule.expression.text.span,
                    hint: "let it read evidence, subject or change"))
        }
        let constant = Set(problems.map(\.span))
        for expression in policy.expressions where !constant.contains(expression.text.span) {
            problems += unreachable(expression, folding)
        }
        return problems + policy.expressions.flatMap(unknownValues)
    }

    /// `subject.spec.risk == 'hihg'`: a text that the field never is.
    private static func unknownValues(_ expression: CompiledPolicy.Expression) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        expression.checked.ast.walk { node in
            guard case .call(let function, nil, let operands) = node.kind, ["_==_", "_!=_", "@in"].contains(function) else { return }
            for (field, other) in [(operands[0], operands[1]), (operands[1], operands[0])] {
                guard let values = SubjectEnumerations.values(of: field) else { continue }
                let compared = if case .list(let elements) = other.kind { elements } else { [other] }
                for each in compared {
                    guard case .literal(.string(let text)) = each.kind, !values.contains(text) else { continue }
                    problems.append(
                        Diagnostic(
                            .policyConstantRule, "\(expression.checked.text(of: field)) is never '\(text)'",
                            at: expression.text.span(ofCodePoints: each.range),
                            hint: NameSuggestion.nearest(to: text, among: values).map { "did you mean '\($0)'?" }
                                ?? "it may be \(values.joined(separator: ", "))"))
                }
            }
        }
        return problems
    }

    private static func unreachable(_ expression: CompiledPolicy.Expression, _ folding: ConstantFolding) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        func visit(_ node: Expr, _ bound: Set<String>) {
            var bound = bound
            var dead: [Expr] = []
            switch node.kind {
            case .call("_&&_", nil, let operands) where folding.constant(expression, operands[0], bound: bound) == false: dead = [operands[1]]
            case .call("_||_", nil, let operands) where folding.constant(expression, operands[0], bound: bound) == true: dead = [operands[1]]
            case .call("_?_:_", nil, let operands):
                if let choice = folding.constant(expression, operands[0], bound: bound) { dead = [operands[choice ? 2 : 1]] }
            case .comprehension(let fold): bound.formUnion([fold.variable, fold.accumulator] + (fold.secondVariable.map { [$0] } ?? []))
            default: break
            }
            for part in dead {
                problems.append(
                    Diagnostic(
                        .policyUnreachable, "'\(expression.checked.text(of: part))' is never reached: what stands before it decides always",
                        at: expression.text.span(ofCodePoints: part.range), hint: "remove it, or mend what stands before it"))
            }
            for child in node.children where !dead.contains(where: { $0.id == child.id }) { visit(child, bound) }
        }
        visit(expression.checked.ast, [])
        return problems
    }
}
