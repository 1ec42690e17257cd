public import Basics

/// What a bounded number of thresholds would decide, with bounds: the points of ROC, precision-recall, gain and lift curves that a policy can read.
public struct ThresholdTable: Hashable, Sendable {
    public struct Row: Hashable, Sendable {
        /// A score at or above it is a positive decision.
        public let threshold: Double
        public let truePositiveRate: Estimate
        public let falsePositiveRate: Estimate
        public let precision: Estimate
        public let selectionRate: Estimate
    }

    /// From the highest threshold, which is the highest score; the last selects every row.
    public let rows: [Row]

    /// Every distinct score is a threshold where there are at most `limit`; else, for each whole multiple of 1/limit, the highest that selects at least that share of the rows.
    ///
    /// - Precondition: limit > 0.
    public init(_ scored: ScoredRows, limit: Int = 100) {
        let thresholds = Self.thresholds(ScoreOrder(scored), limit)
        // Between two thresholds, what the lower one selects and the higher does not.
        var between = [ConfusionCounts](repeating: ConfusionCounts(), count: thresholds.count)
        for row in scored.summingOrder {
            let weight = scored.weights?[row] ?? 1
            // Rows below the lowest counted score do not count.
            guard weight > 0 else { continue }
            between[Self.place(scored.scores[row], thresholds)].count(true, scored.labels[row], weight)
        }
        let all = between.reduce(ConfusionCounts(), +)
        var selected = ConfusionCounts()
        rows = zip(thresholds, between).map { threshold, more in
            selected = selected + more
            return Row(
                threshold: threshold,
                truePositiveRate: .share(selected.truePositives, of: all.positives, orUndefined: Reason.noPositives),
                falsePositiveRate: .share(selected.falsePositives, of: all.negatives, orUndefined: Reason.noNegatives),
                precision: .share(selected.truePositives, of: selected.predictedPositives, orUndefined: Reason.noPredictedPositives),
                selectionRate: .share(selected.predictedPositives, of: all.all, orUndefined: Reason.noRows))
        }
    }

    /// Descending.
    private static func thresholds(_ order: ScoreOrder, _ limit: Int) -> [Double] {
        var distinct: [(score: Double, selected: Double)] = []
        var selected = 0.0
        order.descend { score, positive, negative in
            selected += positive + negative
            distinct.append((score, selected))
        }
        guard distinct.count > limit else { return distinct.map(\.score) }
        var chosen: [Double] = []
        var step = 1
        // Last digits of sums of weights do not decide which share is reached.
        func reaches(_ part: Double) -> Bool { step <= limit && part * Double(limit) * (1 + 1e-9) >= Double(step) * selected }
        for each in distinct where reaches(each.selected) {
            chosen.append(each.score)
            while reaches(each.selected) { step += 1 }
        }
        // Rows of hardly any weight may follow.
        if let lowest = distinct.last?.score, chosen.last != lowest { chosen.append(lowest) }
        return chosen
    }

    /// The first of descending thresholds that selects a score.
    private static func place(_ score: Double, _ thresholds: [Double]) -> Int {
        var (low, high) = (0, thresholds.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if score >= thresholds[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// In the form of the evidence schema's `ThresholdsEvidence`.
    public var json: JSONValue {
        [
            "points": .array(
                rows.map {
                    [
                        "threshold": .double($0.threshold), "truePositiveRate": $0.truePositiveRate.json,
                        "falsePositiveRate": $0.falsePositiveRate.json, "precision": $0.precision.json, "selectionRate": $0.selectionRate.json,
                    ]
                })
        ]
    }
}
