internal import Glibc

/// Bounds on a figure, and how they were made.
public struct Interval: Hashable, Sendable {
    public let lower: Double
    public let upper: Double
    /// The method, by the name that the field gives it.
    public let method: String
    /// How often such bounds enclose the figure.
    public let confidence: Double

    public init(_ lower: Double, _ upper: Double, method: String, confidence: Double) {
        self.lower = lower
        self.upper = upper
        self.method = method
        self.confidence = confidence
    }

    /// Normal on the logit scale, for a figure strictly between 0 and 1 with a standard error.
    package static func logit(_ value: Double, error: Double, method: String, confidence: Double) -> Interval {
        logit(value, logitError: error / (value * (1 - value)), method: method, confidence: confidence)
    }

    /// The same with the standard error of the logit.
    package static func logit(_ value: Double, logitError: Double, method: String, confidence: Double) -> Interval {
        let center = log(value / (1 - value))
        let half = criticalValue(confidence) * logitError
        func back(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }
        return Interval(back(center - half), back(center + half), method: method, confidence: confidence)
    }
}

/// The standard normal quantile for two-sided bounds: 1.96 for 0.95.
package func criticalValue(_ confidence: Double) -> Double {
    precondition(confidence > 0 && confidence < 1)
    return Normal().quantile(0.5 + confidence / 2)
}
