public import Statistics

/// What explanations of many rows say of a model: the evidence schema's `explanation`.
public struct ExplanationSummary: Sendable {
    /// Of one player.
    public struct Importance: Hashable, Sendable {
        /// mean |φ| over the rows, in units of the explained output; of several outputs the mean of Σ |φ| over them, as shap's bar plots stack them.
        public let meanAbsolute: Double
        /// 95 % bounds of it, by the normal distribution of a mean.
        public let interval: Interval?
        /// Of the sum over all players.
        public let share: Double
    }

    public let importances: [String: Importance]
    public let rowCount: Int
    /// The largest |Σφ − (prediction − base)|.
    public let additivityError: Double
    public let total: Double

    /// - Parameter output: of this one alone; nil: of all together.
    public init(_ attributions: Attributions, output: Int? = nil) {
        precondition(attributions.rowCount > 0)
        let rows = attributions.rowCount
        let outputs = output.map { $0...$0 } ?? 0...(attributions.outputCount - 1)
        var means = [Double](repeating: 0, count: attributions.players.count)
        var squares = means
        for row in 0..<rows {
            for player in means.indices {
                let size = outputs.reduce(0.0) { $0 + abs(attributions.values[(row * attributions.outputCount + $1) * means.count + player]) }
                means[player] += size
                squares[player] += size * size
            }
        }
        means = means.map { $0 / Double(rows) }
        let total = means.reduce(0, +)
        var importances: [String: Importance] = [:]
        for (player, name) in attributions.players.enumerated() {
            let variance = max(0, squares[player] / Double(rows) - means[player] * means[player])
            let half = rows > 1 ? Normal().quantile(0.975) * (variance / Double(rows - 1)).squareRoot() : nil
            importances[name] = Importance(
                meanAbsolute: means[player],
                interval: half.map { Interval(max(0, means[player] - $0), means[player] + $0, method: "normal", confidence: 0.95) },
                share: total > 0 ? means[player] / total : 0)
        }
        self.importances = importances
        self.total = total
        rowCount = rows
        additivityError = attributions.maximumAdditivityError
    }

    /// The share of all attribution that falls on some players. Summed in the order of their names.
    public func share(of players: some Sequence<String>) -> Double {
        players.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.reduce(0) { $0 + (importances[$1]?.share ?? 0) }
    }

    /// Spearman's correlation of two summaries' importances: 1 where they put the same players in the same order. Nil for fewer than two players, or where one of them
    /// finds all alike.
    public func rankCorrelation(with other: ExplanationSummary) -> Double? {
        let names = importances.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return RankCorrelation.spearman(
            names.map { importances[$0]?.meanAbsolute ?? 0 }, names.map { other.importances[$0]?.meanAbsolute ?? 0 })
    }
}

extension Attributions {
    /// The mean of each player's values for an output over some rows.
    public func means(over rows: [Int], output: Int = 0) -> [Double] {
        precondition(!rows.isEmpty)
        var sums = [Double](repeating: 0, count: players.count)
        for row in rows { for (player, value) in zip(sums.indices, self.row(row, output: output)) { sums[player] += value } }
        return sums.map { $0 / Double(rows.count) }
    }

    /// The explanations of some rows.
    public func selecting(rows: [Int]) -> Attributions {
        let width = outputCount * players.count
        func picked(_ all: [Double]) -> [Double] { rows.flatMap { all[($0 * width)..<(($0 + 1) * width)] } }
        return Attributions(
            players: players, outputCount: outputCount, values: picked(values), baseValues: baseValues,
            predictions: rows.flatMap { predictions[($0 * outputCount)..<(($0 + 1) * outputCount)] },
            standardErrors: standardErrors.map(picked), method: method, scale: scale, seed: seed, background: background)
    }
}
