public import Basics

/// What each threshold would decide: the points of ROC, precision–recall, lift and gain curves.
public struct ThresholdCurve: Hashable, Sendable {
    public struct Point: Hashable, Sendable {
        /// A score at or above it is a positive decision.
        public let threshold: Double
        public let truePositiveRate: Double
        public let falsePositiveRate: Double
        public let precision: Double
        /// The share of rows that are decided positively.
        public let selectionRate: Double
    }

    /// One for each distinct score, from the highest.
    public let points: [Point]
    private let positives: Double
    private let negatives: Double

    /// Throws `oneClass` where the rows are of one class only.
    public init(_ rows: ScoredRows) throws(MetricsError) {
        let order = ScoreOrder(rows)
        let (positives, negatives) = (order.positives.total, order.negatives.total)
        guard positives > 0, negatives > 0 else {
            throw MetricsError(.oneClass, message: positives > 0 ? Reason.noNegatives : Reason.noPositives)
        }
        var points: [Point] = []
        var (tp, fp) = (0.0, 0.0)
        order.descend { score, p, n in
            tp += p
            fp += n
            // Sums of weights in another order may pass the whole by their last digit.
            points.append(
                Point(
                    threshold: score, truePositiveRate: min(1, tp / positives), falsePositiveRate: min(1, fp / negatives), precision: tp / (tp + fp),
                    selectionRate: min(1, (tp + fp) / (positives + negatives))))
        }
        self.points = points
        (self.positives, self.negatives) = (positives, negatives)
    }

    /// The threshold with the least expected cost a row, and that cost; the highest of several. 1 selects nobody that scores below it.
    ///
    /// - Parameters:
    ///   - falsePositive: what a false positive costs, in any unit; not negative.
    ///   - falseNegative: what a false negative costs, in the same unit.
    public func leastCost(falsePositive: Double, falseNegative: Double) -> (threshold: Double, cost: Double) {
        precondition(falsePositive >= 0 && falseNegative >= 0)
        let total = positives + negatives
        func cost(_ tpr: Double, _ fpr: Double) -> Double { (falsePositive * fpr * negatives + falseNegative * (1 - tpr) * positives) / total }
        var best = (threshold: (points.first?.threshold ?? 0).nextUp, cost: cost(0, 0))
        for point in points {
            let here = cost(point.truePositiveRate, point.falsePositiveRate)
            if here < best.cost { best = (point.threshold, here) }
        }
        return best
    }

    /// At most `count` points, evenly by rank, the last included.
    public func thinned(to count: Int) -> [Point] {
        guard points.count > count else { return points }
        return (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
    }

    public var json: JSONValue {
        .array(
            points.map {
                [
                    "threshold": .double($0.threshold), "truePositiveRate": .double($0.truePositiveRate),
                    "falsePositiveRate": .double($0.falsePositiveRate), "precision": .double($0.precision),
                    "selectionRate": .double($0.selectionRate),
                ]
            })
    }
}

extension ConfusionCounts {
    /// What its decisions cost a row, in the unit of the costs.
    public func cost(falsePositive: Double, falseNegative: Double) -> Double {
        (falsePositive * falsePositives.weight + falseNegative * falseNegatives.weight) / all.weight
    }
}
