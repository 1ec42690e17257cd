extension CELLibrary {
    /// `matches` (cel-spec), `regex.replace`, `regex.extract`, `regex.extractAll` (cel-go `ext.Regex`), `find` and `findAll` (Kubernetes).
    static let regularExpressions: CELLibrary = {
        var library = CELLibrary(
            "regex",
            "RE2's syntax with Unicode's categories and scripts, matched anywhere in the text; of several matches the leftmost, and of those the one that Perl would take. A search takes time linear in the text; `findAll`, `regex.extractAll` and `regex.replace` make one search for each match. A pattern that is none is an error."
        )
        let matches: PayingBody = { values, budget throws(CELEvaluationError) in
            let read = try texts("matches", values)
            return .bool(try search(read[0], read[1], groups: nil, &budget) { matcher throws(Interruption) in try matcher.matches() })
        }
        library.function(
            "matches", [([.string, .string], .bool)], note: "whether the pattern matches some part of the text", estimate: estimate(.one),
            paying: matches)
        library.member(
            "matches", [([.string, .string], .bool)], note: "whether the pattern matches some part of the text", estimate: estimate(.one),
            paying: matches)
        library.member(
            "find", [([.string, .string], .string)], note: "the first match, or the empty text",
            estimate: estimate(.one),
            paying: { values, budget throws(CELEvaluationError) in
                let read = try texts("find", values)
                let found = try search(read[0], read[1], groups: 0, &budget) { matcher throws(Interruption) in
                    try matcher.firstMatch().map { matcher.text($0[0]) }
                }
                return .string((found ?? "") ?? "")
            })
        library.member(
            "findAll", [([.string, .string], .list(.string)), ([.string, .string, .int], .list(.string))],
            note: "the matches one after another, at most so many; a negative limit is none",
            estimate: estimate(.all),
            paying: { values, budget throws(CELEvaluationError) in
                let read = try texts("findAll", Array(values.prefix(2)), of: values)
                let limit = try count("findAll", values, at: 2)
                return try search(read[0], read[1], groups: 0, &budget) { matcher throws(Interruption) in
                    .list(try matcher.allMatches(limit: limit).map { .string(matcher.text($0[0]) ?? "") })
                }
            })
        library.function(
            "regex.extract", [([.string, .string], .optional(.string))],
            note: "the first match, or what the pattern's only group has of it; nothing where that is empty. Two groups are an error",
            estimate: estimate(.one),
            paying: { values, budget throws(CELEvaluationError) in
                let read = try texts("regex.extract", values)
                return .optional(try extract(read[0], read[1], limit: 1, &budget).first)
            })
        library.function(
            "regex.extractAll", [([.string, .string], .list(.string))],
            note: "the same of all matches one after another; an empty group is left out",
            estimate: estimate(.all),
            paying: { values, budget throws(CELEvaluationError) in
                let read = try texts("regex.extractAll", values)
                return .list(try extract(read[0], read[1], limit: .max, &budget))
            })
        library.function(
            "regex.replace", [([.string, .string, .string], .string), ([.string, .string, .string, .int], .string)],
            note: "the text with its matches replaced, at most so many: `\\1` to `\\9` stand for groups, `\\0` for the match, `\\\\` for a backslash",
            estimate: estimate(.replaced),
            paying: { values, budget throws(CELEvaluationError) in
                let read = try texts("regex.replace", Array(values.prefix(3)), of: values)
                let limit = try count("regex.replace", values, at: 3)
                return .string(try replace(read[0], read[1], with: read[2], limit: limit, &budget))
            })
        return library
    }()

    private typealias Interruption = RegularExpressionMatcher.Interruption

    /// A unit of cost is paid for so many steps: as Kubernetes counts letters of the text times letters of the pattern.
    private static let stepsPerUnit: UInt64 = 40

    /// Searches, and pays for what was done.
    private static func search<T>(
        _ text: String, _ pattern: String, groups: Int?, _ budget: inout Budget, _ body: (inout RegularExpressionMatcher) throws(Interruption) -> T
    ) throws(CELEvaluationError) -> T {
        try search(text, try expression(pattern, &budget), groups: groups, &budget, body)
    }

    private static func search<T>(
        _ text: String, _ expression: RegularExpression, groups: Int?, _ budget: inout Budget,
        _ body: (inout RegularExpressionMatcher) throws(Interruption) -> T
    ) throws(CELEvaluationError) -> T {
        try budget.traverse(text.utf8.count)
        let allowance = min(budget.remaining, 1 << 50) * stepsPerUnit
        var matcher = RegularExpressionMatcher(expression, text, groups: groups, allowance: allowance, isCancelled: budget.isCancelled)
        let result = Result { () throws(Interruption) in try body(&matcher) }
        switch result {
        case .success(let value):
            try budget.spend((allowance - matcher.allowance) / stepsPerUnit)
            return value
        case .failure(.exhausted): throw budget.exhausted()
        case .failure(.cancelled): throw .cancelled
        }
    }

    private static func expression(_ pattern: String, _ budget: inout Budget) throws(CELEvaluationError) -> RegularExpression {
        try budget.traverse(pattern.utf8.count)
        let expression: RegularExpression
        do throws(RegularExpression.Failure) {
            expression = try RegularExpression.shared(pattern)
        } catch {
            throw CELEvaluationError(.invalidArgument, "'\(pattern)' is no pattern: \(error.message)")
        }
        // A short pattern may stand for a long program.
        try budget.spend(UInt64(expression.program.count / 10))
        return expression
    }

    private enum Search { case one, all, replaced }

    /// What the steps of a search cost at most. Where a machine of p instructions stands at one of n letters, each instruction is visited once, and
    /// leads to two others at most; each match begins a search of its own.
    private static func estimate(_ search: Search) -> Estimate {
        { extents, operands in
            let letters = extents[0].maximum.adding(1)
            var size = UInt64(RegularExpression.maximumInstructions)
            if case .literal(.string(let pattern)) = operands[1].kind, let expression = try? RegularExpression.shared(pattern) {
                size = UInt64(expression.program.count)
            }
            func units(_ steps: UInt64) -> UInt64 { steps == .max ? .max : steps / stepsPerUnit + 1 }
            let steps = letters.multiplying(3 * size + 2)
            var cost = CostEstimate(0, size / 10 + 1) + extents[0].traversal.orNothing + extents[1].traversal.orNothing
            cost += CostEstimate(0, units(search == .one ? steps : steps.multiplying(letters)))
            guard search == .replaced else { return cost }
            // Each match may insert as many pieces as the replacement is long, each as long as the text.
            let pieces = extents[2].maximum.adding(1)
            return cost + CostEstimate(0, letters.multiplying(pieces.multiplying(extents[0].traversal.upper).adding(pieces)))
        }
    }

    private static func extract(_ text: String, _ pattern: String, limit: Int, _ budget: inout Budget) throws(CELEvaluationError) -> [Value] {
        let expression = try expression(pattern, &budget)
        guard expression.groupCount <= 1 else {
            throw CELEvaluationError(.invalidArgument, "regular expression has more than one capturing group: \"\(pattern)\"")
        }
        return try search(text, expression, groups: 1, &budget) { matcher throws(Interruption) in
            try matcher.allMatches(limit: limit).compactMap { match in
                guard match.count > 1 else { return .string(matcher.text(match[0]) ?? "") }
                return matcher.text(match[1]).flatMap { $0.isEmpty ? nil : .string($0) }
            }
        }
    }

    /// A piece of a replacement: letters, or the place of a group.
    private enum Piece {
        case letter(Unicode.Scalar)
        case group(Int)
    }

    private static func replace(
        _ text: String, _ pattern: String, with replacement: String, limit: Int, _ budget: inout Budget
    ) throws(CELEvaluationError) -> String {
        guard limit > 0 else { return text }
        let expression = try expression(pattern, &budget)
        let pieces = Result { () throws(CELEvaluationError) in try self.pieces(replacement, groupCount: expression.groupCount) }
        let (matches, letters) = try search(text, expression, groups: 9, &budget) { matcher throws(Interruption) in
            (try matcher.allMatches(limit: limit), matcher.letters)
        }
        // What is wrong with a replacement that is not used does not matter.
        guard !matches.isEmpty else { return text }
        let used = try pieces.get()
        var result: [Unicode.Scalar] = []
        var end = 0
        for match in matches {
            guard let whole = match[0] else { continue }
            result.append(contentsOf: letters[end..<whole.lowerBound])
            for piece in used {
                switch piece {
                case .letter(let letter): result.append(letter)
                case .group(let group):
                    guard let range = match[group] else { continue }
                    try budget.traverse(range.count)
                    result.append(contentsOf: letters[range])
                }
            }
            try budget.traverse(used.count)
            end = whole.upperBound
        }
        result.append(contentsOf: letters[end...])
        return String(scalars: result)
    }

    private static func pieces(_ replacement: String, groupCount: Int) throws(CELEvaluationError) -> [Piece] {
        func failure(_ what: String) -> CELEvaluationError {
            CELEvaluationError(.invalidArgument, "invalid replacement string '\(replacement)': \(what)")
        }
        var pieces: [Piece] = []
        var letters = replacement.unicodeScalars.makeIterator()
        while let letter = letters.next() {
            guard letter == "\\" else {
                pieces.append(.letter(letter))
                continue
            }
            switch letters.next() {
            case nil: throw failure("it ends in a backslash")
            case "\\"?: pieces.append(.letter("\\"))
            case let digit? where ("0"..."9").contains(digit):
                let group = Int(digit.value - 48)
                guard group <= groupCount else { throw failure("there are \(groupCount) groups, not \(group)") }
                pieces.append(.group(group))
            case let other?: throw failure("a backslash stands before a digit or a backslash, not before '\(other)'")
            }
        }
        return pieces
    }

    private static func texts(_ function: String, _ values: [Value], of all: [Value]? = nil) throws(CELEvaluationError) -> [String] {
        var read: [String] = []
        for value in values {
            guard case .string(let text) = value else { throw Functions.noOverload(function, all ?? values) }
            read.append(text)
        }
        return read
    }

    /// How many matches are wanted: all where the operand lacks or is negative.
    private static func count(_ function: String, _ values: [Value], at index: Int) throws(CELEvaluationError) -> Int {
        guard index < values.count else { return .max }
        guard case .int(let count) = values[index] else { throw Functions.noOverload(function, values) }
        return count < 0 ? .max : Int(count)
    }
}

extension RegularExpressionMatcher {
    /// The text at a place that matched.
    func text(_ range: Range<Int>?) -> String? { range.map { String(String.UnicodeScalarView(letters[$0])) } }
}
