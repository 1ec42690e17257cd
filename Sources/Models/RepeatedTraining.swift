internal import CXGBoost

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
        _ = try booster(rounds: 1) { _ in }
    }

    /// - Parameter progress: gets the rounds done after each, and stops the training by throwing.
    /// - Returns: the model as Universal Binary JSON, and its predictions for the rows.
    public func train(
        labels: [Float], weights: [Float], rounds: Int, progress: (Int) throws -> Void
    ) throws -> (ubj: [UInt8], predictions: [Float]) {
        try data.setNumbers("label", labels, rowCount: rowCount)
        try data.setNumbers("weight", weights, rowCount: rowCount)
        let model = try booster(rounds: rounds, progress)
        // The margins of these rows were kept while the trees grew.
        return (try model.ubj(), try unsafe model.predict(data.handle, .value))
    }

    private func booster(rounds: Int, _ progress: (Int) throws -> Void) throws -> XGBoostModel {
        let model = try unsafe XGBoostModel(matrices: [data.handle])
        for (name, value) in parameters { try model.set(name, value) }
        for round in 0..<rounds {
            try check("train the model") { unsafe XGBoosterUpdateOneIter(model.handle, Int32(round), data.handle) }
            try progress(round + 1)
        }
        return model
    }
}
