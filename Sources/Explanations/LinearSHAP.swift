internal import Basics
public import Models

/// Exact SHAP values of a linear model against a background: φᵢ = wᵢ (xᵢ − mean of the background's xᵢ), summed over a group's features.
public struct LinearSHAP: Explainer {
    private let model: LinearModel
    private let players: Players
    private let means: [Double]
    private let baseValues: [Double]
    private let background: Digest
    private let schema: FeatureSchema

    /// Throws `background`, `features`, or `prediction` for a missing value or a prediction that is no finite number.
    public init(_ model: LinearModel, background: EncodedRows, players: Players) throws(ExplanationError) {
        let masked = try MaskedModel(model, background: background, players: players)
        baseValues = try masked.predictions(background.values, count: background.rowCount).means(outputs: model.outputCount)
        means = background.values.means(outputs: background.width)
        self.model = model
        self.players = players
        self.background = background.digest
        schema = background.schema
    }

    public func explain(_ rows: EncodedRows, threads: Int = 1) throws(ExplanationError) -> Attributions {
        guard rows.width == model.featureCount else {
            throw ExplanationError(.rows, message: "the table has \(rows.width) features, the model \(model.featureCount)")
        }
        try EncodedRows.agree(rows.schema, with: schema, called: "the background has")
        let predictions = try ModelCalls.predictions(model, rows.values, count: rows.rowCount)
        var values: [Double] = []
        for row in 0..<rows.rowCount {
            for output in 0..<model.outputCount {
                for members in players.members {
                    values.append(
                        members.reduce(0) { sum, feature in
                            sum + model.coefficients[output * model.featureCount + feature]
                                * (rows.values[row * rows.width + feature] - means[feature])
                        })
                }
            }
        }
        return Attributions(
            players: players.names, outputCount: model.outputCount, values: values, baseValues: baseValues, predictions: predictions,
            method: .linear, scale: model.isLogistic ? .logOdds : .raw, background: background)
    }
}
