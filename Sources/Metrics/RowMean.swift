import Statistics

/// The mean of a figure of each row, with bounds by the normal distribution of a mean.
///
/// Rows that all have one and the same figure tell nothing of how it varies, and a normal distribution without a variance bounds nothing: two perfect predictions would have an error of zero
/// without any doubt. Of a figure between 0 and 1 Wilson's bounds stand in, since none of that mean varies more than one that is 0 or 1; any other has none.
struct RowMean {
    private var sum = CompensatedSum()
    /// Of the deviations, by West's update (1979): squares of numbers less the square of their mean would leave nothing of a small variance.
    private var (center, deviations) = (0.0, 0.0)
    private(set) var weight = 0.0
    private var weightSquares = 0.0
    private var lowest = Double.infinity
    private var highest = -Double.infinity

    /// - Precondition: weight > 0.
    mutating func add(_ value: Double, _ share: Double = 1) {
        sum.add(share * value)
        weight += share
        let distance = value - center
        center += distance * (share / weight)
        deviations += share * distance * (value - center)
        weightSquares += share * share
        (lowest, highest) = (min(lowest, value), max(highest, value))
    }

    /// - Precondition: there is a row.
    var value: Double { sum.value / weight }
    /// But for the last digits.
    var isConstant: Bool { highest - lowest <= 1e-11 * max(abs(lowest), abs(highest)) }
    var effectiveRows: Double { weight * weight / weightSquares }

    /// - Parameter range: within which the figure must lie.
    func interval(within range: ClosedRange<Double>) -> Interval? {
        guard value.isFinite else { return nil }
        if isConstant {
            guard range == 0...1, range.contains(value) else { return nil }
            let bounds = Proportion(value * effectiveRows, of: effectiveRows).wilson()
            return Interval(bounds.lower, bounds.upper, method: "Wilson of the mean", confidence: 0.95)
        }
        // One row that outweighs all others does not tell how it varies.
        guard effectiveRows > 2 - 1e-9 else { return nil }
        let variance = deviations / weight
        guard variance.isFinite else { return nil }
        let half = criticalValue(0.95) * (max(0, variance) / (effectiveRows - 1)).squareRoot()
        return Interval(max(range.lowerBound, value - half), min(range.upperBound, value + half), method: "normal", confidence: 0.95)
    }

    func estimate(n: Int, within range: ClosedRange<Double>) -> Estimate {
        value.isFinite ? .value(value, n: n, interval: interval(within: range)) : .undefined("it is too large for a number", n: n)
    }
}
