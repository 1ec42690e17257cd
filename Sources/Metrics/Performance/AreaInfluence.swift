import Statistics

/// The area under a ROC curve and what each row adds to its deviation from the truth: the components of DeLong, DeLong and Clarke-Pearson (1988), also of rows with weights. Sums of such
/// figures have bounds for that reason.
struct AreaInfluence {
    let area: Double
    /// By row; their squares' sum is the variance of the area, their products' the covariance of two areas of the same rows.
    let influence: [Double]
    /// By row, the share of the other class that it is in the right order with.
    let placements: [Double]

    /// Nil where a class has no weight.
    init?(scores: [Double], labels: [Bool], weights: [Double]? = nil) {
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var (positive, negative) = (0.0, 0.0)
        var rows = (positive: 0, negative: 0)
        for row in scores.indices {
            let weight = weights?[row] ?? 1
            guard weight > 0 else { continue }
            if labels[row] {
                (positive, rows.positive) = (positive + weight, rows.positive + 1)
            } else {
                (negative, rows.negative) = (negative + weight, rows.negative + 1)
            }
        }
        guard positive > 0, negative > 0 else { return nil }
        var components = [Double](repeating: 0, count: scores.count)
        var (positivesBelow, negativesBelow) = (0.0, 0.0)
        var area = CompensatedSum()
        var start = 0
        while start < order.count {
            var end = start
            var tied = (positive: 0.0, negative: 0.0)
            while end < order.count, scores[order[end]] == scores[order[start]] {
                let weight = weights?[order[end]] ?? 1
                if labels[order[end]] { tied.positive += weight } else { tied.negative += weight }
                end += 1
            }
            let below = (negativesBelow + tied.negative / 2) / negative
            let above = (positive - positivesBelow - tied.positive / 2) / positive
            for place in start..<end { components[order[place]] = labels[order[place]] ? below : above }
            area.add(tied.positive * below)
            positivesBelow += tied.positive
            negativesBelow += tied.negative
            start = end
        }
        let value = min(1, max(0, area.value / positive))
        (self.area, placements) = (value, components)
        func correction(_ rows: Int) -> Double { rows > 1 ? (Double(rows) / Double(rows - 1)).squareRoot() : 1 }
        let (first, second) = (correction(rows.positive) / positive, correction(rows.negative) / negative)
        influence = components.indices.map { row in
            (weights?[row] ?? 1) * (components[row] - value) * (labels[row] ? first : second)
        }
    }

    var error: Double { influence.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

extension Interval {
    /// Of an area under a ROC curve with DeLong's error. Where every pair is in one order, or all are ties, that error is zero, and a class that counts as one row has none; Wilson's bound of as many pairs as the smaller class has rows stands in for it.
    static func area(_ area: Double, error: Double, positives: Double, negatives: Double) -> Interval? {
        if area > 0, area < 1, error > 0, min(positives, negatives) > 2 - 1e-9 {
            return .logit(area, error: error, method: "DeLong", confidence: 0.95)
        }
        let pairs = max(1, min(positives, negatives))
        let bounds = Proportion(area * pairs, of: pairs).wilson()
        return Interval(bounds.lower, bounds.upper, method: "Wilson of the smaller class", confidence: 0.95)
    }
}
