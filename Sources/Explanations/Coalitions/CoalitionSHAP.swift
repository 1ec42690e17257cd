internal import Basics
public import Models

/// SHAP values of any predictor against a background, by asking it what coalitions of players are worth.
public struct CoalitionSHAP: Explainer {
    public enum Method: Sendable, Hashable {
        /// All coalitions; for 12 players at most.
        case exact
        /// Orders of the players, each with its reverse (Mitchell et al. 2022). Adds up exactly.
        case permutation(pairs: Int)
        /// Weighted least squares (Lundberg and Lee 2017), sampled in pairs with complements (Covert and Lee 2021); exact against each background row
        /// whose coalitions all fit.
        case kernel(KernelSettings)
    }

    public static let maximumExactPlayers = 12
    /// Rows that are worked on together.
    private static let waveRows = 256

    private let model: MaskedModel
    private let method: Method
    private let scale: OutputScale
    private let seed: UInt64
    /// Of the background's rows, and their means.
    private let backgroundPredictions: [Double]
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
        backgroundPredictions = try model.predictions(background.values, count: background.rowCount)
        baseValues = backgroundPredictions.means(outputs: model.outputCount)
    }

    public func explain(_ rows: EncodedRows, threads: Int = 1) throws(ExplanationError) -> Attributions {
        guard rows.width == model.background.width else {
            throw ExplanationError(.rows, message: "the table has \(rows.width) features, the model \(model.background.width)")
        }
        try rows.agree(with: model.background, called: "the background has")
        let predictions = try ModelCalls.predictions(model.predictor, rows.values, count: rows.rowCount, threads: threads)
        let outputs = model.outputCount
        var values: [Double] = []
        var errors: [Double] = []
        for start in stride(from: 0, to: rows.rowCount, by: Self.waveRows) {
            let wave = start..<min(start + Self.waveRows, rows.rowCount)
            let questions = MaskedQuestions(
                model: model, rows: rows.selecting(rows: Array(wave)),
                predictions: Array(predictions[(wave.lowerBound * outputs)..<(wave.upperBound * outputs)]),
                backgroundPredictions: backgroundPredictions)
            for shares in try solve(questions, threads: threads) {
                values += shares.values
                errors += shares.errors ?? [Double](repeating: 0, count: shares.values.count)
            }
        }
        return Attributions(
            players: model.players.names, outputCount: outputs, values: values, baseValues: baseValues, predictions: predictions,
            standardErrors: method == .exact ? nil : errors, method: method.name, scale: scale, seed: method == .exact ? nil : seed,
            background: model.background.digest)
    }

    /// One for each row of the questions.
    private func solve(_ questions: MaskedQuestions, threads: Int) throws(ExplanationError) -> [Shares] {
        switch method {
        case .exact:
            let all = Array(0..<model.background.rowCount)
            return try questions.answers(
                (0..<questions.rows.rowCount).map { MaskedQuestion(kind: .shares, row: $0, background: all) }, threads: threads
            ).map { sums in Shares(values: sums.map { $0 / Double(all.count) }) }
        case .permutation(let pairs):
            return try PermutationShares(questions, pairs: pairs, seed: seed).solve(threads: threads)
        case .kernel(let settings):
            return try KernelShares(questions, settings: settings, seed: seed).solve(threads: threads)
        }
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

/// The values of all players for one row: outputs × players.
struct Shares: Sendable {
    var values: [Double]
    /// nil if the values are exact.
    var errors: [Double]?

    /// Those of some players among all; the others have 0.
    static func spread(_ list: [Double], active: [Int], players: Int, outputs: Int) -> [Double] {
        var all = [Double](repeating: 0, count: outputs * players)
        for output in 0..<outputs {
            for (place, player) in active.enumerated() { all[output * players + player] = list[output * active.count + place] }
        }
        return all
    }
}
