import Basics

/// What a classifier said and what was true, row by row. A prediction is positive if the score is at or above the threshold.
public struct ScoredRows: Sendable {
    /// Probabilities of the positive class.
    public let scores: [Double]
    public let labels: [Bool]
    /// Each row's weight; nil: all count alike, whatever weight they were given.
    public let weights: [Double]?
    public let threshold: Double
    /// What was decided, where that is more than a threshold's work.
    public let decisions: [Bool]?
    /// Whether the scores are any: decisions written as 0 and 1 rank nothing and are no chances.
    public let hasScores: Bool

    /// Throws `empty`, `countsDiffer`, `invalidScore` for a score that is not in 0…1, or `invalidThreshold` and `invalidWeight` likewise.
    public init(
        scores: [Double], labels: [Bool], weights: [Double]? = nil, threshold: Double, decisions: [Bool]? = nil, hasScores: Bool = true
    ) throws(MetricsError) {
        guard decisions.map({ $0.count == scores.count }) ?? true else {
            throw MetricsError(.countsDiffer, message: "there are \(scores.count) scores and \(decisions?.count ?? 0) decisions")
        }
        guard scores.count == labels.count else {
            throw MetricsError(.countsDiffer, message: "there are \(scores.count) scores and \(labels.count) labels")
        }
        guard !scores.isEmpty else { throw MetricsError(.empty, message: "there are no rows") }
        guard (0...1).contains(threshold) else {
            throw MetricsError(.invalidThreshold, message: "the threshold \(threshold) is not in 0…1")
        }
        if let row = scores.firstIndex(where: { !(0...1).contains($0) }) {
            throw MetricsError(.invalidScore, message: "the score of row \(row + 1) is \(scores[row]), not a probability")
        }
        self.scores = scores
        self.labels = labels
        self.weights = try Self.relative(weights, rows: scores.count)
        self.threshold = threshold
        self.decisions = decisions
        self.hasScores = hasScores
    }

    /// Weights are finite, none is negative, some row counts, and their squares neither overflow nor vanish.
    static func check(_ weights: [Double], rows: Int) throws(MetricsError) {
        guard weights.count == rows else {
            throw MetricsError(.countsDiffer, message: "there are \(rows.counting("row")) and \(weights.count.counting("weight"))")
        }
        if let row = weights.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
            throw MetricsError(.invalidWeight, message: "the weight of row \(row + 1) is \(weights[row])")
        }
        if let row = weights.firstIndex(where: { $0 > 0 && !(1e-100...1e100).contains($0) }) {
            throw MetricsError(
                .invalidWeight,
                message: "the weight of row \(row + 1) is \(weights[row]), beyond 1e-100 to 1e100; weights count relative to one another: scale them")
        }
        guard weights.contains(where: { $0 > 0 }) else { throw MetricsError(.invalidWeight, message: "the weights sum to zero") }
    }

    /// Weights count relative to one another: where all are alike there are none, and where all are alike but some that are zero they are 0 and 1.
    ///
    /// Throws what `check` throws.
    static func relative(_ weights: [Double]?, rows: Int) throws(MetricsError) -> [Double]? {
        guard let weights else { return nil }
        try check(weights, rows: rows)
        guard let first = weights.first(where: { $0 > 0 }), weights.allSatisfy({ $0 == first || $0 == 0 }) else { return weights }
        return weights.contains(0) ? weights.map { $0 > 0 ? 1 : 0 } : nil
    }

    public var count: Int { scores.count }

    /// Rows whose weight is not zero, or all.
    public var countedRows: [Int] { weights.map { all in all.indices.filter { all[$0] > 0 } } ?? Array(0..<count) }

    /// All rows in an order of their own, by weight and score, so that sums of weights do not depend on that of the table in their last digits.
    public var summingOrder: [Int] {
        guard let weights else { return Array(0..<count) }
        return RadixSort.order(RadixSort.order(Array(0..<count), by: scores), by: weights)
    }

    /// Some of the rows, in the order given. Throws `empty`, or `invalidWeight` where none of them counts.
    public func selecting(rows: [Int]) throws(MetricsError) -> ScoredRows {
        try ScoredRows(
            scores: rows.map { scores[$0] }, labels: rows.map { labels[$0] }, weights: weights.map { all in rows.map { all[$0] } },
            threshold: threshold, decisions: decisions.map { all in rows.map { all[$0] } }, hasScores: hasScores)
    }

    /// Whether a row's prediction is positive.
    public func prediction(_ row: Int) -> Bool { decisions?[row] ?? (scores[row] >= threshold) }
}

/// How predictions and labels meet.
public struct ConfusionCounts: Hashable, Sendable {
    public var truePositives = Mass()
    public var falsePositives = Mass()
    public var trueNegatives = Mass()
    public var falseNegatives = Mass()

    public init() {}

    public init(_ rows: ScoredRows) {
        guard let weights = rows.weights else {
            var cells = (0, 0, 0, 0)
            for row in 0..<rows.count {
                switch (rows.prediction(row), rows.labels[row]) {
                case (true, true): cells.0 += 1
                case (true, false): cells.1 += 1
                case (false, false): cells.2 += 1
                case (false, true): cells.3 += 1
                }
            }
            self.init(cells)
            return
        }
        self.init()
        for row in rows.summingOrder { count(rows.prediction(row), rows.labels[row], weights[row]) }
    }

    /// As they were if each row whose score is at or above a threshold, of any size, were decided positively.
    init(_ rows: ScoredRows, atOrAbove threshold: Double) {
        self.init()
        for row in rows.summingOrder { count(rows.scores[row] >= threshold, rows.labels[row], rows.weights?[row] ?? 1) }
    }

    /// True positives, false positives, true negatives, false negatives.
    init(_ cells: (Int, Int, Int, Int)) {
        truePositives = Mass(rows: cells.0)
        falsePositives = Mass(rows: cells.1)
        trueNegatives = Mass(rows: cells.2)
        falseNegatives = Mass(rows: cells.3)
    }

    mutating func count(_ prediction: Bool, _ label: Bool, _ weight: Double) {
        switch (prediction, label) {
        case (true, true): truePositives.add(weight)
        case (true, false): falsePositives.add(weight)
        case (false, false): trueNegatives.add(weight)
        case (false, true): falseNegatives.add(weight)
        }
    }

    static func + (left: ConfusionCounts, right: ConfusionCounts) -> ConfusionCounts {
        var sum = left
        sum.truePositives = left.truePositives + right.truePositives
        sum.falsePositives = left.falsePositives + right.falsePositives
        sum.trueNegatives = left.trueNegatives + right.trueNegatives
        sum.falseNegatives = left.falseNegatives + right.falseNegatives
        return sum
    }

    public var all: Mass { positives + negatives }
    public var positives: Mass { truePositives + falseNegatives }
    public var negatives: Mass { falsePositives + trueNegatives }
    public var predictedPositives: Mass { truePositives + falsePositives }
    public var predictedNegatives: Mass { trueNegatives + falseNegatives }
    public var right: Mass { truePositives + trueNegatives }
}
