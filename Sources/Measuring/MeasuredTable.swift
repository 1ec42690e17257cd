import Basics
public import Frames
public import Metrics

/// A table with the columns that measures need, by name.
public struct MeasuredTable: Sendable {
    public struct Columns: Sendable {
        public var label: String
        public var score: String?
        public var prediction: String?
        public var weight: String?
        public var groups: [String] = []
        /// Columns that are crossed, such as sex and race.
        public var intersections: [[String]] = []
        /// By column of numbers, the edges between its groups.
        public var edges: [String: [Double]] = [:]
        /// Of several classes, the columns of their scores, in the order given.
        public var classScores: [(name: String, column: String)] = []
        /// How many of the highest scores may hold the true class for the top-k accuracy.
        public var topK = 2
        /// Which value of the label is positive; nil: true, 1, or the one of two that comes last.
        public var positive: String?
        public var threshold = 0.5
        /// Of the F-measure: recall counts so many times as much as precision.
        public var beta = 2.0

        public init(label: String) { self.label = label }
    }

    public let frame: Frame
    public let columns: Columns

    public init(_ frame: Frame, _ columns: Columns) {
        self.frame = frame
        self.columns = columns
    }

    /// For a binary label with a score, or with a prediction of the same values, of which no figure of scores has a value; with both the prediction decides and the score ranks.
    ///
    /// Throws `FrameError` for a column that is not there, `MetricsError` for one that is not what it must be.
    public func scoredRows() throws -> ScoredRows {
        let label = try frame.column(columns.label)
        let (labels, positive, negatives) = try truths(of: label, positive: columns.positive)
        let decided = try columns.prediction.map { try predictions(of: try frame.column($0), positive: positive, negatives: negatives) }
        guard let scores = try columns.score.map({ try numbers(of: try frame.column($0)) }) ?? decided?.map({ $0 ? 1 : 0 }) else {
            throw MetricsError(.invalidOption, message: "a score or a prediction is needed")
        }
        return try ScoredRows(
            scores: scores, labels: labels, weights: try weights(), threshold: columns.threshold, decisions: columns.score == nil ? nil : decided,
            hasScores: columns.score != nil)
    }

    /// How a row is decided, in words.
    var decisionText: String {
        if let name = columns.prediction, columns.score != nil { return "'\(name)' says which are decided positively" }
        if let name = columns.prediction { return "'\(name)' says which are decided positively, and there are no scores" }
        return "a score of at least \(columns.threshold) is a positive decision"
    }

    /// Which rows' labels are positive.
    func labels() throws -> [Bool] { try truths(of: try frame.column(columns.label), positive: columns.positive).0 }

    public func weights() throws -> [Double]? { try columns.weight.map { try numbers(of: try frame.column($0)) } }

    /// Of each column of groups, and of those that are crossed.
    public func groups() throws -> [Groups] {
        let grouping = Set(columns.groups + columns.intersections.flatMap(\.self))
        if let other = columns.edges.keys.filter({ !grouping.contains($0) }).min() {
            throw MetricsError(.invalidOption, message: "edges are given of '\(other)', by which nothing is grouped")
        }
        // Columns cross to the same groups in any order.
        var seen: Set<[String]> = []
        for names in columns.groups.map({ [$0] }) + columns.intersections where !seen.insert(names.sorted()).inserted {
            throw MetricsError(
                .invalidOption, message: "'\(names.joined(separator: ","))' is grouped by twice, and its tests would be corrected for twice as many")
        }
        if let crossed = columns.intersections.first(where: { Set($0).count < 2 || Set($0).count < $0.count }) {
            throw MetricsError(
                .invalidOption, message: "'\(crossed.joined(separator: ","))' crosses no two different columns: name them as in sex,race")
        }
        func groups(_ name: String) throws -> Groups { try Groups(try frame.column(name), edges: columns.edges[name]) }
        return try columns.groups.map(groups) + columns.intersections.map { try Groups(crossing: try $0.map(groups)) }
    }

    /// Every row's number. A missing one is an error: nothing is left out silently.
    public func numbers(of column: Column) throws -> [Double] {
        if let row = (0..<column.count).first(where: { column.isMissing($0) }) {
            throw MetricsError(.wrongType, message: "row \(row + 1) of '\(column.name)' is no number: it is missing, or NaN")
        }
        switch column.values {
        case .double(let all): return all
        case .integer(let all): return all.map { Double($0) }
        case .boolean(let all): return all.map { $0 ? 1 : 0 }
        case .category, .timestamp: throw MetricsError(.wrongType, message: "'\(column.name)' is a \(column.kind.rawValue) column, not numbers")
        }
    }

