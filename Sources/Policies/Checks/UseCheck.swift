import Basics
import CEL
import Diagnostics
import LocatedYAML
import OrderedCollections
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

    /// Values of parameters' resources that no policy with such a `paramsRef` reads: a slip in a name would leave the policy's own value in force.
    static func unreadValues(_ policies: [CompiledPolicy], _ catalog: Catalog) -> [Diagnostic] {
        guard !catalog.mayLack(Policy.kind) else { return [] }
        return catalog.policyParameters.values.flatMap { parameters -> [Diagnostic] in
            let readers = policies.filter { $0.policy.parametersName == parameters.name }.map { UseCheck($0, catalog) }
            // What a policy reads that does not compile is not known.
            guard readers.count == catalog.policies.values.count(where: { $0.parametersName == parameters.name }) else { return [] }
            let names = Set(readers.flatMap { $0.policy.policy.spec["params"]?.objectValue.map { Array($0.keys) } ?? [] }).sorted()
            let entries = parameters.resource.located.value(at: ["spec", "values"])?.entries ?? []
            return entries.filter { entry in !readers.contains { $0.reads("params", entry.key.value) } }.map { entry in
                Diagnostic(
                    .policyUnusedName, "the value '\(entry.key.value)' is read by no policy with `paramsRef: \(parameters.name)`", at: entry.key.span,
                    hint: NameSuggestion.nearest(to: entry.key.value, among: names).map { "did you mean '\($0)'?" }
                        ?? "remove it, or let a rule read it")
            }
        }
    }

    private func unused(_ what: String, _ name: String, at path: [String]) -> Diagnostic {
        Diagnostic(
            .policyUnusedName, "the \(what) '\(name)' is read by nothing", at: keySpan(at: path) ?? policy.policy.resource.span(at: path),
            hint: "remove it, or let a rule read it")
    }

    /// A parameter's name is a key; a variable's stands in a field.
    private func keySpan(at path: [String]) -> SourceSpan? {
        guard path.dropLast().last == "params", let name = path.last else { return nil }
        return policy.policy.resource.located.value(at: path.dropLast())?.entries?.first { $0.key.value == name }?.key.span
    }

    /// The expressions that decide or tell something: not the variables that only others of their kind read.
    private var reachable: [CompiledPolicy.Expression] {
        var reached = policy.conditions + policy.rules.flatMap { [$0.expression] + ($0.messageExpression.map { [$0] } ?? []) }
        // A variable sees those before it only.
        for variable in policy.variables.reversed() where Self.reads("variables", variable.name, in: reached) { reached.append(variable) }
        return reached
    }

    private func reads(_ root: String, _ field: String) -> Bool { Self.reads(root, field, in: reachable) }

    /// Whether some expression selects `field` of `root`. One that hands on the whole root may read anything.
    private static func reads(_ root: String, _ field: String, in expressions: [CompiledPolicy.Expression]) -> Bool {
        let names = EvidenceRoots.dotted(root)
        return expressions.contains { expression in
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
