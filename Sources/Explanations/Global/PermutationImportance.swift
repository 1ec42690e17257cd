internal import Basics
public import Models
public import Statistics

/// How much worse predictions become when a player's values are exchanged among the rows (Breiman 2001; Fisher, Rudin and Dominici 2019). The
/// features of a group are exchanged together.
public struct PermutationImportance: Sendable, Hashable {
    public struct Importance: Sendable, Hashable {
        public let player: String
        /// The mean over repeats of the loss with exchanged values minus the loss without.
        public let value: Double
        /// Over repeats.
        public let standardDeviation: Double
        /// 95 % bounds: of the mean over the rows where rows have losses, else of the mean over the repeats. By Student's distribution.
        public let interval: Interval
    }

    /// In the players' order.
    public let importances: [Importance]
    public let loss: ImportanceLoss
    /// Of the predictions as they are.
    public let baseLoss: Double
    public let repeats: Int
    public let seed: UInt64

    /// - Parameter labels: one for each row.
    ///
    /// Throws `features`, `rows`, `invalidSetting`, `unsupportedModel` or `prediction`.
    public init(
        _ predictor: any Predictor, rows: EncodedRows, labels: [Double], players: Players, loss: ImportanceLoss, scale: OutputScale = .raw,
        repeats: Int = 10, seed: UInt64 = 0, threads: Int = 1
    ) throws(ExplanationError) {
        let scaled: ScaledPredictor
        do { scaled = try ScaledPredictor(predictor, scale: scale) } catch { throw ExplanationError(error) }
        try Self.check(scaled, rows, labels, players, loss, repeats)
        let before = try ModelCalls.predictions(scaled, rows.values, count: rows.rowCount, threads: threads)
        guard let base = loss.value(before, labels) else {
            throw ExplanationError(.rows, message: "all labels are of one class, for which '\(loss.rawValue)' is undefined")
        }
        let losses = loss.byRow(before, labels)
        let results = concurrentBlocks(players.count, threads: threads) { player in
            Result { () throws(ExplanationError) in
                try Self.importance(
                    player, players, scaled, rows, labels, loss, base: base, baseLosses: losses, repeats: repeats, seed: seed)
            }
        }
        var importances: [Importance] = []
        for result in results { importances.append(try result.get()) }
        self.importances = importances
        self.loss = loss
        baseLoss = base
        self.repeats = repeats
        self.seed = seed
    }

    private static func check(
        _ predictor: ScaledPredictor, _ rows: EncodedRows, _ labels: [Double], _ players: Players, _ loss: ImportanceLoss, _ repeats: Int
    ) throws(ExplanationError) {
        guard (2...10_000).contains(repeats) else {
            throw ExplanationError(.invalidSetting, message: "the repeats must be 2 to 10000, not \(repeats)")
        }
        let outputs = predictor.outputCount
        guard outputs == 1 || loss == .logLoss else {
            throw ExplanationError(
                .unsupportedModel, message: "'\(loss.rawValue)' is of one output, and the model has \(outputs); log-loss is of several, too")
        }
        guard rows.rowCount > 1, labels.count == rows.rowCount else {
            throw ExplanationError(.rows, message: "there are \(labels.count) labels for \(rows.rowCount) rows; two rows or more are needed")
        }
        guard rows.width == predictor.featureCount else {
            throw ExplanationError(.rows, message: "the table has \(rows.width) features, the model \(predictor.featureCount)")
        }
        guard players.featureCount == predictor.featureCount else {
            throw ExplanationError(.features, message: "the players have \(players.featureCount) features, the model \(predictor.featureCount)")
        }
        if let label = labels.first(where: { !$0.isFinite }) { throw ExplanationError(.rows, message: "a label is \(label)") }
        let classes = outputs == 1 ? 2 : outputs
        guard loss == .squaredError || loss == .absoluteError || labels.allSatisfy({ (0..<classes).map(Double.init).contains($0) }) else {
            throw ExplanationError(.rows, message: "'\(loss.rawValue)' needs labels that are \(classes == 2 ? "0 or 1" : "0 to \(classes - 1)")")
        }
    }

    private static func importance(
        _ player: Int, _ players: Players, _ predictor: ScaledPredictor, _ rows: EncodedRows, _ labels: [Double], _ loss: ImportanceLoss,
        base: Double, baseLosses: [Double]?, repeats: Int, seed: UInt64
    ) throws(ExplanationError) -> Importance {
        let count = rows.rowCount
        var gains: [Double] = []
        var byRow = baseLosses.map { [Double](repeating: 0, count: $0.count) }
        for turn in 0..<repeats {
            var random = SeededRandom(seed: seed, stream: UInt64(turn) << 32 | UInt64(player))
            let order = random.permutation(of: count)
            var mixed = rows.values
            for member in players.members[player] {
                for row in 0..<count { mixed[row * rows.width + member] = rows.values[order[row] * rows.width + member] }
            }
            let found = try ModelCalls.predictions(predictor, mixed, count: count, threads: 1)
            if let baseLosses, let losses = loss.byRow(found, labels) {
                gains.append(losses.reduce(0, +) / Double(count) - base)
                for row in 0..<count { byRow?[row] += (losses[row] - baseLosses[row]) / Double(repeats) }
            } else {
                gains.append((loss.value(found, labels) ?? base) - base)
            }
        }
        let (mean, deviation) = moments(gains)
        let sample = byRow ?? gains
        let half = StudentT(degrees: Double(sample.count - 1)).quantile(0.975) * moments(sample).deviation / Double(sample.count).squareRoot()
        return Importance(
            player: players.names[player], value: mean, standardDeviation: deviation,
            interval: Interval(mean - half, mean + half, method: "t", confidence: 0.95))
    }

    private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot())
    }
}
