public import Models

/// Contributions to the probability of a tree ensemble whose margin is log-odds.
///
/// Against each background row the margin's exact SHAP values are scaled by (p(x) − p(r)) / (f(x) − f(r)), so that they add up to the difference in
/// probability, and averaged over the background: what shap's TreeExplainer gives for `model_output="probability"`. They are no Shapley values of the
/// probability, for which no fast way is known; `CoalitionSHAP` has these for few players.
public struct ProbabilityTreeSHAP: Explainer {
    private let ensemble: TreeEnsemble
    private let background: EncodedRows
    private let players: Players
    private let predictor: ScaledPredictor

    /// Throws `background` for an empty one or one with other features, `features` for other players, or `unsupportedModel` for a margin that is no
    /// log-odds.
    public init(_ ensemble: TreeEnsemble, background: EncodedRows, players: Players) throws(ExplanationError) {
        do { predictor = try ScaledPredictor(ensemble, scale: .probability) } catch { throw ExplanationError(error) }
        guard background.rowCount > 0 else { throw ExplanationError(.background, message: "the background has no rows") }
        (self.ensemble, self.background, self.players) = (ensemble, background, players)
        // Other features are told of before the first row is explained.
        _ = try against(0, threads: 1)
    }

    private func against(_ row: Int, threads: Int) throws(ExplanationError) -> TreeSHAP {
        try TreeSHAP(ensemble, .interventional(background: background.selecting(rows: [row])), players: players, threads: threads)
    }

    /// Rows × players, one output. The cost is that of explaining the rows against each background row alone.
    public func explain(_ rows: EncodedRows, threads: Int = 1) throws(ExplanationError) -> Attributions {
        let predictions = try ModelCalls.predictions(predictor, rows.values, count: rows.rowCount, threads: threads)
        let bases = try ModelCalls.predictions(predictor, background.values, count: background.rowCount, threads: threads)
        let width = players.count
        var values = [Double](repeating: 0, count: rows.rowCount * width)
        for other in 0..<background.rowCount {
            let found = try against(other, threads: threads).explain(rows, threads: threads)
            for row in 0..<rows.rowCount {
                let difference = found.predictions[row] - found.baseValues[0]
                // Where nothing moves the margin, nothing moves the probability.
                let scale = difference == 0 ? 0 : (predictions[row] - bases[other]) / difference
                for player in 0..<width { values[row * width + player] += found.values[row * width + player] * scale }
            }
        }
        let count = Double(background.rowCount)
        return Attributions(
            players: players.names, outputCount: 1, values: values.map { $0 / count }, baseValues: bases.means(outputs: 1), predictions: predictions,
            method: .interventional, scale: .probability, background: background.digest)
    }
}
