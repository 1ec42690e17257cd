import Statistics

/// What chance alone makes of the distances of two tables of one distribution: the expectation, given how many rows each cell has in both together.
///
/// A cell's rows then fall into either table as a coin does that falls as the tables' rows are: n of n + m. Where many rows of a cell are to be expected in both
/// tables, this is (1/n + 1/m) for the stability index and in proportion for the others; where cells are rare it is not, and a column of categories that all are
/// there once has the largest distance by chance alone. Sums over cells are less by the share of the rows that a cell has, as rows of one cell are not those of another.
struct ChanceDistances {
    private(set) var populationStabilityIndex = 0.0
    /// In bits; of the divergence, the square of the distance.
    private(set) var jensenShannonDivergence = 0.0
    /// One less Bhattacharyya's coefficient, the square of the distance.
    private(set) var hellingerSquare = 0.0

    /// - Parameters:
    ///   - reference, current: rows of each cell, or effective rows; neither table is empty.
    ///   - draws: how many independent rows stand behind each cell of both tables; nil: as many as there are.
    init(_ reference: [Double], _ current: [Double], draws: [Double]? = nil) {
        let coin = Coin(first: reference.reduce(0, +), second: current.reduce(0, +))
        guard let draws else {
            // Cells that have as many rows are alike.
            let totals = RadixSort.sorted(zip(reference, current).map { $0 + $1 }.filter { $0 > 0 })
            var start = 0
            while start < totals.count {
                var end = start + 1
                while end < totals.count, totals[end] == totals[start] { end += 1 }
                add(coin.expected(rows: totals[start], draws: max(1, totals[start])), times: Double(end - start))
                start = end
            }
            return
        }
        for (cell, draws) in draws.enumerated() where reference[cell] + current[cell] > 0 {
            // Rows of one table may be many and light where those of the other are few and heavy: their own number says no more of a cell than its effective rows do.
            let rows = reference[cell] + current[cell]
            add(coin.expected(rows: rows, draws: max(1, min(rows, draws))), times: 1)
        }
    }

    private mutating func add(_ cell: CellDistances, times: Double) {
        populationStabilityIndex += times * cell.stability
        jensenShannonDivergence += times * cell.divergence
        hellingerSquare += times * cell.apart
    }
}

/// By which each row falls into one of two tables.
private struct Coin {
    let first: Double
    let second: Double
    private let probability: Double

    /// - Parameters: rows of the tables.
    init(first: Double, second: Double) {
        (self.first, self.second) = (first, second)
        probability = min(first, second) / (first + second)
    }

    func expected(rows: Double, draws: Double) -> CellDistances {
        let all = first + second
        let others = all > 1 ? max(0, 1 - max(0, rows - 1) / (all - 1)) : 0
        var sum = CellDistances()
        guard draws * probability <= Self.manyRows else {
            let noise = (1 / first + 1 / second) * rows / draws * others
            if rows / all > Distances.floor { sum.stability = noise }
            (sum.divergence, sum.apart) = (noise / Distances.divergenceScale, noise / 8)
            return sum
        }
        // Between two whole numbers of draws in proportion.
        let whole = draws.rounded(.down)
        sum.add(expected(rows: rows, wholeDraws: whole), others * (1 - (draws - whole)))
        if draws > whole { sum.add(expected(rows: rows, wholeDraws: whole + 1), others * (draws - whole)) }
        return sum
    }

    private static let manyRows = 100.0

    /// Over the numbers of draws that the smaller table may have, as far as they count to the last digits.
    private func expected(rows: Double, wholeDraws: Double) -> CellDistances {
        let draws = Int(wholeDraws)
        let (mean, each) = (wholeDraws * probability, rows / wholeDraws)
        let most = min(draws, Int(mean + 12 * mean.squareRoot() + 20))
        let chances = Binomial(trials: draws, probability: probability)
        var sum = CellDistances()
        for few in 0...most {
            let (small, large) = (Double(few) * each, Double(draws - few) * each)
            let cell =
                first <= second ? CellDistances(small / first, large / second) : CellDistances(large / first, small / second)
            sum.add(cell, chances.density(few))
        }
        return sum
    }
}
