public import Basics
public import CEL

/// What expressions in pipelines see.
public enum StageExpressions {
    private static let shared: [String: CELType] = ["parameters": .map(.string, .dyn), "matrix": .map(.string, .dyn)]

    /// Of a stage's condition.
    public static let condition = CELEnvironment(variables: shared, libraries: CELLibrary.reproducible)

    /// Of `where` and of derived columns: also a row, whose fields are its columns. A missing value is null.
    public static let row = CELEnvironment(variables: shared.merging(["row": .map(.string, .dyn)]) { $1 }, libraries: CELLibrary.reproducible)

    /// The columns that an expression names, as `row.name` or `row['name']`, with their places in its text.
    ///
    /// - Returns: nil if it hands on the row as a whole, or asks for a column by a name that it works out.
    public static func columns(of expression: Expr) -> [(name: String, range: Range<Int>)]? {
        let (members, isAll) = members(of: "row", in: expression)
        return isAll ? members.map { ($0.name, $0.range) } : nil
    }

    /// A member of a variable that an expression names in so many words; a test is `has(variable.name)`.
    package struct Member {
        package let name: String
        let range: Range<Int>
        package let isTest: Bool
    }

    /// - Returns: the members that the expression names, and whether that is all that it reads of the variable.
    package static func members(of variable: String, in expression: Expr) -> (members: [Member], isAll: Bool) {
        var mentions = 0
        var members: [Member] = []
        expression.walk { node in
            switch node.kind {
            case .identifier(variable): mentions += 1
            case .select(let operand, let field, let isTest):
                if case .identifier(variable) = operand.kind { members.append(Member(name: field, range: node.range, isTest: isTest)) }
            case .call("_[_]", nil, let arguments):
                guard arguments.count == 2, case .identifier(variable) = arguments[0].kind, case .literal(.string(let name)) = arguments[1].kind
                else {
                    return
                }
                members.append(Member(name: name, range: arguments[1].range, isTest: false))
            default: break
            }
        }
        return (members, mentions == members.count)
    }

    public static func value(_ json: JSONValue) -> Value {
        switch json {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        case .string(let text): .string(text)
        case .array(let elements): .list(elements.map(value))
        case .object(let members): .map(MapValue(members.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) }))
        }
    }
}
