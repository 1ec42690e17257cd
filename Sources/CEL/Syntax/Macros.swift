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
        if case .identifier("cel") = target.kind, let macro = try NamespaceMacros.expand(name, arguments, range, &parser) { return macro }
        if case .identifier("math") = target.kind, ["greatest", "least"].contains(name), arguments.count > 2 {
            let list = parser.node(.list(arguments), range)
            return parser.node(.call(function: name, target: target, arguments: [list]), range)
        }
        switch (name, arguments.count) {
        case ("all", 2), ("exists", 2), ("exists_one", 2), ("existsOne", 2), ("filter", 2), ("map", 2), ("map", 3):
            let variable = try variable(arguments[0], of: name)
            return fold(name, target, (variable, nil), Array(arguments.dropFirst()), range, &parser)
        case ("all", 3), ("exists", 3), ("exists_one", 3), ("existsOne", 3), ("transformList", 3), ("transformList", 4), ("transformMap", 3),
            ("transformMap", 4), ("transformMapEntry", 3), ("transformMapEntry", 4):
            let variables = (try variable(arguments[0], of: name), try variable(arguments[1], of: name))
            guard variables.0 != variables.1 else {
                throw SyntaxError("the two variables of \(name)() have one name", at: arguments[1].range, hint: nil)
            }
            return fold(name, target, variables, Array(arguments.dropFirst(2)), range, &parser)
        case ("optMap", 2), ("optFlatMap", 2):
            return optionalMap(name, target, try variable(arguments[0], of: name), arguments[1], range, &parser)
        case ("sortBy", 2): return ListMacros.sortBy(target, try variable(arguments[0], of: name), arguments[1], range, &parser)
        default: return nil
        }
    }

    static func variable(_ argument: Expr, of macro: String) throws(SyntaxError) -> String {
        guard case .identifier(let variable) = argument.kind, !variable.hasPrefix(".") else {
            throw SyntaxError("the first argument of \(macro)() is the name of a variable", at: argument.range, hint: nil)
        }
        guard variable != accumulator else { throw SyntaxError("'\(variable)' is reserved", at: argument.range, hint: nil) }
        return variable
    }

    /// `x.optMap(v, e)`: e of what x wraps, wrapped again unless it is `optFlatMap`; nothing of nothing.
    private static func optionalMap(
        _ name: String, _ target: Expr, _ variable: String, _ body: Expr, _ range: Range<Int>, _ parser: inout Parser
    ) -> Expr {
        func call(_ function: String, _ target: Expr?, _ arguments: [Expr]) -> Expr {
            parser.node(.call(function: function, target: target, arguments: arguments), range)
        }
        let held = "@target"
        func operand() -> Expr { parser.node(.identifier(held), range) }
        let mapped = bind(variable, to: call("value", operand(), []), in: body, range, &parser)
        let wrapped = name == "optMap" ? call("optional.of", nil, [mapped]) : mapped
        let choice = call("_?_:_", nil, [call("hasValue", operand(), []), wrapped, call("optional.none", nil, [])])
        return bind(held, to: target, in: choice, range, &parser)
    }

    /// A variable for one expression, as a fold over nothing.
    static func bind(_ variable: String, to value: Expr, in body: Expr, _ range: Range<Int>, _ parser: inout Parser) -> Expr {
        let nothing = parser.node(.list([]), range)
        let never = parser.node(.literal(.bool(false)), range)
        let same = parser.node(.identifier(variable), range)
        return parser.node(
            .comprehension(
                Expr.Comprehension(
                    range: nothing, variable: "@unused", secondVariable: nil, accumulator: variable, initial: value, condition: never, step: same,
                    result: body)), range)
    }

    static func fold(
        _ name: String, _ target: Expr, _ variables: (String, String?), _ arguments: [Expr], _ range: Range<Int>, _ parser: inout Parser
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
        case "exists_one", "existsOne":
            initial = literal(.int(0))
            step = call("_?_:_", body, call("_+_", result(), literal(.int(1))), result())
            value = call("_==_", result(), literal(.int(1)))
        case "filter":
            initial = parser.node(.list([]), range)
            let element = parser.node(.list([parser.node(.identifier(variables.0), range)]), range)
            step = call("_?_:_", body, call("_+_", result(), element), result())
        case "transformMap", "transformMapEntry":
            initial = parser.node(.map([]), range)
            let entry = name == "transformMap" ? parser.node(.map([(parser.node(.identifier(variables.0), range), body)]), range) : body
            let added = call("@insert", result(), entry)
            step = arguments.count == 2 ? call("_?_:_", arguments[0], added, result()) : added
        default:
            initial = parser.node(.list([]), range)
            let added = call("_+_", result(), parser.node(.list([body]), range))
            step = arguments.count == 2 ? call("_?_:_", arguments[0], added, result()) : added
        }
        return parser.node(
            .comprehension(
                Expr.Comprehension(
                    range: target, variable: variables.0, secondVariable: variables.1, accumulator: accumulator, initial: initial,
                    condition: condition, step: step, result: value)),
            range)
    }
}
