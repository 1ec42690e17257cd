/// The largest distance of two samples' distribution functions (Kolmogorov and Smirnov) as an estimate of the true one, with bounds.
///
/// The true largest distance stands at one place, whatever the sample, and the sample's is no smaller than the sample's distance there: the upper bound is that of one pair of shares. Where the sample's stands
/// the rows have chosen, which makes it too large on average; the lower bound of the pair is moved down by that bias, which the bootstrap of both samples tells (Efron and Tibshirani 1993, chapter 10), and is
/// zero where the Kolmogorov–Smirnov test cannot tell the samples apart.
public struct LargestDistance: Sendable {
    /// Rows, or weights, of both samples in order; rows of one value stand together, and neighbours may.
    public let cells: [(first: Double, second: Double)]
    /// Effective numbers where rows have weights.
    public let firstRows: Double
    public let secondRows: Double

    /// So many cells are enough to know the bias, whose cost does not grow with the rows.
    public static let maximumCells = 64
    private static let replicates = 100

    /// - Precondition: both samples have rows, and cells that count.
    public init(cells: [(first: Double, second: Double)], firstRows: Double, secondRows: Double) {
        (self.cells, self.firstRows, self.secondRows) = (cells, firstRows, secondRows)
    }

    /// How much the largest distance of resamples exceeds that of the samples on average; never below zero.
    var bias: Double {
        let (first, second) = (cells.map(\.first), cells.map(\.second))
        func largest(_ first: [Double], _ second: [Double]) -> Double {
            let (whole, other) = (first.reduce(0, +), second.reduce(0, +))
            var (sum, otherSum, most) = (0.0, 0.0, 0.0)
            for place in first.indices {
                sum += first[place]
                otherSum += second[place]
                most = max(most, abs(sum / whole - otherSum / other))
            }
            return most
        }
        // Each sample keeps its size.
        func draws(_ masses: [Double], _ rows: Double, _ seed: UInt64) -> [[Double]] {
            CellBootstrap(masses, effectiveRows: rows, replicates: Self.replicates, seed: seed).draws
        }
        let sum = zip(draws(first, firstRows, 0), draws(second, secondRows, 1)).reduce(0) { $0 + largest($1.0, $1.1) }
        return max(0, sum / Double(Self.replicates) - largest(first, second))
    }

    /// - Parameter shares: of either sample on one side of the place where their distance is largest.
    public func interval(at shares: (first: Double, second: Double), confidence: Double = 0.95) -> Interval {
        let distance = abs(shares.first - shares.second)
        let (first, second) = (
            Proportion(min(firstRows, shares.first * firstRows), of: firstRows),
            Proportion(min(secondRows, shares.second * secondRows), of: secondRows)
        )
        let pair = shares.first >= shares.second ? ProportionPair(first, second) : ProportionPair(second, first)
        let (lower, upper) = pair.newcombe(criticalValue: criticalValue(confidence))
        let rows = (max(1, Int(firstRows.rounded())), max(1, Int(secondRows.rounded())))
        let isApart = SampleTests.kolmogorov(distance, rows.0, rows.1) < 1 - confidence
        return Interval(isApart ? max(0, lower - bias) : 0, upper, method: "Newcombe, bias-corrected", confidence: confidence)
    }
}
