import Statistics

extension Estimate {
    /// The area under the ROC curve with bounds for rows that come in clusters, which are drawn together: DeLong's components summed over each (Obuchowski 1997).
    ///
    /// - Parameter clusters: by row, which one it is of; clusters may have rows of both classes.
    /// Undefined where the rows are of one class only.
    public static func area(_ rows: ScoredRows, clusters: [Int]) -> Estimate {
        precondition(clusters.count == rows.count)
        let counted = rows.countedRows
        guard let area = AreaInfluence(scores: rows.scores, labels: rows.labels, weights: rows.weights) else {
            return .undefined("the rows are of one class only", n: counted.count)
        }
        var sums: [Int: Double] = [:]
        var (positives, negatives) = (Set<Int>(), Set<Int>())
        for row in counted {
            sums[clusters[row], default: 0] += area.influence[row]
            if rows.labels[row] { positives.insert(clusters[row]) } else { negatives.insert(clusters[row]) }
        }
        // In an order of their own, so that the sum of squares does not depend on the dictionary's.
        let squares = sums.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
        let bounds = Interval.area(
            area.area, error: squares.squareRoot(), positives: Double(positives.count), negatives: Double(negatives.count))
        return .value(
            area.area, n: counted.count,
            interval: bounds.map {
                Interval($0.lower, $0.upper, method: sums.count < counted.count ? $0.method + ", clustered" : $0.method, confidence: $0.confidence)
            })
    }
}
