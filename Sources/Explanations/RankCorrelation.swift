/// Spearman's rank correlation.
package enum RankCorrelation {
    /// Nil for fewer than two numbers, or where one list has all alike.
    package static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
        precondition(first.count == second.count)
        guard first.count > 1 else { return nil }
        let (a, b) = (ranks(first), ranks(second))
        let mean = Double(first.count + 1) / 2
        let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
        let spread = { (ranks: [Double]) in ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } }
        let product = spread(a) * spread(b)
        return product > 0 ? covariance / product.squareRoot() : nil
    }

    /// From 1; equal values share the mean of their ranks.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}
