internal import Glibc
public import Statistics

/// Whether a model explains itself otherwise on one table than on another.
public struct AttributionDrift: Sendable, Hashable {
    /// Of one player.
    public struct Change: Sendable, Hashable {
        public let player: String
        /// The player's share of mean |φ| in the reference and now.
        public let referenceShare: Double
        public let share: Double
        /// The output that the rest is of: the one whose φ moved furthest, by `distance`; the first of equal ones.
        public let output: Int
        /// The mean φ now less that of the reference, in units of the explained output.
        public let meanDifference: Double
        /// 95 % bounds of it by Welch's t; nil where a table has one row or nothing varies.
        public let interval: Interval?
        /// The largest distance between the distributions of φ (Kolmogorov and Smirnov), 0 to 1.
        public let distance: Double
    }

    /// In the players' order.
    public let changes: [Change]
    /// Spearman's correlation of the importances; nil for fewer than two players, or where a table finds all alike.
    public let rankCorrelation: Double?
    /// The normalised discounted cumulative gain of the reference's importances in the order of the present ones (Järvelin and Kekäläinen
    /// 2002): 1 where the order is the same. Nil if nothing contributes in the reference.
    public let ndcg: Double?

    /// Both of the same players and outputs, with a row or more.
    public init(reference: Attributions, current: Attributions) {
        precondition(reference.players == current.players && reference.outputCount == current.outputCount)
        let (before, now) = (ExplanationSummary(reference), ExplanationSummary(current))
        changes = reference.players.enumerated().map { place, player in
            var (output, a, b, distance) = (0, [Double](), [Double](), -1.0)
            for each in 0..<reference.outputCount {
                let (before, now) = (Self.column(reference, place, each), Self.column(current, place, each))
                let moved = Self.distance(before, now)
                if moved > distance { (output, a, b, distance) = (each, before, now, moved) }
            }
            let (first, second) = (Self.moments(a), Self.moments(b))
            return Change(
                player: player, referenceShare: before.importances[player]?.share ?? 0, share: now.importances[player]?.share ?? 0,
                output: output, meanDifference: second.mean - first.mean, interval: Self.welch(first, second, a.count, b.count), distance: distance)
        }
        rankCorrelation = before.rankCorrelation(with: now)
        ndcg = Self.ndcg(changes.map { ($0.referenceShare, $0.share) })
    }

    private static func column(_ attributions: Attributions, _ player: Int, _ output: Int) -> [Double] {
        (0..<attributions.rowCount).map { attributions.values[($0 * attributions.outputCount + output) * attributions.players.count + player] }
    }

    private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count - 1, 1)))
    }

    /// Welch 1947.
    private static func welch(
        _ first: (mean: Double, variance: Double), _ second: (mean: Double, variance: Double), _ n: Int, _ m: Int
    ) -> Interval? {
        guard n > 1, m > 1 else { return nil }
        let (a, b) = (first.variance / Double(n), second.variance / Double(m))
        guard a + b > 0 else { return nil }
        let degrees = (a + b) * (a + b) / (a * a / Double(n - 1) + b * b / Double(m - 1))
        let half = StudentT(degrees: degrees).quantile(0.975) * (a + b).squareRoot()
        let difference = second.mean - first.mean
        return Interval(difference - half, difference + half, method: "welch", confidence: 0.95)
    }

    private static func distance(_ first: [Double], _ second: [Double]) -> Double {
        let (a, b) = (first.sorted(), second.sorted())
        var (i, j, largest) = (0, 0, 0.0)
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        return largest
    }

    private static func ndcg(_ shares: [(reference: Double, current: Double)]) -> Double? {
        func gain(_ order: [Int]) -> Double {
            order.enumerated().reduce(0) { $0 + shares[$1.element].reference / log2(Double($1.offset + 2)) }
        }
        let ideal = gain(shares.indices.sorted { (-shares[$0].reference, $0) < (-shares[$1].reference, $1) })
        return ideal > 0 ? gain(shares.indices.sorted { (-shares[$0].current, $0) < (-shares[$1].current, $1) }) / ideal : nil
    }
}
