internal import Glibc
import Statistics

/// Distances of two distributions over the same cells.
struct Distances {
    let populationStabilityIndex: Double
    let jensenShannon: Double
    let hellinger: Double

    /// - Parameters: counts of the reference and of what is compared. A table without rows is nowhere: every distance is its largest.
    ///   `lastIsPooled`: the last cell is all that the reference lacks.
    init(_ reference: [Double], _ current: [Double], lastIsPooled: Bool = false) {
        let (totalReference, totalCurrent) = (reference.reduce(0, +), current.reduce(0, +))
        guard totalReference > 0, totalCurrent > 0 else {
            let isSame = totalReference == totalCurrent
            populationStabilityIndex = isSame ? 0 : Self.share(1, 1e-4)
            (jensenShannon, hellinger) = isSame ? (0, 0) : (1, 1)
            return
        }
        let cells = Self.pooled(reference, current, lastIsPooled: lastIsPooled)
        populationStabilityIndex = zip(cells.reference, cells.current).reduce(0) { sum, cell in
            sum + Self.share(max(cell.1 / totalCurrent, Self.floor), max(cell.0 / totalReference, Self.floor))
        }
        var (divergence, overlap) = (0.0, 0.0)
        for (old, new) in zip(reference, current) {
            let (p, q) = (old / totalReference, new / totalCurrent)
            let middle = (p + q) / 2
            if p > 0 { divergence += p * log2(p / middle) / 2 }
            if q > 0 { divergence += q * log2(q / middle) / 2 }
            overlap += (p * q).squareRoot()
        }
        jensenShannon = max(0, divergence).squareRoot()
        hellinger = max(0, 1 - overlap).squareRoot()
    }

    /// What an empty cell counts as, as shares, so that logarithms of ratios are finite.
    static let floor = 1e-4
    /// So many cells, each at the floor, are a tenth of all rows.
    private static let mostCells = 1000

    /// The cells of the population stability index, as counts. Of more than `mostCells`, nearly all may be below the floor, where no distance shows however far the tables are apart, and chance
    /// alone makes a large one of those above it. Then a cell stays alone if either table has enough rows in it, so that chance is worth a fiftieth at most; the others are one cell of those that
    /// the reference has, and one of those that it lacks, whose share in the reference is that of its values seen once (Good 1953, after Turing): what had to be expected of a new table.
    static func pooled(_ reference: [Double], _ current: [Double], lastIsPooled: Bool = false) -> (reference: [Double], current: [Double]) {
        guard reference.count > mostCells else { return (reference, current) }
        let (n, m) = (reference.reduce(0, +), current.reduce(0, +))
        let least = max(floor, 50 * (1 / n + 1 / m))
        var kept: (reference: [Double], current: [Double]) = ([], [])
        var (rare, unknown, once) = ((0.0, 0.0), 0.0, 0.0)
        for (place, (old, new)) in zip(reference, current).enumerated() {
            let isPool = lastIsPooled && place == reference.count - 1
            if !isPool && (old >= least * n || new >= least * m) {
                kept.reference.append(old)
                kept.current.append(new)
            } else if old > 0 {
                rare = (rare.0 + old, rare.1 + new)
                if old <= 1 { once += old }
            } else {
                unknown += new
            }
        }
        return (kept.reference + [rare.0 - once, once], kept.current + [rare.1, unknown])
    }

    private static func share(_ actual: Double, _ expected: Double) -> Double { (actual - expected) * log(actual / expected) }
}

/// Distances of two ascending samples, in one walk over both.
struct OrderDistances {
    let kolmogorovSmirnov: Double
    /// ∫ |F − G|.
    let wasserstein: Double
    let cramerVonMises: CramerVonMises
    /// Of the distance's influence on each row, by sample: its variance. And ∫ √(H(1 − H)) where the functions hardly differ, which chance makes a distance of.
    private let variances: (first: Double, second: Double)
    private let noise: Double
    private let secondRows: Double
    private let walk: LargestDistance.Walk

