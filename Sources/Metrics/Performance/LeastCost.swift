public import Basics
public import Statistics

/// What false decisions cost a row: at the cheapest threshold (Elkan 2001) and as they were made. In the unit of the costs.
public struct LeastCost: Hashable, Sendable {
    /// The highest of the cheapest; above every score where it is cheapest to select nobody.
    public let threshold: Double
    public let cost: Double
    /// Bounds for that threshold, of whose choice among these same rows they know nothing.
    public let bounds: Interval
    /// As the rows were decided.
    public let costAtThreshold: Double
    public let boundsAtThreshold: Interval

    /// - Parameters:
    ///   - falsePositive: what a false positive costs, in any unit; not negative.
    ///   - falseNegative: what a false negative costs, in the same unit.
    public init(_ rows: ScoredRows, _ curve: ThresholdCurve, falsePositive: Double, falseNegative: Double) {
        let costs = (falsePositive, falseNegative)
        (threshold, cost) = curve.leastCost(falsePositive: falsePositive, falseNegative: falseNegative)
        bounds = Self.bounds(ConfusionCounts(rows, atOrAbove: threshold), costs)
        let decided = ConfusionCounts(rows)
        costAtThreshold = decided.cost(falsePositive: falsePositive, falseNegative: falseNegative)
        boundsAtThreshold = Self.bounds(decided, costs)
    }

    /// Wilson's bounds of both shares of errors, combined as if they were independent: they are not, one error is not the other, so that the bounds are rather too wide.
    private static func bounds(_ counts: ConfusionCounts, _ costs: (Double, Double)) -> Interval {
        let parts = [(costs.0, counts.falsePositives), (costs.1, counts.falseNegatives)].map { cost, errors in
            let share = Proportion.effective(errors, of: counts.all)
            let wilson = share.wilson()
            return Combination.Part(cost, share.value, lower: wilson.lower, upper: wilson.upper)
        }
        let sum = Combination.sum(parts, method: "Wilson combined")
        return Interval(max(0, sum.lower), sum.upper, method: sum.method, confidence: sum.confidence)
    }

    /// In the form of the evidence schema's `LeastCost`.
    public var json: JSONValue {
        [
            "threshold": .double(threshold), "cost": .double(cost), "costAtThreshold": .double(costAtThreshold),
            "intervals": ["cost": bounds.json, "costAtThreshold": boundsAtThreshold.json],
        ]
    }
}
