internal import Basics
public import Models

/// SHAP values of any predictor against a background, by asking it what coalitions of players are worth.
public struct CoalitionSHAP: Explainer {
    public enum Method: Sendable, Hashable {
        /// All coalitions; for 12 players at most.
        case exact
        /// Orders of the players, each with its reverse (Mitchell et al. 2022). Adds up exactly.
        case permutation(pairs: Int)
        /// Weighted least squares (Lundberg and Lee 2017), sampled in pairs with complements (Covert and Lee 2021); exact if all coalitions fit.
        case kernel(KernelSettings)
    }

    public static let maximumExactPlayers = 12

    private let model: MaskedModel
    private let method: Method
    private let scale: OutputScale
    private let seed: UInt64
    private let baseValues: [Double]

    /// Throws `background`, `features`, `unsupportedModel` for a scale that the model does not have, `invalidSetting`, or `prediction`.
    public init(
        _ predictor: any Predictor, background: EncodedRows, players: Players, method: Method, scale: OutputScale = .raw, seed: UInt64 = 0
    ) throws(ExplanationError) {
        let scaled: ScaledPredictor
        do { scaled = try ScaledPredictor(predictor, scale: scale) } catch { throw ExplanationError(error) }
        model = try MaskedModel(scaled, background: background, players: players)
        switch method {
        case .exact:
            guard players.count <= Self.maximumExactPlayers else {
                throw ExplanationError(
                    .invalidSetting,
                    message: "'exact' asks the model about all coalitions of at most \(Self.maximumExactPlayers) players, and there are "
                        + "\(players.count); group features, or use 'permutation' or 'kernel'")
            }
        case .permutation(let pairs):
            guard (2...100_000).contains(pairs) else {
                throw ExplanationError(.invalidSetting, message: "the pairs of permutations must be 2 to 100000, not \(pairs)")
            }
        case .kernel(let settings): try settings.validate()
        }
        self.method = method
        self.scale = scale
        self.seed = seed
        baseValues = try model.predictions(background.values, count: background.rowCount).means(outputs: model.outputCount)
    }

    public func explain(_ rows: EncodedRows, threads: Int = 1) throws(ExplanationError) -> Attributions {
        guard rows.width == model.background.width else {
            throw ExplanationError(.rows, message: "the table has \(rows.width) features, the model \(model.background.width)")
        }
        try rows.agree(with: model.background, called: "the background has")
        let predictions = try model.predictions(rows.values, count: rows.rowCount)
        let outputs = model.outputCount
        let results = concurrentBlocks(rows.rowCount, threads: threads) { index in
            Result { () throws(ExplanationError) in
                try explain(row: rows.row(index), prediction: Array(predictions[(index * outputs)..<((index + 1) * outputs)]))
            }
        }
        var values: [Double] = []
        var errors: [Double] = []
        for result in results {
            let shares = try result.get()
            values += shares.values
            errors += shares.errors ?? [Double](repeating: 0, count: shares.values.count)
        }
        return Attributions(
            players: model.players.names, outputCount: outputs, values: values, baseValues: baseValues, predictions: predictions,
            standardErrors: method == .exact ? nil : errors, method: method.name, scale: scale, seed: method == .exact ? nil : seed,
            background: model.background.digest)
    }

    /// One row's values, outputs × players.
    private func explain(row: ArraySlice<Double>, prediction: [Double]) throws(ExplanationError) -> Shares {
        let active = model.varying(row)
        let found: Shares
        switch method {
        case .exact: found = try ExactShares.solve(model, active: active, row: row, empty: baseValues, full: prediction)
        case .permutation(let pairs):
            found = try PermutationShares.solve(
                model, active: active, row: row, empty: baseValues, full: prediction, pairs: pairs, seed: seed)
        case .kernel(let settings):
            found = try KernelShares.solve(
                model, active: active, row: row, empty: baseValues, full: prediction, settings: settings, seed: seed)
        }
        return found.spread(active: active, players: model.players.count, outputs: model.outputCount)
    }
}

extension CoalitionSHAP.Method {
    fileprivate var name: ExplanationMethod {
        switch self {
        case .exact: .exact
        case .permutation: .permutation
        case .kernel: .kernel
        }
    }
}

/// The values of some players for one row: outputs × players.
struct Shares: Sendable {
    var values: [Double]
    /// nil if the values are exact.
    var errors: [Double]?

    /// The same among all players; those that are not active have 0.
    func spread(active: [Int], players: Int, outputs: Int) -> Shares {
        func spread(_ list: [Double]) -> [Double] {
            var all = [Double](repeating: 0, count: outputs * players)
            for output in 0..<outputs {
                for (place, player) in active.enumerated() { all[output * players + player] = list[output * active.count + place] }
            }
            return all
        }
        return Shares(values: spread(values), errors: errors.map(spread))
    }
}
