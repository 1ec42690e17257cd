/// What a classifier said and what was true, row by row. A prediction is positive if the score is at or above the threshold.
public struct ScoredRows: Sendable {
    /// Probabilities of the positive class.
    public let scores: [Double]
    public let labels: [Bool]
    public let threshold: Double
    /// Whether each row's prediction is positive.
    public let predictions: [Bool]

    /// Throws `empty`, `countsDiffer`, `invalidScore` for a score that is not in 0…1, or `invalidThreshold` likewise.
    public init(scores: [Double], labels: [Bool], threshold: Double) throws(MetricsError) {
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
        self.threshold = threshold
        self.predictions = scores.map { $0 >= threshold }
    }

    public var count: Int { scores.count }
}

/// How predictions and labels meet.
public struct ConfusionCounts: Hashable, Sendable {
    public var truePositives = 0
    public var falsePositives = 0
    public var trueNegatives = 0
    public var falseNegatives = 0

    public init() {}

    public init(_ rows: ScoredRows) {
        for (prediction, label) in zip(rows.predictions, rows.labels) { count(prediction: prediction, label: label) }
    }

    public mutating func count(prediction: Bool, label: Bool) {
        switch (prediction, label) {
        case (true, true): truePositives += 1
        case (true, false): falsePositives += 1
        case (false, false): trueNegatives += 1
        case (false, true): falseNegatives += 1
        }
    }

    public var rows: Int { truePositives + falsePositives + trueNegatives + falseNegatives }
    public var positives: Int { truePositives + falseNegatives }
    public var negatives: Int { falsePositives + trueNegatives }
    public var predictedPositives: Int { truePositives + falsePositives }
}
