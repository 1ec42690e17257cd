import Diagnostics

/// Gives every node a type, or says why it has none (cel-spec, "Gradual type checking"). `dyn` agrees with everything.
struct Checker {
    let environment: CELEnvironment
    let source: [Unicode.Scalar]
    private(set) var issues: [CELIssue] = []
    private(set) var types = NodeTypes()
    private var scopes: [[String: CELType]] = []

    init(environment: CELEnvironment, source: [Unicode.Scalar]) {
        self.environment = environment
        self.source = source
    }

    mutating func check(_ expression: Expr) -> CELType {
        let type = typeOf(expression)
        types[expression.id] = type.settled
        return type
    }

    private mutating func typeOf(_ expression: Expr) -> CELType {
        switch expression.kind {
        case .literal(let value): return value.type
        case .identifier(let name): return identifier(name, expression)
        case .select(let operand, let field, let isTest):
            let type = select(field, from: check(operand), expression)
            return isTest ? .bool : type
        case .list(let elements): return .list(join(elements.map { element($0) }))
        case .map(let entries):
            let keys = join(entries.map { check($0.key) })
            return .map(keys, join(entries.map { element($0.value) }))
        case .call(let function, let target, let arguments): return call(function, target, arguments, expression)
        case .comprehension(let fold): return comprehension(fold)
        }
    }

    /// What an element of a list or a value of a map adds; an optional one adds what it wraps.
    private mutating func element(_ expression: Expr) -> CELType {
        guard case .call("@optional", nil, let arguments) = expression.kind else { return check(expression) }
        types[expression.id] = .dyn
        switch check(arguments[0]) {
        case .abstract("optional_type", let parameters): return parameters.first ?? .dyn
        case .dyn, .open: return .dyn
        case let other:
            issues.append(CELIssue(.celTypeMismatch, "\(other.settled) is not optional", at: expression.range, hint: "leave the '?' out"))
            return .dyn
        }
    }

    /// The common type of several, or `dyn`; of none, whatever the place asks for.
    private func join(_ types: [CELType]) -> CELType {
        guard var common = types.first else { return .open }
        for type in types.dropFirst() {
            guard let wider = Self.join(common, type) else { return .dyn }
            common = wider
        }
        return common
    }

    /// The type that both are of, where an empty list or map or null leaves something open and `dyn` makes `dyn` of the other; nil if there is none.
    private static func join(_ left: CELType, _ right: CELType) -> CELType? {
        switch (left, right) {
        case (.open, _): right
        case (_, .open): left
        case (.dyn, _), (_, .dyn): .dyn
        case (.list(let a), .list(let b)): join(a, b).map { .list($0) }
        case (.map(let a, let b), .map(let c, let d)): join(a, c).flatMap { key in join(b, d).map { .map(key, $0) } }
        case (.abstract(let name, let a), .abstract(let other, let b)) where name == other && a.count == b.count:
            joinAll(a, b).map { .abstract(name, $0) }
        case (.null, .abstract), (.null, .timestamp), (.null, .duration), (.null, .object): right
        case (.abstract, .null), (.timestamp, .null), (.duration, .null), (.object, .null): left
        default: left == right ? left : nil
        }
    }

    private static func joinAll(_ left: [CELType], _ right: [CELType]) -> [CELType]? {
        var joined: [CELType] = []
        for (a, b) in zip(left, right) {
            guard let type = join(a, b) else { return nil }
            joined.append(type)
        }
        return joined
    }

    private mutating func identifier(_ name: String, _ expression: Expr) -> CELType {
        let isAbsolute = name.hasPrefix(".")
        let name = isAbsolute ? String(name.dropFirst()) : name
        if !isAbsolute { for scope in scopes.reversed() { if let type = scope[name] { return type } } }
        if let type = environment.variables[name] { return type }
        if environment.types[name] != nil { return .type }
        let known = environment.variables.keys.sorted() + scopes.flatMap { $0.keys.filter { !$0.hasPrefix("@") }.sorted() }
        issues.append(
            CELIssue(
                .celUndeclaredReference, "undeclared reference to '\(name)'", at: expression.range,
                hint: NameSuggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
                    ?? (known.isEmpty ? "no variable is known here" : "known here: \(known.joined(separator: ", "))")))
        return .dyn
    }

