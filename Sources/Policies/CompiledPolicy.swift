public import Attestations
import Basics
import CEL
public import Diagnostics
import LocatedYAML
public import Specs

/// A policy whose expressions are checked against the evidence's and the subject's types.
public struct CompiledPolicy: Sendable {
    struct Expression: Sendable {
        let name: String
        let checked: CheckedExpression
        /// As it stands in the file.
        let text: LocatedString
        let location: FileLocation
    }

    struct Rule: Sendable {
        let name: String
        let expression: Expression
        let message: String?
        let messageExpression: Expression?
        let subjectPath: [String]?
        let control: String?
        /// Whether it reads `baseline`, or a comparison with what is live, itself or through variables.
        let readsBaseline: Bool
    }

    public let policy: Policy
    let parameters: [String: JSONValue]
    let conditions: [Expression]
    let variables: [Expression]
    let rules: [Rule]
    /// The evidence that its expressions read: what has to be measured before it can judge.
    public let sections: Set<EvidenceSchema.Section>

    public var name: String { policy.name }

    /// Whether an expression asks who approved the change, or hands on all that is known of it.
    public var readsApprovers: Bool {
        expressions.contains { expression in
            var (mentions, others) = (0, 0)
            expression.checked.ast.walk { node in
                if case .identifier(let name) = node.kind, EvidenceRoots.dotted("change").contains(name) { mentions += 1 }
                if case .select(let operand, let field, _) = node.kind, case .identifier(let name) = operand.kind,
                    EvidenceRoots.dotted("change").contains(name), field != "approvers"
                {
                    others += 1
                }
            }
            return mentions > others
        }
    }

    /// The same with other parameters of the same types.
    func with(parameters: [String: JSONValue]) -> CompiledPolicy {
        CompiledPolicy(policy: policy, parameters: parameters, conditions: conditions, variables: variables, rules: rules, sections: sections)
    }
}

/// Compiles policies; what is wrong with an expression is reported at its place in the YAML file.
public enum PolicyCompiler {
    public static func compile(_ policies: some Sequence<Policy>, catalog: Catalog) -> (policies: [CompiledPolicy], diagnostics: [Diagnostic]) {
        var compiled: [CompiledPolicy] = []
        var diagnostics: [Diagnostic] = []
        for policy in policies {
            var compilation = Compilation(policy: policy, catalog: catalog)
            let result = compilation.run()
            diagnostics += compilation.diagnostics
            if let result { compiled.append(result) }
        }
        return (compiled, diagnostics)
    }
}

private struct Compilation {
    let policy: Policy
    let parameters: [String: JSONValue]
    private(set) var diagnostics: [Diagnostic] = []
    private var variables: [CompiledPolicy.Expression] = []
    /// Variables that have an error of their own: what reads them is not blamed for it.
    private var unsoundVariables: [String] = []

    init(policy: Policy, catalog: Catalog) {
        self.policy = policy
        let own = policy.spec["params"]?.objectValue ?? [:]
        let referenced = policy.parametersName.flatMap { catalog.resource(kind: PolicyParameters.kind, name: $0) }
        parameters = own.overridden(by: referenced.map { PolicyParameters($0).values } ?? [:])
    }

