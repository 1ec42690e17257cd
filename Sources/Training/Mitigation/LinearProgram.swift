/// min cost·x subject to rows·x ≤ bounds, total·x = 1, x ≥ 0, for few variables: the simplex method on a dense tableau with Bland's rule, which cannot
/// cycle, so that one input has one answer on every machine.
struct LinearProgram {
    let cost: [Double]
    /// Constraints × variables.
    let rows: [[Double]]
    let bounds: [Double]
    /// The coefficients of the one equation, whose right side is 1.
    let total: [Double]

    private static let tolerance = 1e-11

    /// The optimal x and the multipliers (not negative) of the inequalities; nil if nothing is feasible or the optimum unbounded.
    func solve() -> (x: [Double], multipliers: [Double])? {
        let (variables, inequalities) = (cost.count, rows.count)
        // Columns: variables, a slack for each inequality, an artificial variable for each row that starts without one of its own, the right side.
        let starts = bounds.map { $0 >= 0 }
        let artificialRows = starts.indices.filter { !starts[$0] } + [inequalities]
        let width = variables + inequalities + artificialRows.count
        var tableau: [[Double]] = []
        var basis: [Int] = []
        for row in 0..<inequalities {
            let sign: Double = starts[row] ? 1 : -1
            var line = rows[row].map { $0 * sign } + [Double](repeating: 0, count: inequalities + artificialRows.count + 1)
            line[variables + row] = sign
            line[width] = bounds[row] * sign
            tableau.append(line)
            basis.append(variables + row)
        }
        tableau.append(total + [Double](repeating: 0, count: inequalities + artificialRows.count) + [1])
        basis.append(0)
        for (place, row) in artificialRows.enumerated() {
            tableau[row][variables + inequalities + place] = 1
            basis[row] = variables + inequalities + place
        }
        var phaseOne = [Double](repeating: 0, count: width)
        for place in artificialRows.indices { phaseOne[variables + inequalities + place] = 1 }
        guard let left = Self.minimise(phaseOne, &tableau, &basis, usable: width), left <= 1e-9 else { return nil }
        // Artificial variables that stayed at zero leave the basis where they can; where not, their row says nothing.
        for row in basis.indices where basis[row] >= variables + inequalities {
            if let column = (0..<(variables + inequalities)).first(where: { abs(tableau[row][$0]) > 1e-9 }) {
                Self.pivot(row, column, &tableau, &basis)
            }
        }
        let phaseTwo = cost + [Double](repeating: 0, count: width - variables)
        guard Self.minimise(phaseTwo, &tableau, &basis, usable: variables + inequalities) != nil else { return nil }
        var x = [Double](repeating: 0, count: variables)
        for (row, column) in basis.enumerated() where column < variables { x[column] = max(0, tableau[row][width]) }
        // The reduced cost of a slack is the multiplier of its inequality.
        let multipliers = (0..<inequalities).map { row in
            max(0, basis.indices.reduce(0) { $0 - phaseTwo[basis[$1]] * tableau[$1][variables + row] } * 1)
        }
        return (x, multipliers)
    }

    /// The least value; nil if there is none. Only the first `usable` columns may enter the basis.
    private static func minimise(_ cost: [Double], _ tableau: inout [[Double]], _ basis: inout [Int], usable: Int) -> Double? {
        let width = cost.count
        for _ in 0..<20_000 {
            let prices = basis.map { cost[$0] }
            let entering = (0..<usable).first { column in
                let reduced = cost[column] - prices.indices.reduce(0) { $0 + prices[$1] * tableau[$1][column] }
                return reduced < -tolerance
            }
            guard let entering else { return prices.indices.reduce(0) { $0 + prices[$1] * tableau[$1][width] } }
            var leaving: Int?
            var least = Double.infinity
            for row in tableau.indices where tableau[row][entering] > 1e-10 {
                let ratio = tableau[row][width] / tableau[row][entering]
                if ratio < least - 1e-14 || ratio <= least + 1e-14 && basis[row] < basis[leaving ?? row] {
                    least = min(least, ratio)
                    leaving = row
                }
            }
            guard let leaving else { return nil }
            pivot(leaving, entering, &tableau, &basis)
        }
        return nil
    }

    private static func pivot(_ row: Int, _ column: Int, _ tableau: inout [[Double]], _ basis: inout [Int]) {
        let divisor = tableau[row][column]
        for place in tableau[row].indices { tableau[row][place] /= divisor }
        for other in tableau.indices where other != row && tableau[other][column] != 0 {
            let factor = tableau[other][column]
            for place in tableau[other].indices { tableau[other][place] -= factor * tableau[row][place] }
        }
        basis[row] = column
    }
}
