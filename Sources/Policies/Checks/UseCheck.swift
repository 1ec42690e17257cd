import Basics
import CEL
import Diagnostics
import LocatedYAML
import Specs

/// Variables and parameters that nothing reads.
struct UseCheck {
    private let policy: CompiledPolicy
    private let catalog: Catalog

    init(_ policy: CompiledPolicy, _ catalog: Catalog) {
        self.policy = policy
        self.catalog = catalog
    }

    var problems: [Diagnostic] {
        let variables = policy.variables.enumerated().filter { !reads("variables", $1.name) }.map { index, variable in
            unused("variable", variable.name, at: ["spec", "variables", String(index), "name"])
        }
        let own = policy.policy.spec["params"]?.objectValue ?? [:]
        let parameters = own.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.filter { !reads("params", $0) }
        return variables + parameters.map { unused("parameter", $0, at: ["spec", "params", $0]) }
    }

    private func unused(_ what: String, _ name: String, at path: [String]) -> Diagnostic {
        Diagnostic(
            .policyUnusedName, "the \(what) '\(name)' is read by nothing", at: policy.policy.resource.span(at: path),
            hint: "remove it, or let a rule read it")
    }

    /// Whether some expression selects `field` of `root`. One that hands on the whole root may read anything.
    private func reads(_ root: String, _ field: String) -> Bool {
        let names = EvidenceRoots.dotted(root)
        return policy.expressions.contains { expression in
            var selected: Set<Int> = []
            var found = false
            expression.checked.ast.walk { node in
                if case .select(let operand, let name, _) = node.kind, case .identifier(let identifier) = operand.kind, names.contains(identifier) {
                    selected.insert(operand.id)
                    if name == field { found = true }
                }
                if case .call("_[_]", _, let operands) = node.kind, case .identifier(let identifier) = operands[0].kind, names.contains(identifier),
                    case .literal(.string(let key)) = operands[1].kind
                {
                    selected.insert(operands[0].id)
                    if key == field { found = true }
                }
            }
            expression.checked.ast.walk { node in
                if case .identifier(let name) = node.kind, names.contains(name), !selected.contains(node.id) { found = true }
            }
            return found
        }
    }
}
