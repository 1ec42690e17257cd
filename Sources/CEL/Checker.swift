import Diagnostics

/// Gives every node a type, or says why it has none (cel-spec, "Gradual type checking"). `dyn` agrees with everything.
struct Checker {
    let environment: CELEnvironment
    let source: [Unicode.Scalar]
    private(set) var issues: [CELIssue] = []
    private(set) var types: [Int: CELType] = [:]
    private var scopes: [[String: CELType]] = []

    init(environment: CELEnvironment, source: [Unicode.Scalar]) {
        self.environment = environment
        self.source = source
    }

    mutating func check(_ expression: Expr) -> CELType {
        let type = typeOf(expression)
        types[expression.id] = type
        return type
    }

    private mutating func typeOf(_ expression: Expr) -> CELType {
        switch expression.kind {
        case .literal(let value): return value.type
        case .identifier(let name): return identifier(name, expression)
        case .select(let operand, let field, let isTest):
            let type = select(field, from: check(operand), expression)
            return isTest ? .bool : type
        case .list(let elements): return .list(join(elements.map { check($0) }))
        case .map(let entries):
            let keys = join(entries.map { check($0.key) })
            return .map(keys, join(entries.map { check($0.value) }))
        case .call(let function, let target, let arguments): return call(function, target, arguments, expression)
        case .comprehension(let fold): return comprehension(fold)
        }
    }

    /// The common type of several, or `dyn`.
    private func join(_ types: [CELType]) -> CELType {
        guard let first = types.first else { return .dyn }
        return types.allSatisfy { $0 == first } ? first : .dyn
    }

    private mutating func identifier(_ name: String, _ expression: Expr) -> CELType {
        for scope in scopes.reversed() { if let type = scope[name] { return type } }
        if let type = environment.variables[name] { return type }
        if StandardLibrary.types[name] != nil { return .type }
        let known = environment.variables.keys.sorted() + scopes.flatMap { $0.keys.filter { !$0.hasPrefix("@") }.sorted() }
        issues.append(
            CELIssue(
                .celUndeclaredReference, "undeclared reference to '\(name)'", at: expression.range,
                hint: NameSuggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" } ?? "known here: \(known.joined(separator: ", "))"
            ))
        return .dyn
    }

    private mutating func select(_ field: String, from type: CELType, _ expression: Expr) -> CELType {
        switch type {
        case .dyn: return .dyn
        case .map(_, let value): return value
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
            issues.append(CELIssue(.celUndefinedField, "\(type) has no fields", at: expression.range))
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
        switch check(fold.range) {
        case .list(let type): element = type
        case .map(let key, _): element = key
        case .dyn: element = .dyn
        case let other:
            issues.append(
                CELIssue(
                    .celTypeMismatch, "\(other) cannot be iterated; a list or map can", at: fold.range.range,
                    hint: "without all() or exists(), compare the value itself"))
            element = .dyn
        }
        let initial = check(fold.initial)
        // An empty list takes its element type from what the step adds.
        var accumulator = initial == .list(.dyn) ? CELType.dyn : initial
        scopes.append([fold.variable: element, fold.accumulator: accumulator])
        _ = check(fold.condition)
        let step = check(fold.step)
        if initial == .list(.dyn), case .list = step { accumulator = step }
        scopes[scopes.count - 1] = [fold.accumulator: accumulator]
        let result = check(fold.result)
        scopes.removeLast()
        return result
    }

    private mutating func call(_ function: String, _ target: Expr?, _ arguments: [Expr], _ expression: Expr) -> CELType {
        let operands = (target.map { [$0] } ?? []) + arguments
        let types = operands.map { check($0) }
        guard let overloads = StandardLibrary.overloads[function] else {
            let known = StandardLibrary.overloads.keys.filter { $0.first?.isLetter ?? false }.sorted()
            issues.append(
                CELIssue(
                    .celUndeclaredReference, "undeclared function '\(function)'", at: expression.range,
                    hint: NameSuggestion.nearest(to: function, among: known).map { "did you mean '\($0)'?" }
                        ?? "there are: \(known.joined(separator: ", "))"))
            return .dyn
        }
        var results: [CELType] = []
        for overload in overloads where overload.isMember == (target != nil) && overload.parameters.count == types.count {
            var bindings: [String: CELType] = [:]
            if zip(overload.parameters, types).allSatisfy({ Self.fits($0, $1, &bindings) }) {
                results.append(Self.substitute(overload.result, bindings))
            }
        }
        guard let first = results.first else {
            let given = types.map(\.description).joined(separator: ", ")
            let name = Overload(function, types, .dyn, member: target != nil).signature
            // Those that take the first operand are what was probably meant.
            let near = overloads.filter { $0.parameters.first == types.first }
            issues.append(
                CELIssue(
                    .celNoMatchingOverload, "no matching overload for '\(name)' applied to (\(given))", at: expression.range,
                    hint: figureHint(types) ?? "candidates: " + (near.isEmpty ? overloads : near).prefix(6).map(\.signature).joined(separator: "; ")))
            return .dyn
        }
        return results.allSatisfy { $0 == first } ? first : .dyn
    }

    /// For a comparison of an object that holds a figure with a number: the figure was meant.
    private func figureHint(_ types: [CELType]) -> String? {
        guard types.contains(where: \.isNumeric) else { return nil }
        for case .object(let name) in types where environment.objectTypes[name]?.field("value")?.type.isNumeric == true {
            return "\(name) holds its figure in the field 'value': write ….value"
        }
        return nil
    }

    private static func fits(_ parameter: CELType, _ argument: CELType, _ bindings: inout [String: CELType]) -> Bool {
        if argument == .dyn { return true }
        switch (parameter, argument) {
        case (.dyn, _): return true
        case (.parameter(let name), _):
            guard let bound = bindings[name] else {
                bindings[name] = argument
                return true
            }
            return agree(bound, argument)
        case (.list(let left), .list(let right)): return fits(left, right, &bindings)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            return fits(leftKey, rightKey, &bindings) && fits(leftValue, rightValue, &bindings)
        default: return parameter == argument
        }
    }

    /// Whether two types may be compared or joined: equal up to `dyn`, both numbers, or one of them null.
    private static func agree(_ left: CELType, _ right: CELType) -> Bool {
        switch (left, right) {
        case (.dyn, _), (_, .dyn), (.null, _), (_, .null): true
        case (.list(let a), .list(let b)): agree(a, b)
        case (.map(let a, let b), .map(let c, let d)): agree(a, c) && agree(b, d)
        default: left == right || (left.isNumeric && right.isNumeric)
        }
    }

    private static func substitute(_ type: CELType, _ bindings: [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name): bindings[name] ?? .dyn
        case .list(let element): .list(substitute(element, bindings))
        case .map(let key, let value): .map(substitute(key, bindings), substitute(value, bindings))
        default: type
        }
    }
}
