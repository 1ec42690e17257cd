/// The macros of the namespace `cel`: `cel.bind`, and the blocks that optimisers write.
enum NamespaceMacros {
    /// Nil if the call is no macro.
    static func expand(_ name: String, _ arguments: [Expr], _ range: Range<Int>, _ parser: inout Parser) throws(SyntaxError) -> Expr? {
        switch (name, arguments.count) {
        case ("bind", 3):
            return Macros.bind(try Macros.variable(arguments[0], of: "cel.bind"), to: arguments[1], in: arguments[2], range, &parser)
        case ("block", 2):
            guard case .list(let values) = arguments[0].kind else {
                throw SyntaxError("the first argument of cel.block() is a list", at: arguments[0].range, hint: nil)
            }
            var body = arguments[1]
            for (index, value) in values.enumerated().reversed() {
                body = Macros.bind("@index\(index)", to: value, in: body, range, &parser)
            }
            return body
        case ("index", 1):
            guard case .literal(.int(let index)) = arguments[0].kind, index >= 0 else {
                throw SyntaxError("the argument of cel.index() is a number", at: arguments[0].range, hint: nil)
            }
            return parser.node(.identifier("@index\(index)"), range)
        case ("iterVar", 2), ("accuVar", 2):
            guard case .literal(.int(let depth)) = arguments[0].kind, case .literal(.int(let index)) = arguments[1].kind else {
                throw SyntaxError("the arguments of cel.\(name)() are numbers", at: range, hint: nil)
            }
            return parser.node(.identifier("@\(name):\(depth):\(index)"), range)
        default: return nil
        }
    }
}
