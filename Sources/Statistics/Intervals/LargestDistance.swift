import Basics

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
    private static let replicates = 200

    private var firstWhole: Double { cells.reduce(0) { $0 + $1.first } }
    private var secondWhole: Double { cells.reduce(0) { $0 + $1.second } }

    /// - Precondition: both samples have rows, and cells that count, at most `maximumCells`.
    public init(cells: [(first: Double, second: Double)], firstRows: Double, secondRows: Double) {
        (self.cells, self.firstRows, self.secondRows) = (cells, firstRows, secondRows)
    }

    /// How much the largest distance of resamples exceeds that of the samples on average; never below zero. Resamples are drawn in the limit of many rows, where their distribution
    /// functions move about the samples' as Brownian bridges do.
    var bias: Double {
        let (firstWhole, secondWhole) = (firstWhole, secondWhole)
        let (first, second) = (cells.map { $0.first / firstWhole }, cells.map { $0.second / secondWhole })
        let draws = Self.draws
        // How much a standard normal draw moves a cell's share.
        let (firstStep, secondStep) = (first.map { ($0 / firstRows).squareRoot() }, second.map { ($0 / secondRows).squareRoot() })
        var sum = 0.0
        for replicate in 0..<Self.replicates {
            let start = 2 * Self.maximumCells * replicate
            // All shares together stay one.
            var (firstExcess, secondExcess) = (0.0, 0.0)
            for cell in cells.indices {
                firstExcess += draws[start + cell] * firstStep[cell]
                secondExcess += draws[start + Self.maximumCells + cell] * secondStep[cell]
            }
            var (apart, most) = (0.0, 0.0)
            for cell in cells.indices {
                apart += first[cell] * (1 - firstExcess) + draws[start + cell] * firstStep[cell]
                apart -= second[cell] * (1 - secondExcess) + draws[start + Self.maximumCells + cell] * secondStep[cell]
                most = max(most, abs(apart))
            }
            sum += most
        }
        var (apart, most) = (0.0, 0.0)
        for cell in cells.indices {
            apart += first[cell] - second[cell]
            most = max(most, abs(apart))
        }
        return max(0, sum / Double(Self.replicates) - most)
    }

    /// The same for all samples: by replicate, a standard normal number for each cell of either sample.
    private static let draws: [Double] = (0..<replicates).flatMap { replicate in
        var random = SeededRandom(seed: 0, stream: UInt64(replicate))
        return (0..<2 * maximumCells).map { _ in Normal().quantile((Double(random.next() >> 12) + 0.5) * 0x1p-52) }
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
