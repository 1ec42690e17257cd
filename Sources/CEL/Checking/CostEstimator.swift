extension CheckedExpression {
    /// What an evaluation costs at least and at most, as far as the expression and the types of its variables tell.
    public var estimatedCost: CostEstimate {
        var estimator = CostEstimator(self)
        return estimator.estimate(ast).cost
    }
}

/// Adds up what the operations of a prepared expression will spend. An error or a side of `&&` and `||` that decides may end an evaluation early:
/// minima hold for evaluations that give a value.
private struct CostEstimator {
    private let expression: CheckedExpression
    private var locals: [(name: String, extent: Extent)] = []

    init(_ expression: CheckedExpression) { self.expression = expression }

    mutating func estimate(_ node: Expr) -> (cost: CostEstimate, extent: Extent) {
        switch node.kind {
        case .literal(let value): return (.nothing, Extent(value))
        case .identifier(let name):
            let local = name.hasPrefix(".") ? nil : locals.last { $0.name == name }
            return (CostEstimate(1), local?.extent ?? typed(node))
        case .select(let operand, _, let isTest):
            return (estimate(operand).cost + CostEstimate(1), isTest ? .scalar : typed(node))
        case .list(let elements):
            var cost = CostEstimate(Budget.list)
            var inner: Extent?
            for element in elements {
                let (added, extent) = member(element)
                cost += added
                inner = inner?.or(extent) ?? extent
            }
            let fewest = elements.count { !Self.isOptional($0) }
            return (cost, .collection(UInt64(fewest), UInt64(elements.count), of: inner ?? .scalar))
        case .map(let entries):
            var cost = CostEstimate(Budget.map)
            var inner: Extent?
            for (key, value) in entries {
                let (added, extent) = member(value)
                cost += estimate(key).cost + added
                inner = inner?.or(extent) ?? extent
            }
            let fewest = entries.count { !Self.isOptional($0.value) }
            return (cost, .collection(UInt64(fewest), UInt64(entries.count), of: inner ?? .scalar))
        case .call(let function, let target, let arguments): return call(node, function, (target.map { [$0] } ?? []) + arguments)
        case .comprehension(let fold): return comprehension(fold)
        }
    }

    /// What the type tells.
    private func typed(_ node: Expr) -> Extent { Extent(expression.type(of: node.id)) }

    private static func isOptional(_ node: Expr) -> Bool { if case .call("@optional", nil, _) = node.kind { true } else { false } }

    private mutating func member(_ node: Expr) -> (CostEstimate, Extent) {
        guard case .call("@optional", nil, let arguments) = node.kind else { return estimate(node) }
        return (estimate(arguments[0]).cost, .unknown)
    }

    private mutating func call(_ node: Expr, _ function: String, _ operands: [Expr]) -> (CostEstimate, Extent) {
        switch function {
        case "_&&_", "_||_":
            // Either side may decide alone: the left one before the right, the right one over the left one's early error.
            let (left, right) = (estimate(operands[0]).cost, estimate(operands[1]).cost)
            return (CostEstimate(min(left.minimum, right.minimum), (left + right).upper), .scalar)
        case "_?_:_":
            let (yes, no) = (estimate(operands[1]), estimate(operands[2]))
            return (estimate(operands[0]).cost + yes.cost.or(no.cost), yes.extent.or(no.extent))
        case "@not_strictly_false": return (estimate(operands[0]).cost.orNothing, .scalar)
        case "@insert":
            let (map, entry) = (estimate(operands[0]), estimate(operands[1]))
            return (map.cost + entry.cost + CostEstimate(1, 2), map.extent)
        case "_?._": return (estimate(operands[0]).cost + CostEstimate(1), .unknown)
        default: break
        }
        var cost = CostEstimate.nothing
        var extents: [Extent] = []
        for operand in operands {
            let (added, extent) = estimate(operand)
            cost += added
            extents.append(extent)
        }
        if extents.count == 1, let function = UnaryFunction(rawValue: function) { return (cost + unary(function, extents[0]), typed(node)) }
        if extents.count == 2, let function = BinaryFunction(rawValue: function) {
            let (added, extent) = binary(function, extents[0], extents[1], operands, node)
            return (cost + added, extent)
        }
        let isMember = if case .call(_, _?, _) = node.kind { true } else { false }
        let estimates = expression.environment.libraries.compactMap {
            $0.function(named: function, isMember: isMember)?.estimate(extents, operands)
        }
        return (cost + CostEstimate(1) + estimates.dropFirst().reduce(estimates.first ?? .nothing) { $0.or($1) }, typed(node))
    }

