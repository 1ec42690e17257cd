/// A recursive-descent parser with precedence climbing (cel-spec, "Syntax"). Nesting is bounded, so that no input exhausts the stack.
struct Parser {
    private let tokens: [Lexer.Token]
    private var position = 0
    private var lastID = 0
    private var depth = 0
    static let maximumDepth = 96
    /// Of the tree: a chain of operators is as deep as it is long.
    static let maximumHeight = 500
    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void",
        "while",
    ]

    static func parse(_ source: [Unicode.Scalar]) throws(SyntaxError) -> Expr {
        var parser = Parser(tokens: try Lexer.tokens(source))
        let expression = try parser.expression()
        guard parser.current.isEnd else { throw parser.unexpected() }
        return expression
    }

    private init(tokens: [Lexer.Token]) { self.tokens = tokens }

    private var current: Lexer.Token { tokens[position] }
    private var previousEnd: Int { position > 0 ? tokens[position - 1].range.upperBound : 0 }

    private func unexpected() -> SyntaxError {
        let what =
            switch current.kind {
            case .end: "the expression ends too early"
            case .identifier(let name): "unexpected '\(name)'"
            case .symbol(let symbol): "unexpected '\(symbol.text)'"
            default: "unexpected literal"
            }
        let operators = ["and": "&&", "or": "||"]
        let hint: String? = if case .identifier(let name) = current.kind { operators[name].map { "'\(name)' is written \($0)" } } else { nil }
        return SyntaxError(what, at: current.range, hint: hint)
    }

    private mutating func take(_ symbol: Symbol) -> Bool {
        guard current.isSymbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ symbol: Symbol) throws(SyntaxError) {
        guard take(symbol) else {
            let error = unexpected()
            throw SyntaxError(error.issue.message, at: current.range, hint: "'\(symbol.text)' is expected here")
        }
    }

    mutating func node(_ kind: Expr.Kind, _ range: Range<Int>) -> Expr {
        lastID += 1
        return Expr(id: lastID, range: range, kind: kind)
    }

    private mutating func expression() throws(SyntaxError) -> Expr {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw SyntaxError("nested more than \(Self.maximumDepth) levels deep", at: current.range, hint: nil)
        }
        let condition = try binary(0)
        try checkHeight(condition)
        guard take(.question) else { return condition }
        let yes = try binary(0)
        try expect(.colon)
        let no = try expression()
        return node(.call(function: "_?_:_", target: nil, arguments: [condition, yes, no]), condition.range.lowerBound..<no.range.upperBound)
    }

    /// What operators bind that bind at least as tightly as `level` says.
    private mutating func binary(_ level: Int) throws(SyntaxError) -> Expr {
        var left = try unary()
        while let found = binaryOperator, found.level >= level {
            try checkHeight(left)
            position += 1
            let right = try binary(found.level + 1)
            left = node(.call(function: found.function, target: nil, arguments: [left, right]), left.range.lowerBound..<right.range.upperBound)
        }
        return left
    }

    private func checkHeight(_ node: Expr) throws(SyntaxError) {
        guard node.height > Self.maximumHeight else { return }
        throw SyntaxError(
            "more than \(Self.maximumHeight) operations within each other", at: node.range, hint: "a list with 'in' takes any number of values")
    }

    private var binaryOperator: (function: String, level: Int)? {
        switch current.kind {
        case .symbol(let symbol): symbol.binaryOperator
        case .identifier("in"): ("@in", 2)
        default: nil
        }
    }

    private mutating func unary() throws(SyntaxError) -> Expr {
        let start = current.range.lowerBound
        var operators: [Symbol] = []
        while case .symbol(let symbol) = current.kind, symbol == .exclamation || symbol == .minus, operators.isEmpty || operators[0] == symbol {
            // A minus belongs to the literal behind it, so that the smallest integer can be written.
            if symbol == .minus, operators.isEmpty, let literal = try negativeLiteral() { return try member(literal) }
            operators.append(symbol)
            position += 1
            guard operators.count <= Self.maximumDepth else { throw SyntaxError("too many signs", at: current.range, hint: nil) }
        }
        var operand = try member(try primary())
        for symbol in operators {
            operand = node(
                .call(function: symbol == .exclamation ? "!_" : "-_", target: nil, arguments: [operand]), start..<operand.range.upperBound)
        }
        return operand
    }

    private mutating func negativeLiteral() throws(SyntaxError) -> Expr? {
        let range = current.range.lowerBound..<tokens[position + 1].range.upperBound
        switch tokens[position + 1].kind {
        case .int(let digits):
            position += 2
            return node(.literal(.int(try integer("-" + digits, range))), range)
        case .double(let digits):
            position += 2
            return node(.literal(.double(-(Double(digits) ?? 0))), range)
        default: return nil
        }
    }

    private func integer(_ digits: String, _ range: Range<Int>) throws(SyntaxError) -> Int64 {
        let sign = digits.hasPrefix("-") ? "-" : ""
        let magnitude = digits.dropFirst(sign.count)
        guard let number = magnitude.hasPrefix("0x") ? Int64(sign + magnitude.dropFirst(2), radix: 16) : Int64(digits) else {
            throw SyntaxError("\(digits) does not fit into an int", at: range, hint: nil)
        }
        return number
    }

    private mutating func primary() throws(SyntaxError) -> Expr {
        let token = current
        position += 1
        switch token.kind {
        case .int(let digits): return node(.literal(.int(try integer(digits, token.range))), token.range)
        case .uint(let digits):
            let isHex = digits.hasPrefix("0x")
            guard let value = isHex ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits) else {
                throw SyntaxError("\(digits)u does not fit into a uint", at: token.range, hint: nil)
            }
            return node(.literal(.uint(value)), token.range)
        case .double(let digits): return node(.literal(.double(Double(digits) ?? .infinity)), token.range)
        case .string(let text): return node(.literal(.string(text)), token.range)
        case .bytes(let bytes): return node(.literal(.bytes(bytes)), token.range)
        case .symbol(.leftParenthesis):
            let inner = try expression()
            try expect(.rightParenthesis)
            return inner
        case .symbol(.leftBracket): return try list(from: token.range.lowerBound)
        case .symbol(.leftBrace): return try map(from: token.range.lowerBound)
        case .symbol(.dot):
            guard case .identifier(let name) = current.kind else { throw unexpected() }
            position += 1
            // Keeps its dot until names are resolved.
            return try identifierOrCall("." + name, token.range.lowerBound)
        case .identifier(let name):
            switch name {
            case "true": return node(.literal(.bool(true)), token.range)
            case "false": return node(.literal(.bool(false)), token.range)
            case "null": return node(.literal(.null), token.range)
            default: break
            }
            guard name != "in", !Self.reserved.contains(name) else {
                throw SyntaxError("'\(name)' is a reserved word", at: token.range, hint: nil)
            }
            return try identifierOrCall(name, token.range.lowerBound)
        default:
            position -= 1
            throw unexpected()
        }
    }

    private mutating func identifierOrCall(_ name: String, _ start: Int) throws(SyntaxError) -> Expr {
        guard take(.leftParenthesis) else { return node(.identifier(name), start..<previousEnd) }
        let arguments = try arguments(until: .rightParenthesis)
        return try call(name, target: nil, arguments: arguments, start..<previousEnd)
    }

    private mutating func arguments(until end: Symbol) throws(SyntaxError) -> [Expr] {
        var arguments: [Expr] = []
        if end == .rightBracket, isLoneComma(before: end) { position += 1 }
        while !current.isSymbol(end) {
            // `[?x]`: the element is left out if x lacks.
            let mark = current.range.lowerBound
            if end == .rightBracket, take(.question) {
                let element = try expression()
                arguments.append(node(.call(function: "@optional", target: nil, arguments: [element]), mark..<element.range.upperBound))
            } else {
                arguments.append(try expression())
            }
            // Lists may end in a comma, calls may not.
            guard take(.comma) else { break }
            if end == .rightParenthesis, current.isSymbol(end) { throw unexpected() }
        }
        try expect(end)
        return arguments
    }

    /// `[,]` and `{,}` are `[]` and `{}` to Go and C++.
    private func isLoneComma(before end: Symbol) -> Bool {
        current.isSymbol(.comma) && tokens[position + 1].isSymbol(end)
    }

    private mutating func list(from start: Int) throws(SyntaxError) -> Expr {
        let elements = try arguments(until: .rightBracket)
        return node(.list(elements), start..<previousEnd)
    }

    private mutating func map(from start: Int) throws(SyntaxError) -> Expr {
        var entries: [(key: Expr, value: Expr)] = []
        if isLoneComma(before: .rightBrace) { position += 1 }
        while !current.isSymbol(.rightBrace) {
            let mark = current.range.lowerBound
            let isOptional = take(.question)
            let key = try expression()
            try expect(.colon)
            let value = try expression()
            entries.append(
                (key, isOptional ? node(.call(function: "@optional", target: nil, arguments: [value]), mark..<value.range.upperBound) : value))
            guard take(.comma) else { break }
        }
        try expect(.rightBrace)
        return node(.map(entries), start..<previousEnd)
    }

    private mutating func member(_ operand: Expr) throws(SyntaxError) -> Expr {
        var operand = operand
        var length = 0
        let start = operand.range.lowerBound
        while true {
            length += 1
            guard length <= Self.maximumDepth else { throw SyntaxError("too many selections in a row", at: current.range, hint: nil) }
            try checkHeight(operand)
            if take(.dot) {
                if take(.question) {
                    guard let name = fieldName() else { throw unexpected() }
                    let field = node(.literal(.string(name)), previousEnd..<previousEnd)
                    operand = node(.call(function: "_?._", target: nil, arguments: [operand, field]), start..<previousEnd)
                    continue
                }
                guard let name = fieldName() else { throw unexpected() }
                if take(.leftParenthesis) {
                    let arguments = try arguments(until: .rightParenthesis)
                    operand = try call(name, target: operand, arguments: arguments, start..<previousEnd)
                } else {
                    operand = node(.select(operand: operand, field: name, isTest: false), start..<previousEnd)
                }
            } else if take(.leftBracket) {
                let function = take(.question) ? "_[?_]" : "_[_]"
                let index = try expression()
                try expect(.rightBracket)
                operand = node(.call(function: function, target: nil, arguments: [operand, index]), start..<previousEnd)
            } else {
                return operand
            }
        }
    }

    private mutating func fieldName() -> String? {
        switch current.kind {
        // Words of the language itself are no names of fields; those reserved for hosts are.
        case .identifier(let name) where ["in", "true", "false", "null"].contains(name): return nil
        case .identifier(let name), .quotedIdentifier(let name):
            position += 1
            return name
        default: return nil
        }
    }

    private mutating func call(_ name: String, target: Expr?, arguments: [Expr], _ range: Range<Int>) throws(SyntaxError) -> Expr {
        if let macro = try Macros.expand(name, target: target, arguments: arguments, range, in: &self) { return macro }
        return node(.call(function: name, target: target, arguments: arguments), range)
    }
}