    private mutating func select(_ field: String, from type: CELType, _ expression: Expr) -> CELType {
        switch type {
        case .dyn, .open: return .dyn
        case .map(_, let value): return value
        case .abstract("optional_type", let parameters): return .optional(select(field, from: parameters.first ?? .dyn, expression))
        case .object(let name):
            guard let declaration = environment.objectTypes[name] else { return .dyn }
            if let declared = declaration.field(field) { return declared.type }
            let end = expression.range.upperBound
            let start = max(expression.range.lowerBound, end - field.unicodeScalars.count)
            let names = declaration.fields.map(\.name)
            issues.append(
                CELIssue(
                    .celUndefinedField, "\(name) has no field '\(field)'", at: place(of: field, in: start..<end, expression),
                    hint: NameSuggestion.nearest(to: field, among: names).map { "did you mean '\($0)'?" }
                        ?? (names.isEmpty ? "it has no fields" : "its fields: \(names.joined(separator: ", "))")))
            return .dyn
        default:
            issues.append(CELIssue(.celUndefinedField, "\(type.settled) has no fields", at: expression.range))
            return .dyn
        }
    }

    /// The field's own letters: at the end of a selection; within `has(…)` before the closing parenthesis.
    private func place(of field: String, in guess: Range<Int>, _ expression: Expr) -> Range<Int> {
        let letters = Array(field.unicodeScalars)
        var start = guess.lowerBound
        while start >= expression.range.lowerBound {
            if start + letters.count <= source.count, Array(source[start..<start + letters.count]) == letters { return start..<start + letters.count }
            start -= 1
        }
        return expression.range
    }

    private mutating func comprehension(_ fold: Expr.Comprehension) -> CELType {
        let element: CELType
        var second: CELType = .dyn
        switch check(fold.range) {
        case .list(let type):
            element = fold.secondVariable == nil ? type : .int
            second = type
        case .map(let key, let value):
            element = key
            second = value
        case .dyn, .open: element = .dyn
        case let other:
            issues.append(
                CELIssue(
                    .celTypeMismatch, "\(other) cannot be iterated; a list or map can", at: fold.range.range,
                    hint: "without all() or exists(), compare the value itself"))
            element = .dyn
        }
        // An empty list takes its element type from what the step adds.
        var accumulator = check(fold.initial)
        let isOpen = accumulator == .list(.open) || accumulator == .map(.open, .open)
        var scope = [fold.variable: element, fold.accumulator: accumulator]
        if let name = fold.secondVariable { scope[name] = second }
        scopes.append(scope)
        _ = check(fold.condition)
        let step = check(fold.step)
        if isOpen, step != .dyn { accumulator = step }
        scopes[scopes.count - 1] = [fold.accumulator: accumulator]
        let result = check(fold.result)
        scopes.removeLast()
        return result
    }

    private mutating func call(_ function: String, _ target: Expr?, _ arguments: [Expr], _ expression: Expr) -> CELType {
        if function == "_?._", case .literal(.string(let field)) = arguments[1].kind {
            types[arguments[1].id] = .string
            let operand = check(arguments[0])
            let type = select(field, from: operand, expression)
            return if case .abstract("optional_type", _) = operand { type } else { .optional(type) }
        }
        if case .identifier? = target?.kind, let issue = diagnosis(function, target, arguments, expression).unknownInNamespace(scopes) {
            issues.append(issue)
            for argument in arguments { _ = check(argument) }
            return .dyn
        }
        let before = issues.count
        var types: [CELType] = []
        types.reserveCapacity(arguments.count + 1)
        if let target { types.append(check(target)) }
        for argument in arguments { types.append(check(argument)) }
        guard let overloads = environment.overloads[function] else {
            // An operand that is not known is what was meant to be told.
            if issues.count == before { issues.append(diagnosis(function, target, arguments, expression).undeclared(types.map(\.settled))) }
            return .dyn
        }
        var found: CELType?
        var isOne = true
        // By place: an overload is copied only where it is called.
        for place in overloads.indices where overloads[place].isMember == (target != nil) && overloads[place].parameters.count == types.count {
            var bindings: [String: CELType] = [:]
            guard
                types.indices.allSatisfy({
                    Self.fits(overloads[place].parameters[$0], types[$0], &bindings, joining: overloads[place].resultParameters)
                })
            else { continue }
            let result = Self.substitute(overloads[place].result, bindings)
            if let found { isOne = isOne && result == found } else { found = result }
        }
        guard let found else {
            issues.append(diagnosis(function, target, arguments, expression).noOverload(overloads, types.map(\.settled)))
            return .dyn
        }
        return isOne ? found : .dyn
    }

