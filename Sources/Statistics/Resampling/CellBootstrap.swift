import Basics

/// Bounds of figures of rows that fall into cells, by drawing the cells' counts anew, which is the bootstrap of the rows and costs nothing by the row. Bias-corrected and accelerated
/// (Efron 1987): what is left out in turn for the acceleration is one row of each cell.
public struct CellBootstrap: Sendable {
    private let shares: [Double]
    private let trials: Int
    private let replicates: [[Double]]
    private let isSmoothed: Bool
    private let acceleratesUpTo: Int

    /// - Parameters:
    ///   - cells: rows, or weights, in each cell.
    ///   - effectiveRows: how many unweighted rows tell as much; nil: the cells' sum.
    ///   - smoothsMany: whether an empty cell gets half a row though there are more than four cells.
    ///   - acceleratesUpTo: how many occupied cells are left out in turn; with more of them bounds are only bias-corrected.
    public init(
        _ cells: [Double], effectiveRows: Double? = nil, replicates: Int = 1000, seed: UInt64, smoothsMany: Bool = false, acceleratesUpTo: Int = 64
    ) {
        let total = cells.reduce(0, +)
        let rows = max(1, (effectiveRows ?? total).rounded())
        // Last digits of sums of weights do not decide what is drawn.
        func plain(_ share: Double) -> Double { total == rows ? share : (share * 0x1p30).rounded() * 0x1p-30 }
        shares = total > 0 ? cells.map { plain($0 / total * rows) } : cells
        trials = Int(rows)
        self.acceleratesUpTo = acceleratesUpTo
        // An empty cell would stay empty in every replicate, and bounds of a perfect table would have no width: half a row more in each then.
        isSmoothed = (smoothsMany || cells.count <= 4) && cells.contains(0)
        let smooth = isSmoothed ? 0.5 : 0
        let drawn = shares.map { $0 + smooth }
        let (shares, trials) = (drawn, trials)
        self.replicates = (0..<replicates).map { replicate in
            var random = SeededRandom(seed: seed, stream: UInt64(replicate))
            return Self.draw(trials, shares, &random)
        }
    }

    private static func draw(_ trials: Int, _ shares: [Double], _ random: inout SeededRandom) -> [Double] {
        var (rows, left) = (trials, shares.reduce(0, +))
        var counts = [Double](repeating: 0, count: shares.count)
        for index in shares.indices where rows > 0 && left > 0 && shares[index] > 0 {
            let drawn = Multinomial.binomial(rows, min(1, shares[index] / left), &random)
            counts[index] = Double(drawn)
            rows -= drawn
            left -= shares[index]
        }
        return counts
    }

    /// A figure in every replicate in which it is defined.
    public func values(_ figure: ([Double]) -> Double?) -> [Double] { replicates.compactMap(figure) }

    /// Bounds of one figure of the cells. Replicates in which it is undefined are left out; nil if it is in more than a tenth of them, or undefined of the cells themselves, or if the rows count as one,
    /// which does not tell how it varies.
    public func interval(confidence: Double = 0.95, _ figure: ([Double]) -> Double?) -> Interval? {
        guard trials > 1, let estimate = figure(shares) else { return nil }
        let values = replicates.compactMap(figure).sorted()
        guard values.count * 10 >= replicates.count * 9, values.count > 1 else { return nil }
        let tail = (1 - confidence) / 2
        if isSmoothed {
            let (lower, upper) = (Bootstrap.quantile(values, tail), Bootstrap.quantile(values, 1 - tail))
            return Interval(min(lower, estimate), max(upper, estimate), method: "bootstrap, half a row in each cell", confidence: confidence)
        }
        let below = Double(values.count { $0 < estimate }) + 0.5 * Double(values.count { $0 == estimate })
        let share = min(max(below / Double(values.count), 0.5 / Double(values.count)), 1 - 0.5 / Double(values.count))
        let bias = Normal().quantile(share)
        let acceleration = acceleration(figure)
        func adjusted(_ probability: Double) -> Double {
            let z = bias + Normal().quantile(probability)
            return Normal().below(bias + z / (1 - (acceleration ?? 0) * z))
        }
        return Interval(
            Bootstrap.quantile(values, adjusted(tail)), Bootstrap.quantile(values, adjusted(1 - tail)),
            method: acceleration == nil ? "bootstrap BC" : "bootstrap BCa", confidence: confidence)
    }

    private func acceleration(_ figure: ([Double]) -> Double?) -> Double? {
        let occupied = shares.indices.filter { shares[$0] >= 1 - 1e-9 }
        guard occupied.count <= acceleratesUpTo else { return nil }
        var without: [(rows: Double, value: Double)] = []
        for index in occupied {
            var cells = shares
            cells[index] -= 1
            guard let value = figure(cells) else { return nil }
            without.append((shares[index], value))
        }
        let rows = without.reduce(0) { $0 + $1.rows }
        guard rows > 1 else { return nil }
        let mean = without.reduce(0) { $0 + $1.rows * $1.value } / rows
        let squares = without.reduce(0) { $0 + $1.rows * ($1.value - mean) * ($1.value - mean) }
        let cubes = without.reduce(0) { $0 + $1.rows * (mean - $1.value) * (mean - $1.value) * (mean - $1.value) }
        return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
    }
}