    private func unary(_ function: UnaryFunction, _ operand: Extent) -> CostEstimate {
        switch function {
        case .negate, .not, .size, .dyn, .type: CostEstimate(1)
        default: operand.traversal.or(CostEstimate(1))
        }
    }

    private func binary(
        _ function: BinaryFunction, _ left: Extent, _ right: Extent, _ operands: [Expr], _ node: Expr
    ) -> (CostEstimate, Extent) {
        switch function {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            if operands.contains(where: { expression.type(of: $0.id).isFixedSize }) { return (CostEstimate(1), .scalar) }
            guard function == .equal || function == .notEqual else {
                return (CostEstimate(1, max(1, min(left.traversal.upper, right.traversal.upper))), .scalar)
            }
            return (CostEstimate(1, max(1, min(left.deepTraversal.upper, right.deepTraversal.upper))), .scalar)
        case .subtract, .multiply, .divide, .modulo: return (CostEstimate(1), .scalar)
        case .add:
            guard !expression.type(of: node.id).isFixedSize else { return (CostEstimate(1), .scalar) }
            let sum = Extent.bytes(left.minimum.adding(right.minimum), left.maximum.adding(right.maximum))
            let extent = Extent.collection(sum.minimum, sum.maximum, of: left.element.or(right.element))
            return (CostEstimate(1) + sum.traversal.orNothing, extent)
        case .index, .optionalIndex: return (CostEstimate(1), function == .index ? left.element : .unknown)
        case .isIn:
            let each = expression.type(of: operands[0].id).isFixedSize ? 0 : left.deepTraversal.upper
            return (CostEstimate(1, max(1, right.maximum.multiplying(each.adding(1)))), .scalar)
        case .startsWith, .endsWith: return (right.traversal, .scalar)
        case .contains:
            let product = left.traversal.upper.multiplying(right.traversal.upper)
            return (CostEstimate(left.traversal.minimum * right.traversal.minimum, product), .scalar)
        }
    }

    private mutating func comprehension(_ fold: Expr.Comprehension) -> (CostEstimate, Extent) {
        let range = estimate(fold.range)
        let initial = estimate(fold.initial)
        let outer = locals.count
        defer { locals.removeSubrange(outer...) }
        if case .list(let elements) = fold.range.kind, elements.isEmpty, case .literal(.bool(false)) = fold.condition.kind {
            locals.append((fold.accumulator, initial.extent))
            let body = estimate(fold.result)
            return (initial.cost + body.cost, body.extent)
        }
        // What is collected has at most as many elements as there are turns, of whatever content.
        let isCollected = if case .list = fold.initial.kind { true } else if case .map = fold.initial.kind { true } else { false }
        let collected = isCollected ? Extent.collection(0, range.extent.maximum, of: .unknown) : initial.extent
        locals.append((fold.accumulator, collected))
        let condition = estimate(fold.condition).cost
        let isList = if case .list = expression.type(of: fold.range.id) { true } else { false }
        locals.append((fold.variable, fold.secondVariable == nil && isList ? range.extent.element : isList ? .scalar : .unknown))
        if let second = fold.secondVariable { locals.append((second, range.extent.element)) }
        let turn = condition + CostEstimate(1) + estimate(fold.step).cost
        locals.removeSubrange((outer + 1)...)
        let result = estimate(fold.result)
        // Only what cannot stop early goes through everything.
        let isWhole = if case .literal(.bool(true)) = fold.condition.kind { true } else { false }
        let least = isWhole ? range.extent.minimum.multiplying(turn.minimum) : 0
        let turns = CostEstimate(least, range.extent.maximum.multiplying(turn.upper))
        return (range.cost + initial.cost + turns + result.cost, result.extent)
    }
}

extension CELType {
    /// Whether its values have no length.
    fileprivate var isFixedSize: Bool {
        switch self {
        case .null, .bool, .int, .uint, .double, .timestamp, .duration, .type, .object: true
        default: false
        }
    }
}