    private func diagnosis(_ function: String, _ target: Expr?, _ arguments: [Expr], _ expression: Expr) -> CallDiagnosis {
        CallDiagnosis(environment: environment, source: source, function: function, target: target, arguments: arguments, expression: expression)
    }

    /// Whether an operand of a type can stand where a parameter is declared; type parameters are bound on the way.
    ///
    /// - Parameter joining: the type parameters that the result is made of, which are bound to one type or null, as in `x == null ? null : x + 1`. To any
    ///   other, what is only compared is bound: numbers of two types, or lists of them, as in `1 == 1.0`, `{1: 2}[1u]`.
    static func fits(_ parameter: CELType, _ argument: CELType, _ bindings: inout [String: CELType], joining: Set<String> = []) -> Bool {
        switch argument {
        case .parameter("?"): return true
        case .dyn:
            loosen(parameter, &bindings)
            return true
        default: break
        }
        switch (parameter, argument) {
        case (.dyn, _): return true
        case (.parameter(let name), _):
            guard let bound = bindings[name] else {
                bindings[name] = argument
                return true
            }
            let common = join(bound, argument)
            bindings[name] = common ?? .dyn
            return common != nil || bound == .null || argument == .null || (!joining.contains(name) && agree(bound, argument))
        case (.list(let left), .list(let right)): return fits(left, right, &bindings, joining: joining)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            return fits(leftKey, rightKey, &bindings, joining: joining) && fits(leftValue, rightValue, &bindings, joining: joining)
        case (.abstract(let left, let a), .abstract(let right, let b)):
            guard left == right, a.count == b.count else { return false }
            for (left, right) in zip(a, b) where !fits(left, right, &bindings, joining: joining) { return false }
            return true
        default: return parameter == argument
        }
    }

    /// What a value of unknown type binds may be anything.
    private static func loosen(_ parameter: CELType, _ bindings: inout [String: CELType]) {
        switch parameter {
        case .parameter(let name): bindings[name] = .dyn
        case .list(let element): loosen(element, &bindings)
        case .map(let key, let value):
            loosen(key, &bindings)
            loosen(value, &bindings)
        case .abstract(_, let parameters): for parameter in parameters { loosen(parameter, &bindings) }
        default: break
        }
    }

    /// Whether two types may be compared: equal up to `dyn`, both numbers, or one of them null.
    private static func agree(_ left: CELType, _ right: CELType) -> Bool {
        switch (left, right) {
        case (.dyn, _), (_, .dyn), (.null, _), (_, .null), (.open, _), (_, .open): true
        case (.list(let a), .list(let b)): agree(a, b)
        case (.map(let a, let b), .map(let c, let d)): agree(a, c) && agree(b, d)
        case (.abstract(let a, let b), .abstract(let c, let d)): a == c && zip(b, d).allSatisfy { agree($0, $1) }
        default: left == right || (left.isNumeric && right.isNumeric)
        }
    }

    private static func substitute(_ type: CELType, _ bindings: [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name): bindings[name] ?? .open
        case .list(let element): .list(substitute(element, bindings))
        case .map(let key, let value): .map(substitute(key, bindings), substitute(value, bindings))
        case .abstract(let name, let parameters):
            .abstract(name, parameters.map { substitute($0, bindings) })
        default: type
        }
    }
}
