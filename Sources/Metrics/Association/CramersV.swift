public import Frames
import Statistics

/// How much one column tells of another: Cramér's V with Bergsma's correction for bias (2013), from 0 to 1.
public enum Association {
    /// Numbers fall into ten bins of about as many rows; missing values are a category of their own. Nil where a column has one value only.
    public static func cramersV(_ first: Column, _ second: Column) -> Double? { estimate(first, second)?.value }

    /// The same with bounds: of φ² by the delta method (Bishop, Fienberg and Holland 1975, 11.3), its variance without association added, which the first order does not know. Near 1, where few
    /// rows or none are off the association, that variance is that of rows never seen: the bounds hold those of the table with two more rows, shared out as without association (as Agresti and Coull
    /// 1998 add to shares), too. Near 0, where the lower end is none, the variance of a small φ² is not that of a larger one from which chance took some: the upper end is at least that of χ²'s
    /// noncentrality over n (Smithson 2003). No bounds where too few rows are expected in the cells for χ² to be near its distribution (Cochran 1954: less than 5 in over a fifth of them, or less than 1 in any).
    public static func estimate(_ first: Column, _ second: Column) -> Estimate? {
        precondition(first.count == second.count)
        let (a, b) = (codes(of: first), codes(of: second))
        let (rows, columns) = ((a.max() ?? 0) + 1, (b.max() ?? 0) + 1)
        guard rows > 1, columns > 1, rows <= 2000, columns <= 2000 else { return nil }
        var table = [[Double]](repeating: [Double](repeating: 0, count: columns), count: rows)
        for row in a.indices { table[a[row]][b[row]] += 1 }
        let kept = table.filter { $0.contains { $0 > 0 } }
        guard let chi = CountTests.chiSquare(kept) else { return nil }
        let n = Double(a.count)
        let (r, c) = (Double(kept.count), Double(columns))
        let phi = chi.result.statistic / n - (r - 1) * (c - 1) / (n - 1)
        let (correctedRows, correctedColumns) = (r - (r - 1) * (r - 1) / (n - 1), c - (c - 1) * (c - 1) / (n - 1))
        let smaller = min(correctedRows, correctedColumns) - 1
        guard smaller > 0 else { return nil }
        func strength(_ phi: Double) -> Double { min(1, (max(0, phi) / smaller).squareRoot()) }
        func error(_ table: [[Double]]) -> Double? {
            variance(table).map { ($0 / n + 2 * (r - 1) * (c - 1) / (n * n)).squareRoot() * criticalValue(0.95) }
        }
        guard let own = error(kept), let shrunk = CountTests.chiSquare(withTwoRows(kept)), let wider = error(withTwoRows(kept)) else {
            return .value(strength(phi), n: a.count, interval: nil)
        }
        let centre = shrunk.result.statistic / (n + 2) - (r - 1) * (c - 1) / (n - 1)
        let (lower, degrees) = (min(phi - own, centre - wider), (r - 1) * (c - 1))
        var upper = max(phi + own, centre + wider)
        // Of many degrees of freedom χ² is normal, and the variance is its own.
        if lower <= 0, degrees <= 50 {
            let most = NoncentralChiSquare.noncentrality(degrees: degrees, at: chi.result.statistic, chance: 0.025)
            upper = max(upper, most / n)
        }
        return .value(strength(phi), n: a.count, interval: Interval(strength(lower), strength(upper), method: "delta", confidence: 0.95))
    }

    private static func withTwoRows(_ table: [[Double]]) -> [[Double]] {
        let rows = table.map { $0.reduce(0, +) }
        let columns = table[0].indices.map { column in table.reduce(0) { $0 + $1[column] } }
        let n = rows.reduce(0, +)
        return table.enumerated().map { i, row in row.enumerated().map { j, count in count + 2 * rows[i] * columns[j] / (n * n) } }
    }

    /// Of what one row adds to φ²; nil where too few rows are expected in the cells.
    private static func variance(_ table: [[Double]]) -> Double? {
        let rows = table.map { $0.reduce(0, +) }
        let columns = table[0].indices.map { column in table.reduce(0) { $0 + $1[column] } }
        let n = rows.reduce(0, +)
        var (few, byRow, byColumn) = (0, [Double](repeating: 0, count: rows.count), [Double](repeating: 0, count: columns.count))
        for (i, row) in table.enumerated() {
            for (j, count) in row.enumerated() {
                let expected = rows[i] * columns[j] / n
                guard expected >= 1 else { return nil }
                if expected < 5 { few += 1 }
                byRow[i] += count * count / (rows[i] * columns[j])
                byColumn[j] += count * count / (rows[i] * columns[j])
            }
        }
        guard few * 5 <= rows.count * columns.count else { return nil }
        var (mean, squares) = (CompensatedSum(), CompensatedSum())
        for (i, row) in table.enumerated() {
            for (j, count) in row.enumerated() where count > 0 {
                let influence = 2 * count * n / (rows[i] * columns[j]) - byRow[i] * n / rows[i] - byColumn[j] * n / columns[j]
                mean.add(count / n * influence)
                squares.add(count / n * influence * influence)
            }
        }
        return max(0, squares.value - mean.value * mean.value)
    }

    /// Codes without gaps.
    private static func codes(of column: Column) -> [Int] {
        let raw: [Int]
        switch column.values {
        case .category(let codes, _): raw = codes.map { Int($0) }
        case .boolean(let all): raw = all.map { $0 ? 1 : 0 }
        case .integer(let all), .timestamp(let all): raw = deciles(all.map { Double($0) }, column)
        case .double(let all): raw = deciles(all, column)
        }
        let missing = (raw.max() ?? 0) + 1
        let marked = raw.indices.map { column.isMissing($0) ? missing : raw[$0] }
        let places = Dictionary(uniqueKeysWithValues: Set(marked).sorted().enumerated().map { ($1, $0) })
        return marked.map { places[$0] ?? 0 }
    }

    private static func deciles(_ values: [Double], _ column: Column) -> [Int] {
        let known = values.indices.filter { !column.isMissing($0) && !values[$0].isNaN }.map { values[$0] }.sorted()
        guard !known.isEmpty else { return values.map { _ in 0 } }
        let distinct = known.indices.filter { $0 == 0 || known[$0] != known[$0 - 1] }.map { known[$0] }
        let edges = distinct.count <= 10 ? Array(distinct.dropFirst()) : Array(Set((1..<10).map { known[$0 * known.count / 10] })).sorted()
        return values.map { value in edges.count { $0 <= value } }
    }
}
