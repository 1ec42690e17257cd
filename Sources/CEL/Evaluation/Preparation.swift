/// Turns a checked expression into operations.
struct Preparation {
    private let environment: CELEnvironment
    /// The variables of enclosing comprehensions, the outermost first: a variable's position here is its place in the frame.
    private var locals: [String] = []
    private let types: NodeTypes

    /// - Parameter types: of the nodes, as the checker found them; empty for an expression that was not checked.
    init(_ environment: CELEnvironment, types: NodeTypes) {
        self.environment = environment
        self.types = types
    }

    mutating func prepare(_ node: Expr) -> Operation {
        switch node.kind {
        case .literal(let value): return LiteralOperation(node, value)
        case .identifier(let name):
            if !name.hasPrefix("."), let position = locals.lastIndex(of: name) { return LocalOperation(node, position) }
            let global = name.hasPrefix(".") ? String(name.dropFirst()) : name
            return VariableOperation(node, global, type: environment.types[global])
        case .select(let operand, let field, let isTest):
            let operand = prepare(operand)
            return isTest ? PresenceOperation(node, operand, field) : SelectOperation(node, operand, field)
        case .list(let elements): return ListOperation(node, elements.map { member($0) })
        case .map(let entries): return MapOperation(node, entries.map { (prepare($0.key), member($0.value)) })
        case .call(let function, let target, let arguments): return call(node, function, target, arguments)
        case .comprehension(let fold): return comprehension(node, fold)
        }
    }

    private mutating func member(_ node: Expr) -> Member {
        guard case .call("@optional", nil, let arguments) = node.kind else { return Member(operation: prepare(node), isOptional: false) }
        return Member(operation: prepare(arguments[0]), isOptional: true)
    }

    private mutating func call(_ node: Expr, _ function: String, _ target: Expr?, _ arguments: [Expr]) -> Operation {
        switch function {
        case "_&&_": return LogicOperation(node, deciding: false, prepare(arguments[0]), prepare(arguments[1]))
        case "_||_": return LogicOperation(node, deciding: true, prepare(arguments[0]), prepare(arguments[1]))
        case "_?_:_": return ChoiceOperation(node, prepare(arguments[0]), prepare(arguments[1]), prepare(arguments[2]))
        case "@not_strictly_false": return NotStrictlyFalseOperation(node, prepare(arguments[0]))
        case "_?._":
            guard case .literal(.string(let field)) = arguments[1].kind else { preconditionFailure("the parser gives the field's name") }
            return OptionalSelectOperation(node, prepare(arguments[0]), field)
        case "_[_]":
            if case .literal(.string(let key)) = arguments[1].kind {
                return ConstantKeyOperation(node, prepare(arguments[0]), prepare(arguments[1]), key)
            }
        default: break
        }
        guard environment.arities.contains(Arity(function: function, isMember: target != nil, count: arguments.count)) else {
            return UnknownCallOperation(node, function, count: arguments.count)
        }
        var operands: [Operation] = []
        operands.reserveCapacity(arguments.count + 1)
        if let target { operands.append(prepare(target)) }
        for argument in arguments { operands.append(prepare(argument)) }
        if operands.count == 1, let function = UnaryFunction(rawValue: function) { return UnaryOperation(node, function, operands[0]) }
        if operands.count == 2, let binary = BinaryFunction(rawValue: function), binary.isMember == (target != nil) {
            return BinaryOperation(node, binary, operands[0], operands[1])
        }
        let bodies = environment.libraries.compactMap { $0.function(named: function, isMember: target != nil)?.body(types[node.id] ?? .dyn) }
        guard !bodies.isEmpty else { return UnknownCallOperation(node, function, count: arguments.count) }
        return LibraryOperation(node, bodies, operands)
    }

    private mutating func comprehension(_ node: Expr, _ fold: Expr.Comprehension) -> Operation {
        let range = prepare(fold.range)
        let initial = prepare(fold.initial)
        let outer = locals.count
        locals.append(fold.accumulator)
        let result = prepare(fold.result)
        defer { locals.removeSubrange(outer...) }
        if case .list(let elements) = fold.range.kind, elements.isEmpty, case .literal(.bool(false)) = fold.condition.kind {
            return BindOperation(node, fold, initial: initial, body: result)
        }
        let condition = prepare(fold.condition)
        locals.append(fold.variable)
        if let second = fold.secondVariable { locals.append(second) }
        let step = collecting(fold.step, fold, position: outer) ?? prepare(fold.step)
        return FoldOperation(node, fold, range: range, initial: initial, condition: condition, step: step, result: result)
    }

    /// The step of `map`, `filter` and their kin, if it is one.
    private mutating func collecting(_ step: Expr, _ fold: Expr.Comprehension, position: Int) -> Operation? {
        guard case .call(let function, nil, let arguments) = step.kind else { return nil }
        if function == "_?_:_", case .identifier(fold.accumulator) = arguments[2].kind,
            let collect = collecting(arguments[1], fold, position: position)
        {
            return ChoiceOperation(step, prepare(arguments[0]), collect, prepare(arguments[2]))
        }
        guard function == "_+_" || function == "@insert", case .identifier(fold.accumulator) = arguments[0].kind else { return nil }
        switch arguments[1].kind {
        // A nested comprehension's own accumulator has the same name: what is added never reads this one.
        case .list, .map: return CollectOperation(step, position, prepare(arguments[1]))
        default: return function == "@insert" ? CollectOperation(step, position, prepare(arguments[1])) : nil
        }
    }
}

extension BinaryFunction {
    /// Whether the first operand stands before a dot.
    var isMember: Bool { self == .contains || self == .startsWith || self == .endsWith }
}
