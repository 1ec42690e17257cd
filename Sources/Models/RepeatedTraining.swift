/// Rows that trees are trained on one model after another, with other labels and weights each time.
///
/// XGBoost keeps what it works out of the features alone. Of `hist` these are the candidate splits: quantiles of all rows, none weighing more than another, whatever the weights
/// of a single training are.
@safe public final class RepeatedTraining {
    private let data: XGBoostMatrix
    private let rowCount: Int
    private let parameters: [(name: String, value: String)]

    /// - Parameters:
    ///   - labels: of the training that lays the candidate splits.
    ///   - parameters: XGBoost's own, in this order.
    public init(_ features: FeatureMatrix, labels: [Float], parameters: [(name: String, value: String)], threads: Int) throws {
        data = try XGBoostMatrix.make(features, labels: labels, threads: threads)
        rowCount = features.rowCount
        self.parameters = parameters + [("nthread", String(threads))]
        _ = try XGBoostModel.grow(on: data, watching: .none, parameters: self.parameters, rounds: 1) { _, _ in true }
    }

    /// - Parameter progress: gets the rounds done after each, and stops the training by throwing.
    /// - Returns: the model as Universal Binary JSON, and its predictions for the rows.
    public func train(
        labels: [Float], weights: [Float], rounds: Int, progress: (Int) throws -> Void
    ) throws -> (ubj: [UInt8], predictions: [Float]) {
        try data.setNumbers("label", labels, rowCount: rowCount)
        try data.setNumbers("weight", weights, rowCount: rowCount)
        let model = try XGBoostModel.grow(on: data, watching: .none, parameters: parameters, rounds: rounds) { round, _ in
            try progress(round)
            return true
        }
        // The margins of these rows were kept while the trees grew.
        return (try model.ubj(), try unsafe model.predict(data.handle, .value))
    }
}
