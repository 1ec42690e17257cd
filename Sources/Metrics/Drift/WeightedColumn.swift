import Frames
internal import Glibc
import Statistics

/// A column whose rows count by weight, as one side of a drift. Rows without weight count nowhere.
struct WeightedColumn {
    enum Content {
        /// Ascending, with their weights.
        case numbers([Double], weights: [Double])
        case categories([String: Mass])
    }

    let name: String
    let content: Content
    /// The share of the weight whose values are missing; of numbers NaN and infinities too.
    let missing: Proportion
    /// Rows that have a value and a weight.
    let rows: Int
    /// How many unweighted rows with a value would tell as much (Kish 1965).
    let effectiveRows: Double

    /// - Parameter order: of the rows, by their weights, so that sums do not depend on that of the table.
    init(_ column: Column, weights: [Double], order: [Int]) {
        name = column.name
        var (present, all, squares, allSquares, rows) = (CompensatedSum(), CompensatedSum(), CompensatedSum(), CompensatedSum(), 0)
        func count(_ row: Int, _ isThere: Bool) {
            all.add(weights[row])
            allSquares.add(weights[row] * weights[row])
            guard isThere else { return }
            present.add(weights[row])
            squares.add(weights[row] * weights[row])
            rows += 1
        }
        switch column.values {
        case .category, .boolean:
            let texts: (Int) -> String =
                switch column.values {
                case .category(let codes, let categories): { categories[Int(codes[$0])] }
                case .boolean(let all): { all[$0] ? "true" : "false" }
                case .double, .integer, .timestamp: { _ in "" }
                }
            var found: [String: Mass] = [:]
            for row in order where weights[row] > 0 {
                let isThere = !column.isMissing(row)
                count(row, isThere)
                if isThere { found[texts(row), default: Mass()].add(weights[row]) }
            }
            content = .categories(found)
        case .double, .integer, .timestamp:
            let number: (Int) -> Double =
                switch column.values {
                case .double(let all): { all[$0] }
                case .integer(let all), .timestamp(let all): { Double(all[$0]) }
                case .category, .boolean: { _ in .nan }
                }
            var found: [(value: Double, weight: Double)] = []
            for row in order where weights[row] > 0 {
                let isThere = !column.isMissing(row) && number(row).isFinite
                count(row, isThere)
                if isThere { found.append((number(row), weights[row])) }
            }
            found.sort { $0 < $1 }
            content = .numbers(found.map(\.value), weights: found.map(\.weight))
        }
        let trials = allSquares.value > 0 ? all.value * all.value / allSquares.value : 1
        missing = Proportion(all.value > 0 ? max(0, 1 - present.value / all.value) * trials : 0, of: trials)
        self.rows = rows
        effectiveRows = squares.value > 0 ? present.value * present.value / squares.value : 0
    }

    /// Distinct quantiles at tenths of the weight, as `ReferenceColumn.edges` has them of rows.
    static func edges(_ values: [Double], _ weights: [Double]) -> [Double] {
        guard let first = values.first, let last = values.last else { return [] }
        let whole = weights.reduce(0, +)
        var (place, below) = (0, 0.0)
        let quantiles = (1..<ReferenceColumn.bins).map { tenth -> Double in
            // The first value up to which there is more than the tenths.
            while place + 1 < values.count, below + weights[place] <= whole * Double(tenth) / Double(ReferenceColumn.bins) * (1 + 1e-12) {
                below += weights[place]
                place += 1
            }
            return values[place]
        }
        return ReferenceColumn.edges(quantiles: quantiles, smallest: first, largest: last)
    }

    /// The weight of ascending numbers between edges, in effective rows.
    static func masses(_ values: [Double], _ weights: [Double], edges: [Double], effectiveRows: Double) -> [Mass] {
        var start = 0
        let masses = Histogram.counts(values, edges: edges).map { count in
            defer { start += count }
            var mass = Mass()
            for weight in weights[start..<(start + count)] { mass.add(weight) }
            return mass
        }
        return effective(masses, effectiveRows)
    }

    /// Weights as numbers of effective rows.
    static func effective(_ masses: [Mass], _ effectiveRows: Double) -> [Mass] {
        let whole = masses.reduce(0) { $0 + $1.weight }
        return whole > 0 ? masses.map { $0.scaled(by: effectiveRows / whole) } : masses
    }

    /// Population standard deviation, of numbers whose squares neither overflow nor vanish.
    static func deviation(_ values: [Double], _ weights: [Double]) -> Double {
        var (sum, whole) = (CompensatedSum(), CompensatedSum())
        for (value, weight) in zip(values, weights) {
            sum.add(weight * value)
            whole.add(weight)
        }
        guard whole.value > 0 else { return 0 }
        let mean = sum.value / whole.value
        var squares = CompensatedSum()
        for (value, weight) in zip(values, weights) { squares.add(weight * (value - mean) * (value - mean)) }
        return (squares.value / whole.value).squareRoot()
    }

    /// Of numbers with at most five values: each, in effective rows.
    static func fewValues(_ values: [Double], _ weights: [Double], effectiveRows: Double) -> [Double: Double]? {
        guard ReferenceColumn.fewValues(values) != nil else { return nil }
        let whole = weights.reduce(0, +)
        return zip(values, weights).reduce(into: [:]) { $0[$1.0, default: 0] += $1.1 / whole * effectiveRows }
    }
}
