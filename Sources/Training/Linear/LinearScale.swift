internal import Basics
internal import Models

/// Where a linear problem's features are measured from, and in which units: x′ = (x − shift) · factor.
///
/// Second derivatives of features far from zero are those of the intercept, but for what rounding leaves: a mean of 10⁶ spreads leaves four digits. Which point
/// near the rows' middle is taken changes nothing but rounding, nor does the unit, a power of two.
struct LinearScale: Sendable {
    /// The weighted mean, within the values; the value itself where all rows have the same.
    let shifts: [Double]
    /// After which no value that was looked at is above 1.
    let factors: [Double]
    /// Whether every row has a number of every feature.
    let isComplete: Bool

    /// - Parameter weights: one a row, with a sum of 1.
    init(_ columns: [[Double]], weights: [Double], threads: Int) {
        self.init(columns, weights, [0..<weights.count], mass: 1, threads: threads)
    }

    /// The same from a sixteenth of the rows, in stretches spread evenly over all; nil if they weigh too little, or have something missing.
    ///
    /// A part of the weight, p, has its mean within √((1 − p) / p) standard deviations of all: 4 of them where it has a sixteenth, 8 where it has a 64th. So
    /// far from the middle two of sixteen digits are lost, and none where the rows are much the same all over: whoever reads them all sees which. Some values
    /// may be above 1.
    init?(estimating columns: [[Double]], weights: [Double], threads: Int) {
        let stretch = 256
        let stretches = stride(from: 0, to: weights.count, by: 16 * stretch).map { $0..<min($0 + stretch, weights.count) }
        let mass = stretches.reduce(0) { $0 + weights[$1].reduce(0, +) }
        guard mass >= 1 / 64 else { return nil }
        self.init(columns, weights, stretches, mass: mass, threads: threads)
        guard isComplete else { return nil }
    }

    private init(_ columns: [[Double]], _ weights: [Double], _ stretches: [Range<Int>], mass: Double, threads: Int) {
        let found = concurrentBlocks(columns.count, threads: threads) { Self.scale(columns[$0], weights, stretches, mass) }
        shifts = found.map(\.shift)
        factors = found.map(\.factor)
        isComplete = found.allSatisfy(\.isComplete)
    }

    private static func scale(
        _ column: [Double], _ weights: [Double], _ stretches: [Range<Int>], _ mass: Double
    ) -> (shift: Double, factor: Double, isComplete: Bool) {
        let (sum, smallest, largest) = extent(column, weights, stretches)
        let mean = sum / mass
        guard mean.isFinite, smallest.isFinite, largest.isFinite else { return (0, 1, !mean.isNaN) }
        let shift = min(max(mean, smallest), largest)
        let reach = max(largest - shift, shift - smallest)
        guard reach > 0, reach.isFinite else { return (shift, 1, true) }
        // Powers of two up to 2^±1000 have a reciprocal.
        let exponent = max(-1000, min(1000, Int(reach.exponent) + 1))
        return (shift, Double(sign: .plus, exponent: -exponent, significand: 1), true)
    }

    /// The weighted sum, in eight parts, and the extremes of the rows that count. Of a column with something missing the sum is missing too.
    private static func extent(
        _ column: [Double], _ weights: [Double], _ stretches: [Range<Int>]
    ) -> (sum: Double, smallest: Double, largest: Double) {
        precondition(column.count == weights.count && stretches.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= column.count })
        var sums = SIMD8<Double>(repeating: 0)
        var smallest = SIMD8<Double>(repeating: .infinity)
        var largest = SIMD8<Double>(repeating: -.infinity)
        unsafe column.withUnsafeBytes { values in
            unsafe weights.withUnsafeBytes { weights in
                for stretch in stretches {
                    for row in stride(from: stretch.lowerBound, to: stretch.lowerBound + stretch.count / 8 * 8, by: 8) {
                        let eight = unsafe values.loadUnaligned(fromByteOffset: 8 * row, as: SIMD8<Double>.self)
                        let weight = unsafe weights.loadUnaligned(fromByteOffset: 8 * row, as: SIMD8<Double>.self)
                        sums += eight * weight
                        let counts = weight .> 0
                        smallest.replace(with: eight, where: counts .& (eight .< smallest))
                        largest.replace(with: eight, where: counts .& (eight .> largest))
                    }
                }
            }
        }
        for stretch in stretches {
            let whole = stretch.lowerBound + stretch.count / 8 * 8
            for row in whole..<stretch.upperBound {
                sums[row - whole] += column[row] * weights[row]
                guard weights[row] > 0 else { continue }
                smallest[0] = min(smallest[0], column[row])
                largest[0] = max(largest[0], column[row])
            }
        }
        return (sums.sum(), smallest.min(), largest.max())
    }

    /// Rows `range` of a feature, measured so.
    func write(_ column: [Double], _ range: Range<Int>, place: Int, to target: UnsafeMutableBufferPointer<Double>) {
        precondition(target.count == range.count)
        let (shift, factor) = (shifts[place], factors[place])
        unsafe column.withUnsafeBufferPointer { column in
            let rows = unsafe UnsafeBufferPointer(rebasing: column[range])
            for row in 0..<range.count { unsafe target[row] = (rows[row] - shift) * factor }
        }
    }
}
