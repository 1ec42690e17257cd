/// The macro of the lists library.
enum ListMacros {
    /// `list.sortBy(v, key)`: the list, held in a variable, sorted by the keys of its elements.
    static func sortBy(_ target: Expr, _ variable: String, _ key: Expr, _ range: Range<Int>, _ parser: inout Parser) -> Expr {
        let held = "@list"
        func list() -> Expr { parser.node(.identifier(held), range) }
        let keys = Macros.fold("map", list(), (variable, nil), [key], range, &parser)
        let sorted = parser.node(.call(function: "@sortByKeys", target: list(), arguments: [keys]), range)
        return Macros.bind(held, to: target, in: sorted, range, &parser)
    }
}
