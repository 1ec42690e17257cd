internal import Glibc

/// Predicted numbers beside true ones, row by row.
public struct NumberRows: Sendable {
    /// What the predictions aim at, which decides by what they are judged.
    public enum Goal: Hashable, Sendable {
        case mean
        /// The mean of a number of events: Poisson deviance counts too.
        case count
        /// The number that so large a share of the truth lies below: quantile loss counts alone.
        case quantile(Double)
    }

    public let truth: [Double]
    public let predictions: [Double]
    /// Each row's weight; nil: all count alike, whatever weight they were given.
    public let weights: [Double]?
    public let goal: Goal

    /// Throws `empty`, `countsDiffer`, `invalidScore` for a number that is not finite, `invalidWeight`, or `invalidOption` for a quantile that is not strictly between 0 and 1.
    public init(truth: [Double], predictions: [Double], weights: [Double]? = nil, goal: Goal = .mean) throws(MetricsError) {
        guard truth.count == predictions.count else {
            throw MetricsError(.countsDiffer, message: "there are \(truth.count) true numbers and \(predictions.count) predictions")
        }
        guard !truth.isEmpty else { throw MetricsError(.empty, message: "there are no rows") }
        if let row = truth.indices.first(where: { !truth[$0].isFinite || !predictions[$0].isFinite }) {
            throw MetricsError(.invalidScore, message: "row \(row + 1) has a number that is not finite")
        }
        if case .quantile(let quantile) = goal, !(quantile > 0 && quantile < 1) {
            throw MetricsError(.invalidOption, message: "the quantile \(quantile) is not between 0 and 1")
        }
        self.weights = try ScoredRows.relative(weights, rows: truth.count)
        (self.truth, self.predictions, self.goal) = (truth, predictions, goal)
    }

    /// Of one row (Koenker and Bassett 1978).
    static func quantileLoss(_ quantile: Double, _ truth: Double, _ prediction: Double) -> Double {
        truth >= prediction ? quantile * (truth - prediction) : (1 - quantile) * (prediction - truth)
    }

    /// Of one row, whose prediction is above zero and whose truth is not below (McCullagh and Nelder 1989).
    static func poissonDeviance(_ truth: Double, _ prediction: Double) -> Double {
        2 * ((truth > 0 ? truth * log(truth / prediction) : 0) - truth + prediction)
    }
}
