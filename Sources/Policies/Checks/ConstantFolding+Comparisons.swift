import CEL
import Specs

/// What comes out one way though it reads something: a value compared with itself, limits that exclude each other or leave nothing out, a type that is
/// known, a loop over nothing.
extension ConstantFolding {
    func settled(_ expression: CompiledPolicy.Expression, _ node: Expr, bound: Set<String>) -> Bool? {
        switch node.kind {
        case .comprehension(let fold):
            // `all` and `exists` of no element are what they begin with.
            guard Self.isEmptyLiteral(fold.range), case .literal(.bool(let start)) = fold.initial.kind,
                case .identifier(fold.accumulator) = fold.result.kind
            else { return nil }
            return start
        case .call(let function, nil, let operands) where operands.count == 2:
            if let outcome = Self.ofEqualOperands[function], operands[0].isSame(as: operands[1]) { return outcome }
            if let outcome = typeTest(expression, function, operands) { return outcome }
        default: break
        }
        return questions(expression, node, bound)
    }

    private static let ofEqualOperands = ["_==_": true, "_<=_": true, "_>=_": true, "_!=_": false, "_<_": false, "_>_": false]

    private static func isEmptyLiteral(_ node: Expr) -> Bool {
        switch node.kind {
        case .list(let elements): elements.isEmpty
        case .map(let entries): entries.isEmpty
        default: false
        }
    }

    /// `type(x) == double`, where the checker knows the type of x.
    private func typeTest(_ expression: CompiledPolicy.Expression, _ function: String, _ operands: [Expr]) -> Bool? {
        guard function == "_==_" || function == "_!=_" else { return nil }
        for (test, name) in [(operands[0], operands[1]), (operands[1], operands[0])] {
            guard case .call("type", nil, let asked) = test.kind, case .identifier(let text) = name.kind, let wanted = CELType(parsing: text) else {
                continue
            }
            let known = expression.checked.type(of: asked[0].id)
            guard [.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration].contains(known) else { return nil }
            return (known == wanted) == (function == "_==_")
        }
        return nil
    }

    /// A question about one term, such as a path, that is answered by how the term compares with constants.
    private struct Question {
        let term: Expr
        let constants: [Value]
        let holds: (Value) -> Bool
    }

    /// What a formula of questions gives for every value that its terms may have; nil if that differs.
    private func questions(_ expression: CompiledPolicy.Expression, _ node: Expr, _ bound: Set<String>) -> Bool? {
        if let question = question(expression, node, bound) { return answer(expression, question) }
        guard case .call(let function, nil, _) = node.kind, function == "_&&_" || function == "_||_" else { return nil }
        // Parts of a chain about the same term decide together: one that is always false settles a conjunction.
        let settling = function == "_||_"
        var left = Self.chain(node, function).compactMap { question(expression, $0, bound) }
        while let first = left.first {
            let same = left.filter { $0.term.isSame(as: first.term) }
            left.removeAll { $0.term.isSame(as: first.term) }
            let joined = Question(term: first.term, constants: same.flatMap(\.constants)) { value in
                settling ? same.contains { $0.holds(value) } : same.allSatisfy { $0.holds(value) }
            }
            if answer(expression, joined) == settling { return settling }
        }
        return nil
    }

    private static func chain(_ node: Expr, _ function: String) -> [Expr] {
        guard case .call(function, nil, let operands) = node.kind else { return [node] }
        return operands.flatMap { chain($0, function) }
    }

    private func question(_ expression: CompiledPolicy.Expression, _ node: Expr, _ bound: Set<String>) -> Question? {
        guard case .call(let function, nil, let operands) = node.kind else { return flag(expression, node) }
        switch function {
        case "!_":
            return question(expression, operands[0], bound).map { inner in
                Question(term: inner.term, constants: inner.constants) { !inner.holds($0) }
            }
        case "_&&_", "_||_":
            guard let left = question(expression, operands[0], bound), let right = question(expression, operands[1], bound),
                left.term.isSame(as: right.term)
            else { return nil }
            let isAnd = function == "_&&_"
            return Question(term: left.term, constants: left.constants + right.constants) { value in
                isAnd ? left.holds(value) && right.holds(value) : left.holds(value) || right.holds(value)
            }
        case "@in":
            guard case .list(let constants)? = value(expression, operands[1], bound: bound), depends(operands[0], bound: bound) else { return nil }
            return Question(term: operands[0], constants: constants) { value in constants.contains { Self.compare(value, $0) == 0 } }
        default: break
        }
        guard operands.count == 2, let holds = Self.comparisons[function] else { return flag(expression, node) }
        for (term, other, sign) in [(operands[0], operands[1], 1), (operands[1], operands[0], -1)] {
            guard depends(term, bound: bound), let constant = value(expression, other, bound: bound) else { continue }
            return Question(term: term, constants: [constant]) { value in
                Self.compare(value, constant).map { holds($0 * sign) } ?? (function == "_!=_")
            }
        }
        return nil
    }

    private static let comparisons: [String: @Sendable (Int) -> Bool] = [
        "_==_": { $0 == 0 }, "_!=_": { $0 != 0 }, "_<_": { $0 < 0 }, "_<=_": { $0 <= 0 }, "_>_": { $0 > 0 }, "_>=_": { $0 >= 0 },
    ]

