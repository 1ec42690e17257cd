import Attestations
import Basics
import CEL
import Specs

/// Tells the parts of a policy's expressions that give the same whatever is measured, of whomever and whenever. Parameters count as constant: they are
/// as the repository has them.
struct ConstantFolding {
    private let policy: CompiledPolicy
    private let parameters: Value
    /// The variables that read what may change, themselves or through others.
    private let dependent: Set<String>

    init(_ policy: CompiledPolicy) {
        self.policy = policy
        parameters = Value(.object(policy.parameters))
        dependent = policy.variables.namesOfThose { $0.mentions(Self.changing) }
    }

    /// What the part gives always; nil if that depends. `all` and `exists` count as going through something.
    func constant(_ expression: CompiledPolicy.Expression, _ node: Expr, bound: Set<String> = []) -> Bool? {
        folded(expression, node, bound: bound) ?? settled(expression, node, bound: bound)
    }

    private func folded(_ expression: CompiledPolicy.Expression, _ node: Expr, bound: Set<String>) -> Bool? {
        func of(_ operand: Expr) -> Bool? { constant(expression, operand, bound: bound) }
        switch node.kind {
        case .call("_&&_", nil, let operands): return Self.conjunction(of(operands[0]), of(operands[1]))
        case .call("_||_", nil, let operands): return Self.conjunction(of(operands[0]).map { !$0 }, of(operands[1]).map { !$0 }).map { !$0 }
        case .call("!_", nil, let operands): return of(operands[0]).map { !$0 }
        case .call("_?_:_", nil, let operands):
            guard let choice = of(operands[0]) else {
                let branches = (of(operands[1]), of(operands[2]))
                return branches.0 == branches.1 ? branches.0 : nil
            }
            return of(operands[choice ? 1 : 2])
        case .comprehension(let fold):
            guard case .call(let function, nil, let operands) = fold.step.kind, ["_&&_", "_||_"].contains(function),
                case .identifier(fold.accumulator) = operands[0].kind, depends(node, bound: bound)
            else { return evaluated(expression, node, bound: bound) }
            let inner = bound.union([fold.variable]).union(fold.secondVariable.map { [$0] } ?? [])
            return constant(expression, operands[1], bound: inner)
        default: return evaluated(expression, node, bound: bound)
        }
    }

    /// Nil for what is open unless one side settles it.
    private static func conjunction(_ left: Bool?, _ right: Bool?) -> Bool? {
        if left == false || right == false { return false }
        return left == true && right == true ? true : nil
    }

    private func evaluated(_ expression: CompiledPolicy.Expression, _ node: Expr, bound: Set<String>) -> Bool? {
        if case .bool(let flag)? = value(expression, node, bound: bound) { flag } else { nil }
    }

    /// The value of a part that depends on nothing; nil for any other.
    func value(_ expression: CompiledPolicy.Expression, _ node: Expr, bound: Set<String>) -> Value? {
        guard !depends(node, bound: bound) else { return nil }
        do throws(CELEvaluationError) {
            return try expression.checked.part(node).evaluate(["params": parameters, "variables": constants])
        } catch {
            // An error is what the rule gives, and that is reported when it is judged.
            return nil
        }
    }

    /// The variables that depend on nothing. Each depends on earlier ones only.
    private var constants: Value {
        var known: [(String, Value)] = []
        for variable in policy.variables where !depends(variable.checked.ast, bound: []) {
            let bindings: [String: Value] = ["params": parameters, "variables": .map(MapValue(known))]
            do throws(CELEvaluationError) {
                known.append((variable.name, try variable.checked.evaluate(bindings)))
            } catch {
                continue
            }
        }
        return .map(MapValue(known))
    }

    private static let changing = ["evidence", "baseline", "subject", "change", "now"].reduce(into: Set<String>()) {
        $0.formUnion(EvidenceRoots.dotted($1))
    }

    /// Whether a part reads what may change, itself or through variables.
    func depends(_ node: Expr, bound: Set<String>) -> Bool {
        node.mentions(Self.changing.union(bound)) || node.reads(variables: dependent)
    }
}
