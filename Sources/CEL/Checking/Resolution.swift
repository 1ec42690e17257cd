/// Finds out what dotted names mean (cel-spec, "Name Resolution"): variables with dots in their names, functions of namespaces, and names within
/// the environment's container, the innermost first. Variables of comprehensions come before all of them; a name with a leading dot means the
/// outermost.
struct Resolution {
    private let environment: CELEnvironment
    private var locals: [String] = []

    init(_ environment: CELEnvironment) { self.environment = environment }

    mutating func resolve(_ node: Expr) -> Expr {
        switch node.kind {
        case .literal: return node
        case .identifier(let name): return Expr(id: node.id, range: node.range, kind: .identifier(resolved(name) ?? name))
        case .select(let operand, let field, let isTest):
            if !isTest, environment.hasDottedNames, let name = Self.dotted(node), let variable = resolved(name), variable.contains(".") {
                return Expr(id: node.id, range: node.range, kind: .identifier(variable))
            }
            return Expr(id: node.id, range: node.range, kind: .select(operand: resolve(operand), field: field, isTest: isTest))
        case .list(let elements): return Expr(id: node.id, range: node.range, kind: .list(elements.map { resolve($0) }))
        case .map(let entries):
            return Expr(id: node.id, range: node.range, kind: .map(entries.map { (resolve($0.key), resolve($0.value)) }))
        case .call(let function, let target, let arguments):
            let resolved = arguments.map { resolve($0) }
            if let target {
                if let name = Self.dotted(target), let global = global("\(name).\(function)") {
                    return Expr(id: node.id, range: node.range, kind: .call(function: global, target: nil, arguments: resolved))
                }
                return Expr(id: node.id, range: node.range, kind: .call(function: function, target: resolve(target), arguments: resolved))
            }
            return Expr(id: node.id, range: node.range, kind: .call(function: global(function) ?? function, target: nil, arguments: resolved))
        case .comprehension(let fold): return Expr(id: node.id, range: node.range, kind: .comprehension(resolve(fold)))
        }
    }

    private mutating func resolve(_ fold: Expr.Comprehension) -> Expr.Comprehension {
        let range = resolve(fold.range)
        let initial = resolve(fold.initial)
        let outer = locals.count
        locals += [fold.variable, fold.accumulator] + (fold.secondVariable.map { [$0] } ?? [])
        let condition = resolve(fold.condition)
        let step = resolve(fold.step)
        locals.removeSubrange(outer...)
        locals.append(fold.accumulator)
        let result = resolve(fold.result)
        locals.removeSubrange(outer...)
        return Expr.Comprehension(
            range: range, variable: fold.variable, secondVariable: fold.secondVariable, accumulator: fold.accumulator, initial: initial,
            condition: condition, step: step, result: result)
    }

    /// `a.b.c` of a chain of plain selections; nil for anything else.
    private static func dotted(_ node: Expr) -> String? {
        switch node.kind {
        case .identifier(let name): name
        case .select(let operand, let field, false): dotted(operand).map { "\($0).\(field)" }
        default: nil
        }
    }

    /// The declared variable or type that a name means here; nil if it is a local one or unknown.
    private func resolved(_ name: String) -> String? {
        let isAbsolute = name.hasPrefix(".")
        if !isAbsolute, isLocal(name) { return nil }
        let found = first(of: name) { environment.variables[$0] != nil || environment.types[$0] != nil }
        // The dot stays where a variable of a comprehension would be taken for it.
        guard isAbsolute, let found, isLocal(found) else { return found }
        return "." + found
    }

    private func global(_ name: String) -> String? {
        if name.utf8.contains(UInt8(ascii: ".")), isLocal(name) { return nil }
        return first(of: name) { environment.globalFunctions.contains($0) }
    }

    /// Whether a name begins with a variable of an enclosing comprehension.
    private func isLocal(_ name: String) -> Bool {
        !locals.isEmpty && locals.contains(String(Substring(name.utf8.prefix { $0 != UInt8(ascii: ".") })))
    }

    /// The innermost of a name's candidates that is declared.
    private func first(of name: String, where isDeclared: (String) -> Bool) -> String? {
        guard !environment.container.isEmpty || name.hasPrefix(".") else { return isDeclared(name) ? name : nil }
        return candidates(name).first(where: isDeclared)
    }

    /// In container `a.b`: `a.b.name`, `a.name`, `name`.
    private func candidates(_ name: String) -> [String] {
        if name.hasPrefix(".") { return [String(name.dropFirst())] }
        var container = environment.container.split(separator: ".")
        var candidates: [String] = []
        while !container.isEmpty {
            candidates.append(container.joined(separator: ".") + "." + name)
            container.removeLast()
        }
        return candidates + [name]
    }
}
