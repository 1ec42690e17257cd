extension CELLibrary {
    /// Strings by code points (cel-go `ext.Strings`, Kubernetes): positions count code points.
    static let strings: CELLibrary = {
        var library = CELLibrary(
            "strings", "Positions count code points; negative limits mean none.")
        library.member("charAt", [([.string, .int], .string)]) { values throws(CELEvaluationError) in
            guard case (.string(let text), .int(let index)) = (values[0], values[1]) else { throw Functions.noOverload("charAt", values) }
            let letters = Array(text.unicodeScalars)
            guard let position = Int(exactly: index), (0...letters.count).contains(position) else { throw outOfRange(index) }
            return .string(position == letters.count ? "" : String(letters[position]))
        }
        for (name, isLast) in [("indexOf", false), ("lastIndexOf", true)] {
            library.member(
                name, [([.string, .string], .int), ([.string, .string, .int], .int)], estimate: Search.estimate,
                paying: { values, budget throws(CELEvaluationError) in
                    try budget.traverse(all: values)
                    return .int(try find(name, values, isLast: isLast, &budget))
                })
        }
        library.member(
            "replace", [([.string, .string, .string], .string), ([.string, .string, .string, .int], .string)], estimate: Search.estimate,
            paying: { values, budget throws(CELEvaluationError) in
                try budget.traverse(all: values)
                let read = try texts("replace", values.prefix(3), of: values)
                return .string(try replace(read[0], read[1], read[2], limit: try limit("replace", values, at: 3), &budget))
            })
        library.member(
            "split", [([.string, .string], .list(.string)), ([.string, .string, .int], .list(.string))], estimate: Search.estimate,
            paying: { values, budget throws(CELEvaluationError) in
                try budget.traverse(all: values)
                let read = try texts("split", values.prefix(2), of: values)
                return .list(try split(read[0], read[1], limit: try limit("split", values, at: 2), &budget).map { .string($0) })
            })
        library.member("substring", [([.string, .int], .string), ([.string, .int, .int], .string)]) { values throws(CELEvaluationError) in
            guard case (.string(let text), .int(let start)) = (values[0], values[1]) else { throw Functions.noOverload("substring", values) }
            let letters = Array(text.unicodeScalars)
            var end = Int64(letters.count)
            if values.count == 3 {
                guard case .int(let given) = values[2] else { throw Functions.noOverload("substring", values) }
                guard (0...Int64(letters.count)).contains(given) else { throw outOfRange(given) }
                end = given
            }
            guard start >= 0, start <= end else { throw outOfRange(start) }
            return .string(joined(letters[Int(start)..<Int(end)]))
        }
        library.member("join", [([.list(.string)], .string), ([.list(.string), .string], .string)]) { values throws(CELEvaluationError) in
            guard case .list(let elements) = values[0] else { throw Functions.noOverload("join", values) }
            let separator = try texts("join", values.dropFirst(), of: values).first ?? ""
            return .string(try texts("join", elements[...], of: values).joined(separator: separator))
        }
        library.member("reverse", [([.string], .string)]) { values throws(CELEvaluationError) in
            .string(joined(Array(try texts("reverse", values[...], of: values)[0].unicodeScalars).reversed()))
        }
        library.member("format", [([.string, .list(.dyn)], .string)]) { values throws(CELEvaluationError) in
            guard case (.string(let format), .list(let arguments)) = (values[0], values[1]) else { throw Functions.noOverload("format", values) }
            return .string(try Formatting.format(format, arguments))
        }
        library.function("strings.quote", [([.string], .string)]) { values throws(CELEvaluationError) in
            .string(quote(try texts("strings.quote", values[...], of: values)[0]))
        }
        return library
    }()
}

private func outOfRange(_ index: Int64) -> CELEvaluationError { CELEvaluationError(.indexOutOfRange, "index out of range: \(index)") }

private func joined(_ letters: some Sequence<Unicode.Scalar>) -> String { String(scalars: letters) }

private func texts(_ function: String, _ values: ArraySlice<Value>, of all: [Value]) throws(CELEvaluationError) -> [String] {
    var read: [String] = []
    for value in values {
        guard case .string(let text) = value else { throw Functions.noOverload(function, all) }
        read.append(text)
    }
    return read
}

