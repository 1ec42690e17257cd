/// What a classifier of several classes said and what was true, row by row.
public struct ClassifiedRows: Sendable {
    public let classes: [String]
    /// Each row's class, into `classes`.
    public let labels: [Int]
    /// The same of what was predicted: where nobody says it, the class with the highest score, of several the first.
    public let predictions: [Int]
    /// By row, one for each class; nil where only decisions are known.
    public let scores: [[Double]]?
    /// Each row's weight; nil: all count alike, whatever weight they were given.
    public let weights: [Double]?

    /// Throws `countsDiffer`, `empty`, `invalidScore`, `invalidWeight`, or `invalidOption` where neither predictions nor scores are given.
    public init(
        classes: [String], labels: [Int], predictions: [Int]? = nil, scores: [[Double]]? = nil, weights: [Double]? = nil
    ) throws(MetricsError) {
        guard !labels.isEmpty else { throw MetricsError(.empty, message: "there are no rows") }
        self.weights = try ScoredRows.relative(weights, rows: labels.count)
        if let scores {
            guard scores.count == labels.count, scores.allSatisfy({ $0.count == classes.count }) else {
                throw MetricsError(.countsDiffer, message: "every row needs a score for each of the \(classes.count) classes")
            }
            if let row = scores.firstIndex(where: { $0.contains { !(0...1).contains($0) } }) {
                throw MetricsError(.invalidScore, message: "a score of row \(row + 1) is no probability")
            }
        }
        guard let given = predictions ?? scores?.map({ row in row.indices.max { (row[$0], -$0) < (row[$1], -$1) } ?? 0 }) else {
            throw MetricsError(.invalidOption, message: "neither predictions nor scores are given")
        }
        guard given.count == labels.count, (labels + given).allSatisfy({ classes.indices.contains($0) }) else {
            throw MetricsError(.countsDiffer, message: "labels and predictions must be as many, and of the classes given")
        }
        (self.classes, self.labels, self.predictions, self.scores) = (classes, labels, given, scores)
    }

    /// −ln of a score, as far from 0 and 1 as scikit-learn keeps it.
    static func surprise(_ score: Double) -> Double { -RankMeasures.logarithm(min(max(score, 0x1p-52), 1 - 0x1p-52)) }

    /// Why the scores of some rows are no chances of the classes, of which one is true; nil if they are, but for digits that were rounded away.
    func reasonAgainstChances(_ rows: some Sequence<Int>) -> String? {
        guard let scores else { return nil }
        for row in rows {
            let sum: Double = scores[row].reduce(0, +)
            guard abs(sum - 1) > 0.01 else { continue }
            return "the classes' scores of a row sum to \((sum * 1000).rounded() / 1000), and chances to 1"
        }
        return nil
    }

    /// The same rows with the classes of another model too, which this one gives no chance: models that were trained on different rows may know different classes.
    public func joined(with other: ClassifiedRows) throws(MetricsError) -> ClassifiedRows {
        // By their bytes: Swift takes texts for the same that Unicode writes in two ways.
        var all: [String] = []
        for name in (classes + other.classes).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where !(all.last?.utf8.elementsEqual(name.utf8) ?? false) { all.append(name) }
        let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { (Array($1.utf8), $0) })
        let moved = classes.map { places[Array($0.utf8)] ?? 0 }
        let spread = scores.map { rows in
            rows.map { row -> [Double] in
                var wide = [Double](repeating: 0, count: all.count)
                for (old, new) in moved.enumerated() { wide[new] = row[old] }
                return wide
            }
        }
        return try ClassifiedRows(
            classes: all, labels: labels.map { moved[$0] }, predictions: predictions.map { moved[$0] }, scores: spread, weights: weights)
    }
}
