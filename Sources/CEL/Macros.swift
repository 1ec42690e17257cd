/// The macros of the specification, expanded while parsing.
enum Macros {
    private static let accumulator = "@result"

    /// Nil if the call is no macro.
    static func expand(
        _ name: String, target: Expr?, arguments: [Expr], _ range: Range<Int>, in parser: inout Parser
    ) throws(SyntaxError) -> Expr? {
        if name == "has", target == nil, arguments.count == 1 {
            guard case .select(let operand, let field, false) = arguments[0].kind else {
                throw SyntaxError("has() takes a field selection, such as has(a.b)", at: arguments[0].range, hint: nil)
            }
            return parser.node(.select(operand: operand, field: field, isTest: true), range)
        }
        guard let target else { return nil }
        switch (name, arguments.count) {
        case ("all", 2), ("exists", 2), ("exists_one", 2), ("filter", 2), ("map", 2), ("map", 3):
            guard case .identifier(let variable) = arguments[0].kind else {
                throw SyntaxError("the first argument of \(name)() is the name of a variable", at: arguments[0].range, hint: nil)
            }
            return fold(name, target, variable, Array(arguments.dropFirst()), range, &parser)
        default: return nil
        }
    }

    private static func fold(
        _ name: String, _ target: Expr, _ variable: String, _ arguments: [Expr], _ range: Range<Int>, _ parser: inout Parser
    ) -> Expr {
        func literal(_ value: Value) -> Expr { parser.node(.literal(value), range) }
        func result() -> Expr { parser.node(.identifier(accumulator), range) }
        func call(_ function: String, _ arguments: Expr...) -> Expr {
            parser.node(.call(function: function, target: nil, arguments: arguments), range)
        }
        let body = arguments[arguments.count - 1]
        let initial: Expr
        var condition = literal(.bool(true))
        let step: Expr
        var value = result()
        switch name {
        case "all":
            initial = literal(.bool(true))
            condition = call("@not_strictly_false", result())
            step = call("_&&_", result(), body)
        case "exists":
            initial = literal(.bool(false))
            condition = call("@not_strictly_false", call("!_", result()))
            step = call("_||_", result(), body)
        case "exists_one":
            initial = literal(.int(0))
            step = call("_?_:_", body, call("_+_", result(), literal(.int(1))), result())
            value = call("_==_", result(), literal(.int(1)))
        case "filter":
            initial = parser.node(.list([]), range)
            let element = parser.node(.list([parser.node(.identifier(variable), range)]), range)
            step = call("_?_:_", body, call("_+_", result(), element), result())
        default:
            initial = parser.node(.list([]), range)
            let added = call("_+_", result(), parser.node(.list([body]), range))
            step = arguments.count == 2 ? call("_?_:_", arguments[0], added, result()) : added
        }
        return parser.node(
            .comprehension(
                Expr.Comprehension(
                    range: target, variable: variable, accumulator: accumulator, initial: initial, condition: condition, step: step, result: value)),
            range)
    }
}