    /// A path that is true or false itself.
    private func flag(_ expression: CompiledPolicy.Expression, _ node: Expr) -> Question? {
        guard case .select(_, _, false) = node.kind, expression.checked.type(of: node.id) == .bool, depends(node, bound: []) else { return nil }
        return Question(term: node, constants: [.bool(true)]) { Self.compare($0, .bool(true)) == 0 }
    }

    /// Nil for what has no order.
    private static func compare(_ left: Value, _ right: Value) -> Int? {
        switch (left, right) {
        case (.string(let a), .string(let b)): a == b ? 0 : a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars) ? -1 : 1
        case (.bool(let a), .bool(let b)): a == b ? 0 : b ? -1 : 1
        default: number(left).flatMap { a in number(right).map { b in a == b ? 0 : a < b ? -1 : 1 } }
        }
    }

    private static func number(_ value: Value) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number) where number.isFinite: number
        default: nil
        }
    }

    /// What the question's answer is for each value that makes a difference; nil if not always the same, or if they are not known.
    private func answer(_ expression: CompiledPolicy.Expression, _ question: Question) -> Bool? {
        let answers = Set((samples(expression, question) ?? []).map(question.holds))
        return answers.count == 1 ? answers.first : nil
    }

    /// The values that a term may have, as far as comparing with the constants tells them apart.
    private func samples(_ expression: CompiledPolicy.Expression, _ question: Question) -> [Value]? {
        if let values = SubjectEnumerations.values(of: question.term) { return values.map { .string($0) } }
        let numbers = question.constants.compactMap(Self.number)
        if numbers.count == question.constants.count, !numbers.isEmpty {
            let isSize = if case .call("size", _, _) = question.term.kind { true } else { false }
            guard isSize || expression.checked.type(of: question.term.id) == .int else { return Self.between(numbers).map { .double($0) } }
            guard numbers.allSatisfy({ $0.magnitude < 1e15 }) else { return nil }
            let near = Set(numbers.flatMap { [$0.rounded(.down) - 1, $0.rounded(.down), $0.rounded(.up), $0.rounded(.up) + 1] })
            return (near.filter { !isSize || $0 >= 0 } + (isSize ? [0] : [])).map { .double($0) }
        }
        if question.constants.allSatisfy({ if case .bool = $0 { true } else { false } }) {
            return expression.checked.type(of: question.term.id) == .bool ? [.bool(true), .bool(false)] : nil
        }
        // Texts are told apart by equality here: one that is none of them stands for all others.
        let texts = question.constants.compactMap { if case .string(let text) = $0 { text } else { nil } }
        guard texts.count == question.constants.count, expression.checked.type(of: question.term.id) == .string else { return nil }
        let others = ["", (texts.max() ?? "") + "\u{10FFFF}"] + texts.flatMap { [$0 + "\u{0}"] }
        return (texts + others).map { .string($0) }
    }

    /// The numbers themselves, those between them, one below and one above.
    private static func between(_ numbers: [Double]) -> [Double] {
        let sorted = Set(numbers).sorted()
        let gaps = zip(sorted, sorted.dropFirst()).map { $0 + ($1 - $0) / 2 }
        return sorted + gaps + [sorted[0].nextDown, sorted[sorted.count - 1].nextUp]
    }
}

/// The fields of a subject that have one of a few values.
enum SubjectEnumerations {
    /// What a path such as `subject.spec.risk` may be; nil if the path leads elsewhere or may be anything.
    static func values(of node: Expr) -> [String]? {
        guard let shape = shape(of: node), case .string(.oneOf(let values)) = shape else { return nil }
        return values
    }

    private static func shape(of node: Expr) -> SpecShape? {
        switch node.kind {
        case .identifier(let name) where EvidenceRoots.dotted("subject").contains(name):
            return Kinds.named(Model.kind).map { .object($0.resource) }
        case .select(let operand, let field, false):
            guard case .object(let object)? = shape(of: operand) else { return nil }
            return object.fields.first { $0.name == field }?.shape
        default: return nil
        }
    }
}

extension Expr {
    /// Whether two expressions are written alike, wherever they stand.
    func isSame(as other: Expr) -> Bool {
        func same(_ left: [Expr], _ right: [Expr]) -> Bool { left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) } }
        switch (kind, other.kind) {
        case (.literal(let a), .literal(let b)): return a.type == b.type && a.description == b.description
        case (.identifier(let a), .identifier(let b)): return a == b
        case (.select(let a, let field, let isTest), .select(let b, let other, let isOtherTest)):
            return field == other && isTest == isOtherTest && a.isSame(as: b)
        case (.call(let function, let target, let a), .call(let other, let otherTarget, let b)):
            return function == other && same((target.map { [$0] } ?? []) + a, (otherTarget.map { [$0] } ?? []) + b)
        case (.list(let a), .list(let b)): return same(a, b)
        case (.map(let a), .map(let b)): return same(a.map(\.key), b.map(\.key)) && same(a.map(\.value), b.map(\.value))
        case (.comprehension(let a), .comprehension(let b)):
            return a.variable == b.variable && a.secondVariable == b.secondVariable
                && same([a.range, a.initial, a.condition, a.step, a.result], [b.range, b.initial, b.condition, b.step, b.result])
        default: return false
        }
    }
}
