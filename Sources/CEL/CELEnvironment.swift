import Diagnostics

/// What an expression may refer to: variables with types, and object types with fields.
public struct CELEnvironment: Sendable {
    public let variables: [String: CELType]
    public let objectTypes: [String: ObjectTypeDeclaration]

    public init(variables: [String: CELType], objectTypes: [ObjectTypeDeclaration] = []) {
        self.variables = variables
        self.objectTypes = Dictionary(objectTypes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The most code points that an expression may have.
    public static let maximumLength = 100_000

    /// Parses and checks an expression.
    public func compile(_ text: String) -> Result<CheckedExpression, CompileFailure> {
        let source = Array(text.unicodeScalars)
        guard source.count <= Self.maximumLength else {
            return .failure(
                CompileFailure(issues: [
                    CELIssue(
                        .celLimit, "the expression is longer than \(Self.maximumLength) characters", at: 0..<1,
                        hint: "share what repeats in 'variables', or split the rule")
                ]))
        }
        do throws(SyntaxError) {
            let expression = try Parser.parse(source)
            var checker = Checker(environment: self, source: source)
            let type = checker.check(expression)
            guard checker.issues.isEmpty else { return .failure(CompileFailure(issues: checker.issues)) }
            return .success(CheckedExpression(source: text, ast: expression, resultType: type, types: checker.types))
        } catch {
            return .failure(CompileFailure(issues: [error.issue]))
        }
    }
}

/// An expression that obeys its environment.
public struct CheckedExpression: Sendable {
    public let source: String
    public let ast: Expr
    public let resultType: CELType
    let types: [Int: CELType]

    /// The type of a node.
    public func type(of node: Int) -> CELType { types[node] ?? .dyn }

    /// The source text of a node.
    public func text(of node: Expr) -> String {
        let scalars = Array(source.unicodeScalars)
        return String(String.UnicodeScalarView(scalars[node.range.clamped(to: 0..<scalars.count)]))
    }
}
