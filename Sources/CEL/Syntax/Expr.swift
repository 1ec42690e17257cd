/// A node of a parsed expression. Macros are expanded.
public struct Expr: Sendable {
    public indirect enum Kind: Sendable {
        case literal(Value)
        case identifier(String)
        /// `operand.field`; with `isTest` it is `has(operand.field)`.
        case select(operand: Expr, field: String, isTest: Bool)
        /// A call; operators have names such as `_+_`. `target` is what stands before the dot.
        case call(function: String, target: Expr?, arguments: [Expr])
        /// An element or entry whose value is a call of `@optional` is left out where that lacks.
        case list([Expr])
        case map([(key: Expr, value: Expr)])
        case comprehension(Comprehension)
    }

    /// A fold over a list's elements or a map's keys (cel-spec, "Macros").
    public struct Comprehension: Sendable {
        public let range: Expr
        /// The element, or the key of a map; with a second variable the index or key.
        public let variable: String
        /// The element or value beside its index or key, in comprehensions of two variables.
        public let secondVariable: String?
        public let accumulator: String
        public let initial: Expr
        /// The fold stops once this is false.
        public let condition: Expr
        public let step: Expr
        public let result: Expr
    }

    /// Unique in its expression.
    public let id: Int
    /// Code point offsets into the source.
    public let range: Range<Int>
    public let kind: Kind
    /// How many nodes lie between this one and the leaf farthest from it, both counted: bounded by the parser, so that whoever walks an expression
    /// needs a bounded stack.
    let height: Int

    init(id: Int, range: Range<Int>, kind: Kind) {
        self.id = id
        self.range = range
        self.kind = kind
        height =
            switch kind {
            case .literal, .identifier: 1
            case .select(let operand, _, _): operand.height + 1
            case .call(_, let target, let arguments): Swift.max(target?.height ?? 0, Self.height(of: arguments)) + 1
            case .list(let elements): Self.height(of: elements) + 1
            case .map(let entries): entries.reduce(0) { Swift.max($0, $1.key.height, $1.value.height) } + 1
            case .comprehension(let fold): Self.height(of: [fold.range, fold.initial, fold.condition, fold.step, fold.result]) + 1
            }
    }

    private static func height(of nodes: [Expr]) -> Int { nodes.reduce(0) { Swift.max($0, $1.height) } }

    /// Calls `visit` for the node and everything below it, parents first.
    public func walk(_ visit: (Expr) -> Void) {
        visit(self)
        switch kind {
        case .literal, .identifier: break
        case .select(let operand, _, _): operand.walk(visit)
        case .call(_, let target, let arguments):
            target?.walk(visit)
            for argument in arguments { argument.walk(visit) }
        case .list, .map, .comprehension: for child in children { child.walk(visit) }
        }
    }

    public var children: [Expr] {
        switch kind {
        case .literal, .identifier: []
        case .select(let operand, _, _): [operand]
        case .call(_, let target, let arguments): (target.map { [$0] } ?? []) + arguments
        case .list(let elements): elements
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let fold): [fold.range, fold.initial, fold.condition, fold.step, fold.result]
        }
    }

    /// Whether the value may come from one of `roots`, directly or through the variable of an enclosing comprehension.
    public func mentions(_ roots: Set<String>) -> Bool {
        switch kind {
        case .identifier(let name): return roots.contains(name)
        case .comprehension(let fold):
            if fold.range.mentions(roots) { return true }
            let inner = roots.subtracting([fold.variable, fold.accumulator] + (fold.secondVariable.map { [$0] } ?? []))
            return [fold.initial, fold.condition, fold.step, fold.result].contains { $0.mentions(inner) }
        default: return children.contains { $0.mentions(roots) }
        }
    }
}
