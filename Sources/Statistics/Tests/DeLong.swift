/// The area under a ROC curve with its variance, and the comparison of two scores of the same rows (DeLong, DeLong and Clarke-Pearson 1988), by midranks
/// (Sun and Xu 2014): n·log n.
public struct DeLong: Sendable {
    /// For each positive row, the share of negatives below it, ties half.
    public let positiveComponents: [Double]
    /// For each negative row, the share of positives above it, ties half.
    public let negativeComponents: [Double]

    public let area: Double

    /// - Precondition: neither is empty.
    public init(positives: [Double], negatives: [Double]) {
        precondition(!positives.isEmpty && !negatives.isEmpty)
        positiveComponents = Self.sharesBelow(positives, negatives)
        negativeComponents = Self.sharesBelow(negatives, positives).map { 1 - $0 }
        area = positiveComponents.reduce(0, +) / Double(positives.count)
    }

    /// For each of `rows`, in their order, the share of `others` that is less, ties half.
    private static func sharesBelow(_ rows: [Double], _ others: [Double]) -> [Double] {
        let order = rows.indices.sorted { rows[$0] < rows[$1] }
        let sorted = others.sorted()
        var shares = [Double](repeating: 0, count: rows.count)
        var (less, lessOrEqual) = (0, 0)
        for index in order {
            while less < sorted.count, sorted[less] < rows[index] { less += 1 }
            lessOrEqual = max(lessOrEqual, less)
            while lessOrEqual < sorted.count, sorted[lessOrEqual] <= rows[index] { lessOrEqual += 1 }
            shares[index] = Double(less + lessOrEqual) / Double(2 * sorted.count)
        }
        return shares
    }

    /// Of `area`; zero for one row of a class, whose spread nobody knows.
    public var variance: Double { Self.covariance(self, self) }

    static func covariance(_ left: DeLong, _ right: DeLong) -> Double {
        func part(_ a: [Double], _ b: [Double], _ meanA: Double, _ meanB: Double) -> Double {
            guard a.count > 1 else { return 0 }
            var sum = 0.0
            for index in a.indices { sum += (a[index] - meanA) * (b[index] - meanB) }
            return sum / Double(a.count - 1) / Double(a.count)
        }
        return part(left.positiveComponents, right.positiveComponents, left.area, right.area)
            + part(left.negativeComponents, right.negativeComponents, left.area, right.area)
    }

    /// Of the area, on the logit scale, so that it stays within 0…1. Nil where the area is 0 or 1, or a class has one row.
    public func interval(_ confidence: Double = 0.95) -> Interval? {
        let error = variance.squareRoot()
        guard positiveComponents.count > 1, negativeComponents.count > 1, area > 0, area < 1, error > 0 else { return nil }
        return Interval.logit(area, error: error, method: "DeLong", confidence: confidence)
    }

    /// Of this area minus the other's, of scores of the same rows: the difference, its standard error and a two-sided test that it is zero.
    public func compared(to other: DeLong) -> (difference: Double, error: Double, test: TestResult) {
        precondition(positiveComponents.count == other.positiveComponents.count && negativeComponents.count == other.negativeComponents.count)
        let variance = max(0, variance + other.variance - 2 * Self.covariance(self, other))
        let difference = area - other.area
        let error = variance.squareRoot()
        guard error > 0 else { return (difference, 0, TestResult(statistic: 0, pValue: difference == 0 ? 1 : 0)) }
        let z = difference / error
        return (difference, error, TestResult(statistic: z, pValue: min(1, 2 * Normal().above(abs(z)))))
    }
}
