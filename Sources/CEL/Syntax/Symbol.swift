/// A token that is no word and no literal.
enum Symbol {
    case and, or, equal, notEqual, lessOrEqual, greaterOrEqual, less, greater, plus, minus, times, slash, percent, exclamation, question, colon
    case dot, comma
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace

    /// The longest that begins with a code point which another one follows; nil if none does.
    init?(_ first: Unicode.Scalar, before second: Unicode.Scalar?) {
        switch first {
        case "&":
            guard second == "&" else { return nil }
            self = .and
        case "|":
            guard second == "|" else { return nil }
            self = .or
        case "=":
            guard second == "=" else { return nil }
            self = .equal
        case "!": self = second == "=" ? .notEqual : .exclamation
        case "<": self = second == "=" ? .lessOrEqual : .less
        case ">": self = second == "=" ? .greaterOrEqual : .greater
        case "+": self = .plus
        case "-": self = .minus
        case "*": self = .times
        case "/": self = .slash
        case "%": self = .percent
        case "?": self = .question
        case ":": self = .colon
        case ".": self = .dot
        case ",": self = .comma
        case "(": self = .leftParenthesis
        case ")": self = .rightParenthesis
        case "[": self = .leftBracket
        case "]": self = .rightBracket
        case "{": self = .leftBrace
        case "}": self = .rightBrace
        default: return nil
        }
    }

    /// In code points.
    var length: Int {
        switch self {
        case .and, .or, .equal, .notEqual, .lessOrEqual, .greaterOrEqual: 2
        default: 1
        }
    }

    /// As it is written.
    var text: String {
        switch self {
        case .and: "&&"
        case .or: "||"
        case .equal: "=="
        case .notEqual: "!="
        case .lessOrEqual: "<="
        case .greaterOrEqual: ">="
        case .less: "<"
        case .greater: ">"
        case .plus: "+"
        case .minus: "-"
        case .times: "*"
        case .slash: "/"
        case .percent: "%"
        case .exclamation: "!"
        case .question: "?"
        case .colon: ":"
        case .dot: "."
        case .comma: ","
        case .leftParenthesis: "("
        case .rightParenthesis: ")"
        case .leftBracket: "["
        case .rightBracket: "]"
        case .leftBrace: "{"
        case .rightBrace: "}"
        }
    }

    /// The function of an operator between two operands, and how tightly it binds them: 0 the least. Nil for what is none.
    var binaryOperator: (function: String, level: Int)? {
        switch self {
        case .or: ("_||_", 0)
        case .and: ("_&&_", 1)
        case .equal: ("_==_", 2)
        case .notEqual: ("_!=_", 2)
        case .less: ("_<_", 2)
        case .lessOrEqual: ("_<=_", 2)
        case .greater: ("_>_", 2)
        case .greaterOrEqual: ("_>=_", 2)
        case .plus: ("_+_", 3)
        case .minus: ("_-_", 3)
        case .times: ("_*_", 4)
        case .slash: ("_/_", 4)
        case .percent: ("_%_", 4)
        default: nil
        }
    }
}
