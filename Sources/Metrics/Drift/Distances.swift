internal import Glibc
import Statistics

/// Distances of two distributions over the same cells.
struct Distances {
    /// Shares below it count as this in the stability index.
    static let floor = 1e-4
    /// How many times Jensen and Shannon's divergence in bits the stability index is for small shifts, and at least for others (Crooks 2017), but for its floor.
    static let divergenceScale = 8 * Glibc.log(2.0)
    /// No stability index is above it: shares differ by 2 in all, and logarithms by that of the floor.
    static let largestStability = -2 * Glibc.log(floor)

    let populationStabilityIndex: Double
    let jensenShannon: Double
    let hellinger: Double

    /// - Parameters: counts of the reference and of what is compared. A table without rows is nowhere: every distance is its largest.
    init(_ reference: [Double], _ current: [Double]) {
        let (totalReference, totalCurrent) = (reference.reduce(0, +), current.reduce(0, +))
        guard totalReference > 0, totalCurrent > 0 else {
            let isSame = totalReference == totalCurrent
            populationStabilityIndex = isSame ? 0 : CellDistances(0, 1).stability
            (jensenShannon, hellinger) = isSame ? (0, 0) : (1, 1)
            return
        }
        var sum = CellDistances()
        for (old, new) in zip(reference, current) { sum.add(CellDistances(old / totalReference, new / totalCurrent), 1) }
        populationStabilityIndex = sum.stability
        jensenShannon = min(1, max(0, sum.divergence)).squareRoot()
        hellinger = min(1, sum.apart).squareRoot()
    }
}

/// What one cell adds to the distances of two distributions.
struct CellDistances {
    var stability = 0.0
    /// In bits; over all cells the square of Jensen and Shannon's distance.
    var divergence = 0.0
    /// (√p − √q)²/2; over all cells the square of Hellinger's distance.
    var apart = 0.0

    init() {}

    /// - Parameters: shares of the reference and of what is compared.
    init(_ p: Double, _ q: Double) {
        let (old, new) = (max(p, Distances.floor), max(q, Distances.floor))
        if old != new { stability = (new - old) * Glibc.log(new / old) }
        let middle = (p + q) / 2
        if p > 0 { divergence += p * log2(p / middle) / 2 }
        if q > 0 { divergence += q * log2(q / middle) / 2 }
        let root = p.squareRoot() - q.squareRoot()
        apart = root * root / 2
    }

    mutating func add(_ other: CellDistances, _ weight: Double) {
        stability += weight * other.stability
        divergence += weight * other.divergence
        apart += weight * other.apart
    }

    /// Distance by distance.
    func mapped(_ transform: (Double) -> Double) -> CellDistances { combined(with: self) { own, _ in transform(own) } }

    /// Distance by distance, of this and another.
    func combined(with other: CellDistances, _ combine: (Double, Double) -> Double) -> CellDistances {
        var combined = CellDistances()
        combined.stability = combine(stability, other.stability)
        combined.divergence = combine(divergence, other.divergence)
        combined.apart = combine(apart, other.apart)
        return combined
    }
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
