internal import Glibc
import Statistics

/// 95 % bounds of distances between two tables of counts: normal with the delta method's error, and at the lower end less what chance alone makes of two equal distributions.
struct DriftBounds {
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
        /// - Parameters:
        ///   - chance: what of the value is to be expected of equal distributions.
        ///   - noise: the same where cells have many rows.
        func bounds(
            _ value: Double, _ error: Double, chance: Double, noise: Double, _ scale: (Double) -> Double = { $0 }, most: Double = .infinity
        ) -> Interval {
            let half = criticalValue(0.95) * error
            // Near zero the error is of second order: noise stands in for it above.
            return Interval(
                scale(max(0, value - chance - half)), min(most, scale(value + max(half, value > 2 * noise ? 0 : noise))), method: "delta, less noise",
                confidence: 0.95)
        }
        let noise = Double(cells - 1) * (1 / n + 1 / m)
        let (chance, floor) = (ChanceDistances(reference, current, draws: draws), Distances.floor)
        populationStabilityIndex = bounds(
            distances.populationStabilityIndex,
            error { p, q in
                let (old, new) = (max(p, floor), max(q, floor))
                return (p > floor ? -Glibc.log(new / old) - (new - old) / old : 0, q > floor ? Glibc.log(new / old) + (new - old) / new : 0)
            }, chance: chance.populationStabilityIndex, noise: noise)
        let divergence = distances.jensenShannon * distances.jensenShannon
        jensenShannon = bounds(
            divergence,
            error { p, q in
                let middle = (p + q) / 2
                return (p > 0 ? log2(p / middle) / 2 : 0, q > 0 ? log2(q / middle) / 2 : 0)
            }, chance: chance.jensenShannonDivergence, noise: noise / (8 * Glibc.log(2)), { $0.squareRoot() }, most: 1)
        let square = distances.hellinger * distances.hellinger
        hellinger = bounds(
            square, error { p, q in (p > 0 ? -(q / p).squareRoot() / 2 : 0, q > 0 ? -(p / q).squareRoot() / 2 : 0) }, chance: chance.hellingerSquare,
            noise: noise / 8, { $0.squareRoot() }, most: 1)
    }
}
