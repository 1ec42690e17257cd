/// Cramér and von Mises' T = n·m/N² Σ (F − G)² over all N = n + m values of two samples, where values may be alike, and what it comes to by chance.
///
/// Its mean and variance are those over all ways to deal the same values out to the samples (hypergeometric moments): without ties Anderson's (1962), with them those of as many steps of F and G as there
/// are different values. Ranks that values share, as scipy's are, measure something else where the samples differ in rows: T is then as large as the groups of one value, whatever the samples.
public struct CramerVonMises: Sendable {
    private let first: Double
    private let second: Double
    /// Nil: weights count.
    private let dealt: Dealt?
    private var below = 0.0
    private var squares = 0.0
    private var mean = 0.0
    private var variance = 0.0
    /// Σ c·C and Σ c·C² of the values so far.
    private var (sum, squareSum) = (0.0, 0.0)

    /// - Parameters:
    ///   - first: the first sample's rows, or effective ones.
    ///   - second: the second's.
    ///   - countsRows: each row counts as one; else the variance is that of many rows, with the correction that it has without ties.
    public init(first: Double, second: Double, countsRows: Bool) {
        (self.first, self.second) = (first, second)
        dealt = countsRows ? Dealt(first: first, all: first + second) : nil
    }

    /// The next larger value.
    ///
    /// - Parameters:
    ///   - rows: of both samples that have it.
    ///   - distance: of the distribution functions at it.
    public mutating func add(rows: Double, distance: Double) {
        squares += rows * distance * distance
        below += rows
        let left = max(0, all - below)
        mean += rows * below * left
        if let dealt {
            let (single, pair) = dealt.parts(below)
            let own = below * single + below * (below - 1) * pair
            if left > 0 { variance += rows * (rows * own + 2 * (sum * single + (squareSum - sum) * pair)) }
        } else {
            variance += rows * left * left * (rows * below * below + 2 * squareSum)
        }
        sum += rows * below
        squareSum += rows * below * below
    }

    private var all: Double { first + second }

    public var statistic: Double { first * second / (all * all) * squares }

    /// Its mean and variance by chance.
    public var chance: (mean: Double, variance: Double) {
        guard all > 1 else { return (0, 0) }
        let average = mean / (all * all * (all - 1))
        let (n, m) = (first, second)
        guard dealt == nil else {
            let unit = 1 / (n * m)
            return (average, max(0, variance * unit * unit - average * average))
        }
        let few = (1 + 1 / all) * (1 - 3 * (n * n + m * m) / (4 * n * m * all) - 1 / (2 * all))
        return (average, max(0, 2 * variance / (all * all * all * all * all * all) * few))
    }

    /// By T's limiting distribution, moved to its mean and variance.
    public var pValue: Double {
        let (mean, variance) = chance
        return SampleTests.cramerVonMises(statistic, mean: mean, variance: variance)
    }

    /// N values of which n are dealt to the first sample: S = Σ xᵢ over the least C of them, where x is 1 − n/N of the first sample's values and −n/N of the second's, so that F − G is S·N/(n·m).
    private struct Dealt: Sendable {
        /// Means of products of the x of as many values: x⁴, x³x′, x²x′², x²x′x″, xx′x″x‴. All x sum to zero.
        private let (four, threeOne, twoTwo, twoOneOne, ones): (Double, Double, Double, Double, Double)

        init(first: Double, all: Double) {
            let share = first / all
            let square = share * (1 - share)
            four = square * (1 - 3 * share + 3 * share * share)
            threeOne = -four / (all - 1)
            twoTwo = (all * square * square - four) / (all - 1)
            twoOneOne = all > 2 ? -(threeOne + twoTwo) / (all - 2) : 0
            ones = all > 3 ? -3 * twoOneOne / (all - 3) : 0
        }

        /// The mean of S²·S′², S of the least C values and S′ of the least C′ ≥ C, is C·single + C·(C − 1)·pair.
        func parts(_ more: Double) -> (single: Double, pair: Double) {
            (
                four + (more - 1) * (2 * threeOne + twoTwo) + (more - 1) * (more - 2) * twoOneOne,
                2 * threeOne + 2 * twoTwo + 5 * (more - 2) * twoOneOne + (more - 2) * (more - 3) * ones
            )
        }
    }
}
