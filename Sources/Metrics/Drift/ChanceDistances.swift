/// What chance alone makes of the distances of two tables of one distribution: mean and standard deviation over all ways to deal the rows of both out to tables of these sizes.
///
/// Of a cell's rows the smaller table has a hypergeometric number then. Means of cells add up. Their variances do where cells are rare; of frequent cells, whose rows are not those of others, the sum is
/// that of χ², 2(K − 1)(1/n + 1/m)², where each is over the share of the rows that are others' (two such cells move as one). Where cells have many rows, the mean is (K − 1)(1/n + 1/m) for the stability
/// index and in proportion for the others; where they are rare it is not, and a column of categories that all are there once has the largest distance by chance alone.
struct ChanceDistances {
    /// Of the stability index, of the divergence (in bits) and of the square of Hellinger's distance.
    private(set) var mean = CellDistances()
    private var variance = CellDistances()
    private var deviations = CellDistances()

    /// Twice the sum of the cells' at most, which is far less than χ²'s where nearly all rows are of one cell and a single other one decides of all. (Twice: three of the sum are too few
    /// for what happens once in ten or not at all; six are passed by what happens less than once in 37.)
    var deviation: CellDistances { variance.combined(with: deviations) { min($0.squareRoot(), 2 * $1) } }

    /// - Parameters:
    ///   - reference, current: rows of each cell, or effective rows; neither table is empty.
    ///   - draws: how many independent rows stand behind each cell of both tables; nil: as many as there are.
    init(_ reference: [Double], _ current: [Double], draws: [Double]? = nil) {
        let deal = Deal(first: reference.reduce(0, +), second: current.reduce(0, +))
        guard let draws else {
            // Cells that have as many rows are alike.
            let totals = RadixSort.sorted(zip(reference, current).map { $0 + $1 }.filter { $0 > 0 })
            var start = 0
            while start < totals.count {
                var end = start + 1
                while end < totals.count, totals[end] == totals[start] { end += 1 }
                add(deal.part(rows: totals[start], draws: max(1, totals[start])), times: Double(end - start))
                start = end
            }
            return
        }
        for (cell, draws) in draws.enumerated() where reference[cell] + current[cell] > 0 {
            // Rows of one table may be many and light where those of the other are few and heavy: their own number says no more of a cell than its effective rows do.
            let rows = reference[cell] + current[cell]
            add(deal.part(rows: rows, draws: max(1, min(rows, draws))), times: 1)
        }
    }

    private mutating func add(_ part: Deal.Part, times: Double) {
        mean.add(part.mean, times)
        variance.add(part.variance.mapped { $0 / part.others }, times)
        deviations.add(part.variance.mapped { $0.squareRoot() }, times)
    }
}

/// How the rows of both tables fall into either.
private struct Deal {
    /// What a cell adds to the distances.
    struct Part {
        var mean = CellDistances()
        var variance = CellDistances()
        /// The share of the rows that other cells have.
        var others = 1.0

        mutating func add(_ other: Part, _ weight: Double) {
            mean.add(other.mean, weight)
            variance.add(other.variance, weight)
        }
    }

    /// Rows of the tables.
    let first: Double
    let second: Double

    func part(rows: Double, draws: Double) -> Part {
        let all = first + second
        let others = 1 - rows / all
        guard others > 1e-12 else { return Part() }
        if draws * min(first, second) / all > Self.manyRows {
            let noise = (1 / first + 1 / second) * rows / draws * others
            var mean = CellDistances()
            if rows / all > Distances.floor { mean.stability = noise }
            (mean.divergence, mean.apart) = (noise / Distances.divergenceScale, noise / 8)
            return Part(mean: mean, variance: mean.mapped { 2 * $0 * $0 }, others: others)
        }
        // Between two whole numbers of draws in proportion.
        let whole = draws.rounded(.down)
        var part = Part()
        part.add(dealt(rows: rows, draws: whole), 1 - (draws - whole))
        if draws > whole { part.add(dealt(rows: rows, draws: whole + 1), draws - whole) }
        part.others = others
        return part
    }

    private static let manyRows = 100.0

    /// Over the numbers of draws that the smaller table may have, from the likeliest on, as far as they count to the last digits.
    private func dealt(rows: Double, draws: Double) -> Part {
        let each = rows / draws
        let (small, large) = (min(first, second) / each, max(first, second) / each)
        let mean = draws * small / (small + large)
        let most = min(draws, (mean + 12 * mean.squareRoot() + 20).rounded(.down))
        let likeliest = min(draws, ((draws + 1) * (small + 1) / (small + large + 2)).rounded(.down))
        var (whole, sum, squares) = (0.0, CellDistances(), CellDistances())
        func count(_ few: Double, _ weight: Double) {
            let (less, more) = (few * each, (draws - few) * each)
            let cell = first <= second ? CellDistances(less / first, more / second) : CellDistances(more / first, less / second)
            whole += weight
            sum.add(cell, weight)
            squares.add(cell.mapped { $0 * $0 }, weight)
        }
        count(likeliest, 1)
        var (few, weight) = (likeliest, 1.0)
        while few < most, few < small {
            weight *= (draws - few) * (small - few) / ((few + 1) * (large - draws + few + 1))
            few += 1
            count(few, weight)
        }
        (few, weight) = (likeliest, 1)
        while few > 0, large - draws + few > 0 {
            weight *= few * (large - draws + few) / ((draws - few + 1) * (small - few + 1))
            few -= 1
            count(few, weight)
        }
        let expected = sum.mapped { $0 / whole }
        return Part(mean: expected, variance: squares.combined(with: expected) { max(0, $0 / whole - $1 * $1) })
    }
}
