/// Two shares of the same rows compared by their discordant rows: the score test and bounds of Tango (1998). Also where no row is discordant, whose plain
/// variance of zero says nothing.
public struct PairedProportions: Hashable, Sendable {
    /// Rows that only the first has, and that only the second has; effective numbers where rows have weights.
    public let onlyFirst: Double
    public let onlySecond: Double
    public let rows: Double

    /// - Precondition: rows > 0; neither count is negative, and both together are no more than the rows.
    public init(onlyFirst: Double, onlySecond: Double, rows: Double) {
        precondition(rows > 0 && onlyFirst >= 0 && onlySecond >= 0 && onlyFirst + onlySecond <= rows * (1 + 1e-9))
        (self.onlyFirst, self.onlySecond, self.rows) = (onlyFirst, onlySecond, rows)
    }

    /// First share minus second.
    public var difference: Double { (onlyFirst - onlySecond) / rows }

    /// Normal under the hypothesis that the difference is `hypothesis`, strictly between −1 and 1.
    public func score(against hypothesis: Double) -> Double {
        let (b, c, n, d) = (onlyFirst, onlySecond, rows, hypothesis)
        let linear = -b - c + (2 * n - b + c) * d
        let share = max(0, ((max(0, linear * linear + 8 * n * c * d * (1 - d))).squareRoot() - linear) / (4 * n))
        let variance = n * (2 * share + d * (1 - d))
        let distance = b - c - n * d
        guard variance > 0 else { return distance == 0 ? 0 : distance > 0 ? .infinity : -.infinity }
        return distance / variance.squareRoot()
    }

    /// The hypotheses that the score test does not refuse.
    public func interval(_ confidence: Double = 0.95) -> Interval {
        let z = criticalValue(confidence)
        // The score falls as the hypothesis rises: bisection on each side of the difference.
        func bound(_ inside: Double, _ outside: Double, _ isRefused: (Double) -> Bool) -> Double {
            guard isRefused(outside) else { return outside }
            var (near, far) = (inside, outside)
            for _ in 0..<80 {
                let middle = (near + far) / 2
                if isRefused(middle) { far = middle } else { near = middle }
            }
            return near
        }
        let end = 1 - 1e-12
        let middle = min(end, max(-end, difference))
        let lower = bound(middle, -end) { score(against: $0) > z }
        let upper = bound(middle, end) { score(against: $0) < -z }
        return Interval(lower <= -end ? -1 : lower, upper >= end ? 1 : upper, method: "Tango", confidence: confidence)
    }
}
