internal import Glibc
import Statistics

/// 95 % bounds of distances between two tables of counts: normal with the delta method's error, and at the lower end less what chance alone makes of two equal distributions.
struct DriftBounds {
    let chance: ChanceDistances
    let populationStabilityIndex: Interval
    let jensenShannon: Interval
    let hellinger: Interval

    /// Nil where a table is empty or there is one cell only.
    ///
    /// - Parameter draws: of `ChanceDistances`.
    init?(_ reference: [Double], _ current: [Double], _ distances: Distances, draws: [Double]? = nil) {
        let (n, m) = (reference.reduce(0, +), current.reduce(0, +))
        let cells = zip(reference, current).count { $0 + $1 > 0 }
        guard n > 0, m > 0, cells > 1 else { return nil }
        let shares = zip(reference, current).map { ($0 / n, $1 / m) }
        func error(_ slope: (Double, Double) -> (Double, Double)) -> Double {
            var (first, second) = ((mean: 0.0, square: 0.0), (mean: 0.0, square: 0.0))
            for (p, q) in shares {
                let (a, b) = slope(p, q)
                if p > 0 { first = (first.mean + p * a, first.square + p * a * a) }
                if q > 0 { second = (second.mean + q * b, second.square + q * b * b) }
            }
            return (max(0, first.square - first.mean * first.mean) / n + max(0, second.square - second.mean * second.mean) / m).squareRoot()
        }
        let floor = Distances.floor
        chance = ChanceDistances(reference, current, draws: draws)
        let withFilledCells = Self.withFilledCells(shares, n, m)
        let chiSquare = ChiSquareScale(cells: cells, n, m)
        let divergence = distances.jensenShannon * distances.jensenShannon
        let scale = Distances.divergenceScale
        let divergences = chiSquare.bounds(
            divergence,
            error: error { p, q in
                let middle = (p + q) / 2
                return (p > 0 ? log2(p / middle) / 2 : 0, q > 0 ? log2(q / middle) / 2 : 0)
            }, byChance: chance.mean.divergence, scale: scale, emptyCells: Self.emptyCells(shares, n, m))
        jensenShannon = Self.interval(divergences) { min(1, $0).squareRoot() }
        // The index without its floor is at least 8 times the divergence in nats, and the square of Hellinger's distance at least that.
        populationStabilityIndex = Self.interval(
            chiSquare.bounds(
                distances.populationStabilityIndex,
                error: error { p, q in
                    let (old, new) = (max(p, floor), max(q, floor))
                    return (p > floor ? -Glibc.log(new / old) - (new - old) / old : 0, q > floor ? Glibc.log(new / old) + (new - old) / new : 0)
                }, byChance: chance.mean.stability, scale: 1, withFilledCells: withFilledCells.stability, impliedLower: scale * divergences.lower)
        ) { min(Distances.largestStability, $0) }
        hellinger = Self.interval(
            chiSquare.bounds(
                distances.hellinger * distances.hellinger,
                error: error { p, q in (p > 0 ? -(q / p).squareRoot() / 2 : 0, q > 0 ? -(p / q).squareRoot() / 2 : 0) },
                byChance: chance.mean.apart, scale: 8, withFilledCells: withFilledCells.apart, impliedLower: Glibc.log(2.0) * divergences.lower)
        ) { min(1, $0).squareRoot() }
    }

    private static func interval(_ bounds: (lower: Double, upper: Double), _ transform: (Double) -> Double) -> Interval {
        Interval(transform(bounds.lower), transform(bounds.upper), method: "delta, less noise", confidence: 0.95)
    }

    /// The distances where each share is at least that of three rows, below which no rows may just be chance (Hanley and Lippman-Hand 1983), and no cell's shares lie the other way for it.
    private static func withFilledCells(_ shares: [(Double, Double)], _ n: Double, _ m: Double) -> CellDistances {
        var sum = CellDistances()
        for (p, q) in shares {
            let (old, new) = (min(1, max(p, 3 / n)), min(1, max(q, 3 / m)))
            if (new - old) * (q - p) > 0 { sum.add(CellDistances(old, new), 1) }
        }
        return sum
    }

    /// How much less the divergence, in bits, is where three rows' share falls to the cells together that a table has no rows of (rule of three).
    private static func emptyCells(_ shares: [(Double, Double)], _ n: Double, _ m: Double) -> Double {
        var (old, new) = (0.0, 0.0)
        for (p, q) in shares {
            if p == 0 { new += q } else if q == 0 { old += p }
        }
        func less(_ share: Double, _ rows: Double) -> Double {
            CellDistances(0, share).divergence - CellDistances(min(3 / rows, share), share).divergence
        }
        return less(new, n) + less(old, m)
    }
}

/// Distances that are χ² over their scale for small shifts.
private struct ChiSquareScale {
    /// 1/n + 1/m: of a distance of scale 1, what is 1 of χ².
    private let unit: Double
    /// The mean of χ² by chance, so scaled.
    private let mean: Double

    init(cells: Int, _ n: Double, _ m: Double) {
        unit = 1 / n + 1 / m
        mean = Double(cells - 1) * unit
    }

    /// - Parameters:
    ///   - error: the delta method's.
    ///   - byChance: what of the value is to be expected of equal distributions.
    ///   - scale: by which the value is that of the stability index for small shifts.
    ///   - emptyCells: how much less the value may be for cells without rows, whose error the delta method takes for 0; squares add up (MOVER).
    ///   - withFilledCells: the value where rare cells are as frequent as they may be.
    ///   - impliedLower: a lower end that holds by another distance.
    func bounds(
        _ value: Double, error: Double, byChance: Double, scale: Double, emptyCells: Double = 0, withFilledCells: Double? = nil,
        impliedLower: Double = 0
    ) -> (lower: Double, upper: Double) {
        let half = criticalValue(0.95) * error
        let leastByChance = min(mean / scale, byChance)
        var lower = max(0, value - byChance - (half * half + emptyCells * emptyCells).squareRoot())
        if let withFilledCells { lower = min(lower, max(impliedLower, withFilledCells - leastByChance - half)) }
        // Near zero the error is of second order: what chance makes stands in for it above.
        var upper = value + max(half, value > 2 * leastByChance ? 0 : leastByChance)
        // So does χ²'s root, whose first coordinate is normal: its noncentrality is at most so far from it.
        let (square, degrees) = (value * scale / unit, max(1, byChance * scale / unit))
        if square <= 10 * (degrees + 1) {
            let root = max(0, square - (degrees - 1)).squareRoot() + criticalValue(0.95)
            upper = max(upper, root * root * unit / scale)
        }
        return (lower, upper)
    }
}