/// Negative: no limit.
private func limit(_ function: String, _ values: [Value], at index: Int) throws(CELEvaluationError) -> Int64 {
    guard index < values.count else { return -1 }
    guard case .int(let limit) = values[index] else { throw Functions.noOverload(function, values) }
    return limit
}

/// Looks for one text within another. Comparing letters again and writing more than was read is paid as it is done, so that the budget ends it.
private struct Search {
    /// At least for the operands; how much more their sizes do not tell.
    static let estimate: CELLibrary.Estimate = { extents, operands in
        CostEstimate(CELLibrary.traversal(extents, operands).minimum, .max)
    }

    let letters: [Unicode.Scalar]
    let sought: [Unicode.Scalar]
    /// Negative: letters that were paid for with the operands.
    private var owed: Int

    init(_ whole: String, _ part: String) {
        letters = Array(whole.unicodeScalars)
        sought = Array(part.unicodeScalars)
        owed = -2 * letters.count
    }

    mutating func isMatch(at index: Int, _ budget: inout Budget) throws(CELEvaluationError) -> Bool {
        guard index + sought.count <= letters.count else { return false }
        var length = 0
        while length < sought.count, letters[index + length] == sought[length] { length += 1 }
        try pay(length + 1, &budget)
        return length == sought.count
    }

    /// For so many letters; a few are free.
    mutating func pay(_ count: Int, _ budget: inout Budget) throws(CELEvaluationError) {
        owed += count
        guard owed > 1000 else { return }
        try budget.traverse(owed)
        owed = 0
    }
}

private func find(_ name: String, _ values: [Value], isLast: Bool, _ budget: inout Budget) throws(CELEvaluationError) -> Int64 {
    guard case (.string(let whole), .string(let part)) = (values[0], values[1]) else { throw Functions.noOverload(name, values) }
    var search = Search(whole, part)
    let count = search.letters.count
    var offset = isLast ? count : 0
    if values.count == 3 {
        guard case .int(let given) = values[2] else { throw Functions.noOverload(name, values) }
        guard let position = Int(exactly: given), (0...count).contains(position) else { throw outOfRange(given) }
        offset = position
    }
    let last = count - search.sought.count
    guard last >= 0 else { return -1 }
    let places = isLast ? stride(from: min(offset, last), through: 0, by: -1) : stride(from: offset, through: last, by: 1)
    for place in places where try search.isMatch(at: place, &budget) { return Int64(place) }
    return -1
}

private func replace(
    _ whole: String, _ old: String, _ new: String, limit: Int64, _ budget: inout Budget
) throws(CELEvaluationError) -> String {
    var search = Search(whole, old)
    let (letters, sought) = (search.letters, search.sought)
    // Bytes grow in place; a string that is appended to by other strings is copied now and then as a whole.
    let added = Array(new.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(whole.utf8.count)
    var count: Int64 = 0
    var index = 0
    while index <= letters.count {
        if limit < 0 || count < limit, try search.isMatch(at: index, &budget) {
            try search.pay(added.count, &budget)
            result += added
            count += 1
            index += sought.count
            guard sought.isEmpty else { continue }
        }
        if index < letters.count { result.append(contentsOf: letters[index].utf8) }
        index += 1
    }
    return String(decoding: result, as: UTF8.self)
}

private func split(_ whole: String, _ separator: String, limit: Int64, _ budget: inout Budget) throws(CELEvaluationError) -> [String] {
    if limit == 0 { return [] }
    var search = Search(whole, separator)
    let (letters, sought) = (search.letters, search.sought)
    if sought.isEmpty {
        guard limit > 0, limit < letters.count else { return letters.map { String($0) } }
        return letters[..<Int(limit - 1)].map { String($0) } + [joined(letters[Int(limit - 1)...])]
    }
    var parts: [String] = []
    var start = 0
    var index = 0
    while index + sought.count <= letters.count, limit < 0 || parts.count + 1 < limit {
        if try search.isMatch(at: index, &budget) {
            parts.append(joined(letters[start..<index]))
            index += sought.count
            start = index
        } else {
            index += 1
        }
    }
    return parts + [joined(letters[start...])]
}

private func quote(_ text: String) -> String {
    let escapes: [Unicode.Scalar: String] = [
        "\u{07}": "\\a", "\u{08}": "\\b", "\u{0C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{0B}": "\\v", "\\": "\\\\", "\"": "\\\"",
    ]
    return "\"" + text.unicodeScalars.map { escapes[$0] ?? String($0) }.joined() + "\""
}