    mutating func run() -> CompiledPolicy? {
        let conditions = named("matchConditions", expecting: .bool)
        for (index, entry) in (policy.spec["variables"]?.arrayValue ?? []).enumerated() {
            let path = ["spec", "variables", String(index), "expression"]
            guard let name = entry["name"]?.stringValue else { continue }
            if let expression = expression(at: path, name: name, expecting: nil) {
                variables.append(expression)
            } else {
                unsoundVariables.append(name)
            }
        }
        let needingLive = variables.namesOfThose { Self.readsLiveModel($0) }
        var rules: [CompiledPolicy.Rule] = []
        for (index, entry) in (policy.spec["validations"]?.arrayValue ?? []).enumerated() {
            let path = ["spec", "validations", String(index)]
            let name = entry["name"]?.stringValue ?? ""
            let message = entry["messageExpression"] == nil ? nil : expression(at: path + ["messageExpression"], name: name, expecting: .string)
            guard let rule = expression(at: path + ["expression"], name: name, expecting: .bool) else { continue }
            rules.append(
                CompiledPolicy.Rule(
                    name: name, expression: rule, message: entry["message"]?.stringValue, messageExpression: message,
                    subjectPath: entry["subjectPath"]?.stringValue?.split(separator: ".").map { String($0) },
                    control: entry["control"]?.stringValue ?? policy.spec["legalBasis"]?.stringValue,
                    readsBaseline: (conditions + [rule]).map(\.checked.ast).contains { Self.readsLiveModel($0) || $0.reads(variables: needingLive) }))
        }
        diagnostics += DeclaredPaths.problems(of: policy)
        guard !diagnostics.hasErrors else { return nil }
        let expressions = (conditions + variables + rules.flatMap { [$0.expression] + ($0.messageExpression.map { [$0] } ?? []) }).map(\.checked.ast)
        return CompiledPolicy(
            policy: policy, parameters: parameters, conditions: conditions, variables: variables, rules: rules,
            sections: EvidenceDemand.sections(readBy: expressions))
    }

    /// Whether an expression itself needs something that is live: it reads `baseline`, or a comparison with what is live.
    private static func readsLiveModel(_ expression: Expr) -> Bool {
        if expression.mentions(EvidenceRoots.dotted("baseline")) { return true }
        var found = false
        expression.walk { node in
            guard case .select(let operand, let field, _) = node.kind else { return }
            if field == "comparison", EvidenceRoots.isEvidence(operand) { found = true }
            if field == "comparison", case .select(let evidence, "significance", _) = operand.kind, EvidenceRoots.isEvidence(evidence) {
                found = true
            }
        }
        return found
    }

    private mutating func named(_ list: String, expecting type: CELType?) -> [CompiledPolicy.Expression] {
        var expressions: [CompiledPolicy.Expression] = []
        for (index, entry) in (policy.spec[list]?.arrayValue ?? []).enumerated() {
            let path = ["spec", list, String(index), "expression"]
            if let expression = expression(at: path, name: entry["name"]?.stringValue ?? "", expecting: type) { expressions.append(expression) }
        }
        return expressions
    }

    private mutating func expression(at path: [String], name: String, expecting type: CELType?) -> CompiledPolicy.Expression? {
        guard let text = policy.resource.text(at: path) else { preconditionFailure("a checked policy has its expressions") }
        switch environment().compile(text.value) {
        case .failure(let failure):
            for issue in failure.issues {
                let hint = issue.code == .celUndefinedField ? orderHint(text.value, issue.range, at: path) ?? issue.hint : issue.hint
                diagnostics.append(Diagnostic(issue.code, issue.message, at: text.span(ofCodePoints: issue.range), hint: hint))
            }
            return nil
        case .success(let checked):
            if let type, checked.resultType != type, checked.resultType != .dyn {
                diagnostics.append(
                    Diagnostic(
                        .policyResultType, "the expression gives \(checked.resultType), and must give \(type)", at: text.span,
                        hint: Self.resultHint(checked.resultType, type)))
                return nil
            }
            return CompiledPolicy.Expression(name: name, checked: checked, text: text, location: FileLocation(text.span))
        }
    }

    private static func resultHint(_ given: CELType, _ wanted: CELType) -> String? {
        switch wanted {
        case .bool: "compare it with something, as in: \(given == .string ? "… == 'high'" : "… >= 0.8")"
        case .string: "write string(…) around what is not text"
        default: nil
        }
    }