    init(
        kolmogorovSmirnov: Double, walk: LargestDistance.Walk, wasserstein: Double, cramerVonMises: CramerVonMises,
        variances: (first: Double, second: Double), noise: Double,
        secondRows: Double
    ) {
        (self.kolmogorovSmirnov, self.wasserstein, self.cramerVonMises) = (kolmogorovSmirnov, wasserstein, cramerVonMises)
        (self.variances, self.noise, self.secondRows, self.walk) = (variances, noise, secondRows, walk)
    }

    /// - Parameter firstRows: of the first sample, where a sketch stands for it; nil: as many as there are.
    init(_ first: [Double], _ second: [Double], firstRows: Int? = nil) {
        let (n, m) = (Double(first.count), Double(second.count))
        var (i, j) = (0, 0)
        var area = 0.0
        var walk = LargestDistance.Walk(first: n, second: m)
        var previous = min(first[0], second[0])
        let rows = firstRows.map { Double($0) } ?? n
        var cramerVonMises = CramerVonMises(first: rows, second: m, countsRows: rows == n)
        // How far a row lies on the way from the least value, counted forwards where F is above G and backwards where it is below.
        var (way, noise) = (0.0, 0.0)
        var (sums, squares) = ((0.0, 0.0), (0.0, 0.0))
        let scale = 1 / n + 1 / m
        while i < first.count || j < second.count {
            let value = i < first.count && (j == second.count || first[i] <= second[j]) ? first[i] : second[j]
            let (difference, gap) = (Double(i) / n - Double(j) / m, value - previous)
            if gap > 0 {
                area += abs(difference) * gap
                way += difference > 0 ? gap : difference < 0 ? -gap : 0
                let pooled = Double(i + j) / (n + m)
                let spread = pooled * (1 - pooled)
                if difference * difference < 4 * spread * scale { noise += spread.squareRoot() * gap }
            }
            previous = value
            let (startFirst, startSecond) = (i, j)
            while i < first.count, first[i] == value { i += 1 }
            while j < second.count, second[j] == value { j += 1 }
            let (own, other) = (Double(i - startFirst), Double(j - startSecond))
            sums = (sums.0 + own * way, sums.1 + other * way)
            squares = (squares.0 + own * way * way, squares.1 + other * way * way)
            cramerVonMises.add(rows: own * (rows / n) + other, distance: Double(i) / n - Double(j) / m)
            walk.add(own, other)
        }
        kolmogorovSmirnov = walk.distance
        self.walk = walk
        wasserstein = area
        variances = (max(0, squares.0 / n - sums.0 / n * (sums.0 / n)), max(0, squares.1 / m - sums.1 / m * (sums.1 / m)))
        self.noise = noise
        secondRows = m
        self.cramerVonMises = cramerVonMises
    }

    /// Of `kolmogorovSmirnov`.
    ///
    /// - Parameter rows: of the first sample, which a sketch may stand for.
    func kolmogorovBounds(rows: Double) -> Interval { walk.interval(firstRows: rows, secondRows: secondRows) }

    /// Of `wasserstein`: normal, less at the lower end what chance alone makes where the functions hardly differ.
    ///
    /// Nil where a sample is one row, or one row has nearly all its weight: nothing tells how it varies.
    ///
    /// - Parameter rows: of the first sample, which a sketch may stand for.
    func wassersteinBounds(rows: Double) -> Interval? {
        let (n, m) = (rows, secondRows)
        guard min(n, m) > 2 - 1e-9 else { return nil }
        let half = criticalValue(0.95) * (variances.first / n + variances.second / m).squareRoot()
        let chance = noise * (2 / Double.pi * (1 / n + 1 / m)).squareRoot()
        return Interval(max(0, wasserstein - chance - half), wasserstein + half, method: "normal, less noise", confidence: 0.95)
    }
}
