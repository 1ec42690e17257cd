import Diagnostics

/// What is said of a call that is none: at the function's name or the operator, with what was probably meant.
struct CallDiagnosis {
    let environment: CELEnvironment
    let source: [Unicode.Scalar]
    let function: String
    let target: Expr?
    let arguments: [Expr]
    let expression: Expr

    private var isMember: Bool { target != nil }

    /// `math.gratest(1)`: a name that is no variable, but begins functions' names. Nil for anything else.
    ///
    /// - Parameter scopes: the variables of enclosing comprehensions.
    func unknownInNamespace(_ scopes: [[String: CELType]]) -> CELIssue? {
        guard case .identifier(let namespace)? = target?.kind, environment.variables[namespace] == nil,
            !scopes.contains(where: { $0[namespace] != nil })
        else { return nil }
        let known = environment.globalFunctions.filter { $0.hasPrefix("\(namespace).") }.sorted()
        guard !known.isEmpty else { return nil }
        let whole = "\(namespace).\(function)"
        return CELIssue(.celUndeclaredReference, "undeclared function '\(whole)'", at: place, hint: Self.suggestion(whole, known))
    }

    /// A function that does not exist.
    ///
    /// - Parameter types: of the operands, the target's first.
    func undeclared(_ types: [CELType]) -> CELIssue {
        // A method that the operand has, or a function. What is unknown has every method: too many to name.
        let known = environment.overloads.values.joined().filter { overload in
            var bindings: [String: CELType] = [:]
            return overload.isMember == isMember && (!isMember || Checker.fits(overload.parameters[0], types[0], &bindings))
                && overload.function.first?.isLetter == true
        }
        let names = Set(known.map(\.function)).sorted()
        let isOpen = isMember && types[0] == .dyn
        return CELIssue(
            .celUndeclaredReference, "undeclared function '\(function)'", at: place,
            hint: isOpen
                ? NameSuggestion.nearest(to: function, among: names).map { "did you mean '\($0)'?" } : Self.suggestion(function, names))
    }

    private static func suggestion(_ name: String, _ known: [String]) -> String? {
        if let nearest = NameSuggestion.nearest(to: name, among: known) { return "did you mean '\(nearest)'?" }
        return known.isEmpty ? nil : "there are: \(known.joined(separator: ", "))"
    }

    /// A function that does not take these operands.
    func noOverload(_ overloads: [Overload], _ types: [CELType]) -> CELIssue {
        let given = types.map(\.description).joined(separator: ", ")
        let name = Overload(function, types, .dyn, member: isMember).signature
        return CELIssue(
            .celNoMatchingOverload, "no matching overload for '\(name)' applied to (\(given))", at: place,
            hint: figureHint(types) ?? equalityHint(types) ?? choiceHint(types)
                ?? "candidates: " + candidates(overloads, types).map(\.signature).joined(separator: "; "))
    }

    /// Those that most of the operands fit, the first one above all: at most six.
    private func candidates(_ overloads: [Overload], _ types: [CELType]) -> [Overload] {
        func fitting(_ overload: Overload) -> Int {
            var bindings: [String: CELType] = [:]
            let fits = zip(overload.parameters, types).map { Checker.fits($0, $1, &bindings) }
            let isCallable = overload.isMember == isMember && overload.parameters.count == types.count
            return (fits.first == true ? 100 : 0) + (isCallable ? 50 : 0) + fits.count(where: \.self)
        }
        let ranked = overloads.map { ($0, fitting($0)) }
        let best = ranked.map(\.1).max() ?? 0
        return ranked.filter { $0.1 == best }.prefix(6).map(\.0)
    }

    /// For a comparison of an object that holds a figure with a number: the figure was meant.
    private func figureHint(_ types: [CELType]) -> String? {
        guard types.contains(where: \.isNumeric) else { return nil }
        for case .object(let name) in types where environment.objectTypes[name]?.field("value")?.type.isNumeric == true {
            return "\(name) holds its figure in the field 'value': write ….value"
        }
        return nil
    }

    private func equalityHint(_ types: [CELType]) -> String? {
        guard function == "_==_" || function == "_!=_" else { return nil }
        return "\(types[0]) and \(types[1]) are never equal: convert one of them, as in string(1) == '1'"
    }

    private func choiceHint(_ types: [CELType]) -> String? {
        guard function == "_?_:_", types[0] == .bool || types[0] == .dyn else { return nil }
        return "\(types[1]) and \(types[2]) are of no common type: convert one of them, or write dyn(…) around one"
    }

    /// The name of the function, or the operator; the whole call where a macro wrote it.
    private var place: Range<Int> {
        if function.first?.isLetter == true {
            guard let target else {
                let start = expression.range.lowerBound
                guard let end = source[expression.range.clamped(to: source.indices)].firstIndex(of: "(") else { return expression.range }
                return start..<end
            }
            return find(function, from: target.range.upperBound, to: expression.range.upperBound) ?? expression.range
        }
        let symbol = Self.symbols[function] ?? String(function.filter { $0 != "_" })
        guard let first = arguments.first, !symbol.isEmpty else { return expression.range }
        let isBinary = arguments.count > 1
        return find(
            symbol, from: isBinary ? first.range.upperBound : expression.range.lowerBound,
            to: isBinary ? arguments[1].range.lowerBound : first.range.lowerBound) ?? expression.range
    }

    private static let symbols = ["_[_]": "[", "_[?_]": "[?", "_?_:_": "?", "@in": "in"]

    /// Nil where a macro has put the bounds elsewhere.
    private func find(_ text: String, from start: Int, to end: Int) -> Range<Int>? {
        let letters = Array(text.unicodeScalars)
        let last = min(end, source.count) - letters.count
        guard start >= 0, start <= last else { return nil }
        return (start...last).first { source[$0..<$0 + letters.count].elementsEqual(letters) }.map { $0..<$0 + letters.count }
    }
}