    /// The class of every row, as text; classes by their bytes. A number such as 1.0 is the class `1`, as a whole one is.
    public func classes(of column: Column) throws -> (codes: [Int], names: [String]) {
        var column = column
        if case .double(let all) = column.values {
            let texts = try all.enumerated().map { row, value -> String? in
                if column.isMissing(row) { return nil }
                guard let whole = Int64(exactly: value) else {
                    throw MetricsError(
                        .wrongType,
                        message: "row \(row + 1) of '\(column.name)' is \(value), and a class is a category, a truth value or a whole number")
                }
                return "\(whole)"
            }
            column = Column(column.name, texts: texts)
        }
        let groups = try Groups(column)
        if let row = groups.codes.firstIndex(where: { groups.names[Int($0)] == Groups.missing }) {
            throw MetricsError(.wrongType, message: "row \(row + 1) of '\(column.name)' is missing")
        }
        return (groups.codes.map { Int($0) }, groups.names)
    }

    /// Which rows' labels are positive, what the positive label is called, and what the others are.
    private func truths(of column: Column, positive wanted: String?) throws -> (truths: [Bool], positive: String, negatives: Set<String>) {
        if case .double(let all) = column.values, column.missingCount == 0, all.allSatisfy({ $0 == 0 || $0 == 1 }), wanted == nil || wanted == "1" {
            return (all.map { $0 == 1 }, "1", ["0"])
        }
        let (codes, names) = try classes(of: column)
        // Of one class only, `false` and `0` say what the other would be.
        let twins = ["true": "false", "1": "0"]
        let preferred = ["true", "1"].first { names.contains($0) || (names.count == 1 && names[0] == twins[$0]) }
        guard let positive = wanted ?? preferred ?? (names.count == 2 ? names[1] : nil) else {
            throw MetricsError(
                .wrongType,
                message:
                    "'\(column.name)' has \(names.count.counting("value")) (\(names.prefix(4).joined(separator: ", "))), and which is positive is not said"
            )
        }
        guard names.contains(positive) || names.count < 2 else {
            throw MetricsError(
                .wrongType, message: "'\(column.name)' has no value '\(positive)'; there are \(names.prefix(4).joined(separator: ", "))")
        }
        guard names.count <= 2 || wanted != nil else {
            throw MetricsError(.wrongType, message: "'\(column.name)' has \(names.count) values; say which is positive")
        }
        var negatives = Set(names).subtracting([positive])
        if let twin = twins[positive], negatives.isEmpty { negatives = [twin] }
        let code = names.firstIndex(of: positive)
        return (codes.map { $0 == code }, positive, negatives)
    }

    /// Which rows' predictions are positive: predictions are written as the labels are, and `true` is `1`. A word that no label is, is an error: taken for
    /// a negative decision it would pass for a measurement.
    private func predictions(of column: Column, positive: String, negatives: Set<String>) throws -> [Bool] {
        let words = ["true": "1", "false": "0", "1.0": "1", "0.0": "0"]
        func plain(_ name: String) -> String { words[name.lowercased()] ?? name }
        let wanted = plain(positive)
        let others = Set(negatives.map(plain))
        let codes: [Int]
        let names: [String]
        if case .double(let all) = column.values, column.missingCount == 0, all.allSatisfy({ $0 == 0 || $0 == 1 }) {
            (codes, names) = (all.map { Int($0) }, ["0", "1"])
        } else {
            (codes, names) = try classes(of: column)
        }
        let used = Set(codes)
        var strangers = names.indices.filter { used.contains($0) && plain(names[$0]) != wanted && !others.contains(plain(names[$0])) }
        // Labels of one class do not say what the other is called: one word may be it, where `true` and `1` have not.
        if others.isEmpty, strangers.count == 1, names.count == 2, used.count == 2 { strangers = [] }
        if let first = strangers.first {
            let known = ([positive] + negatives.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }).prefix(4).joined(separator: "' or '")
            throw MetricsError(
                .wrongType, message: "'\(column.name)' has the value '\(names[first])', which no label is: predictions are '\(known)' as labels are")
        }
        return codes.map { plain(names[$0]) == wanted }
    }
}
