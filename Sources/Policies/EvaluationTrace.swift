import Attestations
import CEL

/// The values that the parts of a policy's expressions had when they were last evaluated.
final class EvaluationTrace {
    private struct Key: Hashable {
        let expression: FileLocation
        let node: Int
    }

    private var values: [Key: Value] = [:]
    /// By what `all` or `exists` asks of each element: the values as they were at each of the first elements.
    private var turns: [Key: [EvaluationTrace]] = [:]

    func record(_ expression: CompiledPolicy.Expression, node: Int, _ value: Value) {
        values[Key(expression: expression.location, node: node)] = value
    }

    /// An `all` or `exists` that asks `body` of each element begins.
    func begin(_ expression: CompiledPolicy.Expression, body: Int) { turns[Key(expression: expression.location, node: body)] = [] }

    /// An element was asked.
    func turn(_ expression: CompiledPolicy.Expression, body: Int) {
        let key = Key(expression: expression.location, node: body)
        guard let earlier = turns[key], earlier.count != CauseFinder.maximum else { return }
        let now = EvaluationTrace()
        now.values = values
        turns[key] = earlier + [now]
    }

    func turns(_ expression: CompiledPolicy.Expression, _ body: Expr) -> [EvaluationTrace] {
        turns[Key(expression: expression.location, node: body.id)] ?? []
    }

    func value(_ expression: CompiledPolicy.Expression, _ node: Expr) -> Value? { values[Key(expression: expression.location, node: node.id)] }
}

/// Finds which parts of a rule made it false.
///
/// It goes down from the rule the way the evaluation went: `&&` is false by its first false operand, `||` by both, `all` by the element at which it broke off,
/// a variable by its own expression. What is left are comparisons and plain facts.
struct CauseFinder {
    private let policy: CompiledPolicy
    private var trace: EvaluationTrace
    private(set) var causes: [Cause] = []
    /// The part of the subject that a cause reads, if one does.
    private(set) var subjectPath: [String]?

    static let maximum = 8

    init(_ policy: CompiledPolicy, _ rule: CompiledPolicy.Rule, _ trace: EvaluationTrace) {
        self.policy = policy
        self.trace = trace
        descend(rule.expression, rule.expression.checked.ast, holds: false, elements: [])
    }

    private mutating func descend(_ source: CompiledPolicy.Expression, _ node: Expr, holds: Bool, elements: [String]) {
        // Parts that variables share are met once for each way to them.
        guard causes.count < Self.maximum else { return }
        func isTrue(_ operand: Expr) -> Bool? { if case .bool(let flag)? = trace.value(source, operand) { flag } else { nil } }
        switch node.kind {
        case .call("_&&_", nil, let operands), .call("_||_", nil, let operands):
            guard case .call(let function, _, _) = node.kind else { return }
            // A conjunction is false, a disjunction true, by one operand: the first, since the second is not evaluated then.
            let isDecidedByOne = (function == "_&&_") != holds
            if isDecidedByOne, let decider = operands.first(where: { isTrue($0) == holds }) {
                descend(source, decider, holds: holds, elements: elements)
            } else {
                for operand in operands { descend(source, operand, holds: holds, elements: elements) }
            }
        case .call("!_", nil, let operands): descend(source, operands[0], holds: !holds, elements: elements)
        case .call("_?_:_", nil, let operands):
            guard let choice = isTrue(operands[0]) else { return add(source, node, holds, elements) }
            descend(source, operands[choice ? 1 : 2], holds: holds, elements: elements)
        case .comprehension(let fold):
            if case .literal(.bool(false)) = fold.condition.kind { return descend(source, fold.result, holds: holds, elements: elements) }
            guard let body = Self.body(of: fold) else { return add(source, node, holds, elements) }
            let inner = elements + [fold.variable] + (fold.secondVariable.map { [$0] } ?? [])
            if Self.isDecidedByOne(fold, holds) {
                guard case .bool(holds)? = trace.value(source, body) else { return add(source, node, holds, elements) }
                return descend(source, body, holds: holds, elements: inner)
            }
            // Every element answered alike: each is told, the first ones of many.
            let turns = trace.turns(source, body)
            guard !turns.isEmpty else { return add(source, node, holds, elements) }
            let outer = trace
            defer { trace = outer }
            for turn in turns {
                trace = turn
                descend(source, body, holds: holds, elements: inner)
            }
        case .select(let operand, let field, false):
            guard case .identifier(let root) = operand.kind, EvidenceRoots.dotted("variables").contains(root),
                let variable = policy.variables.first(where: { $0.name == field })
            else { return add(source, node, holds, elements) }
            descend(variable, variable.checked.ast, holds: holds, elements: [])
        default: add(source, node, holds, elements)
        }
    }