    /// For a variable that reads one declared at or below its own place.
    private func orderHint(_ text: String, _ range: Range<Int>, at path: [String]) -> String? {
        guard path[1] == "variables", let own = Int(path[2]) else { return nil }
        let field = String(String.UnicodeScalarView(text.unicodeScalars.dropFirst(range.lowerBound).prefix(range.count)))
        let names = (policy.spec["variables"]?.arrayValue ?? []).map { $0["name"]?.stringValue }
        return names.dropFirst(own).contains(field) ? "a variable sees those above it; '\(field)' is not" : nil
    }

    /// Variables see those declared before them; `baseline` exists only for a policy that says how it uses it.
    private func environment() -> CELEnvironment {
        // In order, since diagnostics list them.
        let params = ObjectTypeDeclaration(
            ExpressionTypes.params,
            fields: parameters.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { .init($0.key, ExpressionTypes.type(of: $0.value)) }
        )
        let known = ObjectTypeDeclaration(
            ExpressionTypes.variables,
            fields: variables.map { .init($0.name, $0.checked.resultType) } + unsoundVariables.map { .init($0, .dyn) })
        var names: [String: CELType] = [
            "subject": .object(ExpressionTypes.subject), "evidence": .object(ExpressionTypes.evidence), "change": .object(ExpressionTypes.change),
            "params": .object(ExpressionTypes.params), "variables": .object(ExpressionTypes.variables), "now": .timestamp,
        ]
        if policy.baseline != "unused" { names["baseline"] = .object(ExpressionTypes.evidence) }
        return CELEnvironment(
            variables: names, objectTypes: ExpressionTypes.declarations + [params, known], libraries: CELLibrary.reproducible)
    }
}

extension Expr {
    /// Whether it reads one of some variables.
    func reads(variables names: Set<String>) -> Bool {
        var found = false
        walk { node in
            guard case .select(let operand, let field, _) = node.kind, case .identifier(let root) = operand.kind else { return }
            if names.contains(field), EvidenceRoots.dotted("variables").contains(root) { found = true }
        }
        return found
    }
}

extension [CompiledPolicy.Expression] {
    /// The names of variables for which something holds, themselves or through earlier ones that they read; each is looked at once.
    func namesOfThose(_ holds: (Expr) -> Bool) -> Set<String> {
        var names: Set<String> = []
        for variable in self where holds(variable.checked.ast) || variable.checked.ast.reads(variables: names) { names.insert(variable.name) }
        return names
    }
}

/// What evidence is called in expressions. A leading dot stays where a variable of a comprehension has the same name.
enum EvidenceRoots {
    static let names = dotted("evidence").union(dotted("baseline"))
    static func dotted(_ name: String) -> Set<String> { [name, "." + name] }

    static func isEvidence(_ expression: Expr) -> Bool {
        if case .identifier(let name) = expression.kind { dotted("evidence").contains(name) } else { false }
    }
}

/// Which evidence expressions read. Conservative: what cannot be told is demanded.
enum EvidenceDemand {
    static func sections(readBy expressions: [Expr]) -> Set<EvidenceSchema.Section> {
        var sections: Set<EvidenceSchema.Section> = []
        for expression in expressions {
            var selected = 0
            var mentioned = 0
            expression.walk { node in
                if case .identifier(let name) = node.kind, EvidenceRoots.names.contains(name) { mentioned += 1 }
                if case .select(let operand, let field, _) = node.kind, case .identifier(let name) = operand.kind,
                    EvidenceRoots.names.contains(name)
                {
                    selected += 1
                    if let section = EvidenceSchema.Section(rawValue: field) { sections.insert(section) }
                }
            }
            // Evidence passed on as a whole: everything may be read.
            if mentioned > selected { return Set(EvidenceSchema.Section.allCases) }
        }
        return sections
    }
}

extension FileLocation {
    public init(_ span: SourceSpan) {
        self.init(
            path: span.file.path, line: span.start.line, column: span.start.column, endLine: span.end.line, endColumn: span.end.column)
    }
}
