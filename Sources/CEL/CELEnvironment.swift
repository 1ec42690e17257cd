import Diagnostics

/// What an expression may refer to: variables with types, and object types with fields.
public struct CELEnvironment: Sendable {
    /// Behind one reference, since every expression has its environment.
    private final class Contents: Sendable {
        let variables: [String: CELType]
        let objectTypes: [String: ObjectTypeDeclaration]
        let container: String
        let libraries: [CELLibrary]
        let overloads: [String: [Overload]]
        let globalFunctions: Set<String>
        let arities: Set<Arity>
        let types: [String: CELType]
        let hasDottedNames: Bool

        init(
            variables: [String: CELType], objectTypes: [ObjectTypeDeclaration], container: String, functions: [Overload], libraries: [CELLibrary]
        ) {
            self.variables = variables
            self.container = container
            self.libraries = libraries
            let further = functions + libraries.flatMap(\.overloads)
            let overloads = StandardLibrary.overloads.merging(Dictionary(grouping: further, by: \.function)) { $0 + $1 }
            self.overloads = overloads
            globalFunctions = Set(overloads.values.joined().filter { !$0.isMember }.map(\.function))
            arities = Set(
                overloads.values.joined().map {
                    Arity(function: $0.function, isMember: $0.isMember, count: $0.parameters.count - ($0.isMember ? 1 : 0))
                })
            let types = libraries.reduce(into: StandardLibrary.types) { $0.merge($1.types) { first, _ in first } }
            self.types = types
            hasDottedNames = variables.keys.contains { $0.contains(".") } || types.keys.contains { $0.contains(".") }
            self.objectTypes = Dictionary(objectTypes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private let contents: Contents

    public var variables: [String: CELType] { contents.variables }
    public var objectTypes: [String: ObjectTypeDeclaration] { contents.objectTypes }
    /// The namespace in which names are looked for first, such as `com.example`.
    public var container: String { contents.container }
    var libraries: [CELLibrary] { contents.libraries }
    /// All ways to call each function.
    var overloads: [String: [Overload]] { contents.overloads }
    var globalFunctions: Set<String> { contents.globalFunctions }
    /// In which numbers of arguments functions can be called: checked again at run time, where an expression was not.
    var arities: Set<Arity> { contents.arities }
    /// Names that stand for types.
    var types: [String: CELType] { contents.types }
    /// Whether a variable or a type has a dot in its name.
    var hasDottedNames: Bool { contents.hasDottedNames }

    /// - Parameter functions: further declarations, for checking only.
    public init(
        variables: [String: CELType], objectTypes: [ObjectTypeDeclaration] = [], container: String = "", functions: [Overload] = [],
        libraries: [CELLibrary] = CELLibrary.all
    ) {
        contents = Contents(variables: variables, objectTypes: objectTypes, container: container, functions: functions, libraries: libraries)
    }

    /// The most code points that an expression may have.
    public static let maximumLength = 100_000

    /// Parses and checks an expression.
    public func compile(_ text: String) -> Result<CheckedExpression, CompileFailure> { compile(text, isChecked: true) }

    /// Parses an expression without giving it types: what does not fit shows when it is evaluated.
    public func parse(_ text: String) -> Result<CheckedExpression, CompileFailure> { compile(text, isChecked: false) }

    private func compile(_ text: String, isChecked: Bool) -> Result<CheckedExpression, CompileFailure> {
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
            var resolution = Resolution(self)
            let expression = resolution.resolve(try Parser.parse(source))
            guard isChecked else {
                return .success(
                    CheckedExpression(source: text, scalars: source, ast: expression, resultType: .dyn, types: NodeTypes(), environment: self))
            }
            var checker = Checker(environment: self, source: source)
            let type = checker.check(expression).settled
            guard checker.issues.isEmpty else { return .failure(CompileFailure(issues: checker.issues)) }
            return .success(
                CheckedExpression(source: text, scalars: source, ast: expression, resultType: type, types: checker.types, environment: self))
        } catch {
            return .failure(CompileFailure(issues: [error.issue]))
        }
    }
}

struct Arity: Hashable, Sendable {
    let function: String
    let isMember: Bool
    /// Without what stands before the dot.
    let count: Int
}

/// An expression that obeys its environment.
public struct CheckedExpression: Sendable {
    public let source: String
    private let scalars: [Unicode.Scalar]
    public let ast: Expr
    public let resultType: CELType
    let types: NodeTypes
    let environment: CELEnvironment
    /// Prepared once, since an expression is evaluated many times.
    let program: Operation

    init(source: String, scalars: [Unicode.Scalar], ast: Expr, resultType: CELType, types: NodeTypes, environment: CELEnvironment) {
        self.source = source
        self.scalars = scalars
        self.ast = ast
        self.resultType = resultType
        self.types = types
        self.environment = environment
        var preparation = Preparation(environment, types: types)
        program = preparation.prepare(ast)
    }

    /// The type of a node.
    public func type(of node: Int) -> CELType { types[node] ?? .dyn }

    /// The source text of a node.
    public func text(of node: Expr) -> String {
        String(String.UnicodeScalarView(scalars[node.range.clamped(to: 0..<scalars.count)]))
    }

    /// A part as an expression of its own. It must not lie within a comprehension whose variables it reads.
    public func part(_ node: Expr) -> CheckedExpression {
        CheckedExpression(source: source, scalars: scalars, ast: node, resultType: type(of: node.id), types: types, environment: environment)
    }
}