    /// What `all` or `exists` asks of each element; nil for other comprehensions.
    static func body(of fold: Expr.Comprehension) -> Expr? {
        guard case .call(let function, nil, let operands) = fold.step.kind, ["_||_", "_&&_"].contains(function), operands.count == 2,
            case .identifier(fold.accumulator) = operands[0].kind
        else { return nil }
        return operands[1]
    }

    /// Whether one element settles it: `all` is false, `exists` true by one.
    private static func isDecidedByOne(_ fold: Expr.Comprehension, _ holds: Bool) -> Bool {
        if case .call(holds ? "_||_" : "_&&_", nil, _) = fold.step.kind { true } else { false }
    }

    private mutating func add(_ source: CompiledPolicy.Expression, _ node: Expr, _ holds: Bool, _ elements: [String]) {
        let sides = comparison(source, node)
        causes.append(
            Cause(
                expression: source.checked.text(of: node), holds: holds, measured: sides?.measured, limit: sides?.limit,
                elements: elements.compactMap { element(source, node, $0) }, location: source.location(of: node)))
        if subjectPath == nil { subjectPath = Self.subjectPath(in: node) }
    }

    private static let relations: Set<String> = ["_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_", "@in"]

    private func comparison(_ source: CompiledPolicy.Expression, _ node: Expr) -> (measured: RuleResult.Reading, limit: RuleResult.Reading)? {
        guard case .call(let relation, nil, let operands) = node.kind, Self.relations.contains(relation), operands.count == 2,
            let left = reading(source, operands[0]), let right = reading(source, operands[1])
        else { return nil }
        return Self.rank(operands[0]) < Self.rank(operands[1]) ? (right, left) : (left, right)
    }

    /// What comes from measuring ranks above what was chosen: of two sides the lower one is the limit.
    private static func rank(_ node: Expr) -> Int {
        var rank = 0
        node.walk { part in
            guard case .identifier(let name) = part.kind else { return }
            switch name {
            case "params": break
            case "baseline": rank = max(rank, 1)
            default: rank = max(rank, 2)
            }
        }
        return rank
    }

    private func reading(_ source: CompiledPolicy.Expression, _ node: Expr) -> RuleResult.Reading? {
        trace.value(source, node).flatMap { Self.text(of: $0) }.map { RuleResult.Reading(expression: source.checked.text(of: node), value: $0) }
    }

    /// What a comprehension's variable stood for in `node`.
    private func element(_ source: CompiledPolicy.Expression, _ node: Expr, _ name: String) -> RuleResult.Reading? {
        var found: RuleResult.Reading?
        node.walk { part in
            if case .identifier(name) = part.kind, found == nil { found = reading(source, part) }
        }
        return found
    }

    /// Evidence as a whole is told by where it stands.
    private static func text(of value: Value) -> String? {
        switch value {
        case .hostObject(let object): (object as? any EvidencePlace)?.path
        case .hostMap(let map): (map as? any EvidencePlace)?.path
        case .hostList(let list): (list as? any EvidencePlace)?.path
        default: value.description(upTo: 200)
        }
    }

    /// `subject.spec.decision.threshold` as the steps behind `subject`; the first that the node reads.
    private static func subjectPath(in node: Expr) -> [String]? {
        if let path = path(node), !path.isEmpty { return path }
        for child in node.children { if let path = subjectPath(in: child) { return path } }
        return nil
    }

    private static func path(_ node: Expr) -> [String]? {
        switch node.kind {
        case .identifier(let name): EvidenceRoots.dotted("subject").contains(name) ? [] : nil
        case .select(let operand, let field, _): path(operand).map { $0 + [field] }
        case .call("_[_]", nil, let operands):
            if case .literal(.string(let key)) = operands[1].kind { path(operands[0]).map { $0 + [key] } } else { path(operands[0]) }
        default: nil
        }
    }
}
