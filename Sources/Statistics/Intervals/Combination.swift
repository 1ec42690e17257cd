/// Bounds on sums and ratios of independent figures from the bounds of each: the method of variance estimates recovery (Zou and Donner 2008; Donner and Zou 2012 for ratios). Skewed
/// bounds stay skewed, and a figure at the end of its range keeps an interval.
public enum Combination {
    public struct Part: Hashable, Sendable {
        public let coefficient: Double
        public let value: Double
        public let lower: Double
        public let upper: Double

        public init(_ coefficient: Double, _ value: Double, lower: Double, upper: Double) {
            (self.coefficient, self.value, self.lower, self.upper) = (coefficient, value, lower, upper)
        }
    }

    /// Of Σ coefficient·value.
    public static func sum(_ parts: [Part], method: String, confidence: Double = 0.95) -> Interval {
        var (value, below, above) = (0.0, 0.0, 0.0)
        for part in parts {
            let (a, b) = (part.coefficient * part.lower, part.coefficient * part.upper)
            let middle = part.coefficient * part.value
            value += middle
            let (down, up) = (middle - min(a, b), max(a, b) - middle)
            below += down * down
            above += up * up
        }
        return Interval(value - below.squareRoot(), value + above.squareRoot(), method: method, confidence: confidence)
    }

    /// Of first ÷ second, both not negative. Nil where the second's bounds reach zero.
    public static func ratio(_ first: Part, _ second: Part, method: String, confidence: Double = 0.95) -> Interval? {
        guard second.lower > 0, first.lower >= 0 else { return nil }
        let product = first.value * second.value
        func bound(_ own: Double, _ other: Double, _ sign: Double) -> Double {
            let a = own * (2 * first.value - own)
            let b = other * (2 * second.value - other)
            let root = max(0, product * product - a * b).squareRoot()
            return b > 0 ? (product + sign * root) / b : .infinity
        }
        let (lower, upper) = (bound(first.lower, second.upper, -1), bound(first.upper, second.lower, 1))
        guard lower.isFinite, upper.isFinite else { return nil }
        return Interval(max(0, lower), upper, method: method, confidence: confidence)
    }
}
