public import Frames
public import Models

extension TrainingPlan {
    /// Fits preprocessing and estimator on all rows of `frame`, and on no other: no transform can have seen a row that is tested.
    ///
    /// The artefact's bytes depend on the cells of features, label and weights and on the plan only: not on `threads`, other columns, or how a file
    /// orders its dictionaries. (They do depend on the order of the rows.)
    ///
    /// - Parameters:
    ///   - weights: one a row, times those that the plan asks for.
    ///   - progress: gets the rounds done after each round; what it throws stops the training and is passed on.
    /// Everything else thrown is a `TrainingError`.
    public func fit(_ frame: Frame, weights: [Double]? = nil, threads: Int = 1, progress: (Int) throws -> Void = { _ in }) throws -> ModelArtifact {
        try prepare(frame, threads: threads).fit(weights: weights, threads: threads, progress: progress)
    }

    /// Throws `features` or `invalidSetting` for what no rows could mend.
    func validate() throws(TrainingError) {
        guard !features.isEmpty else { throw TrainingError(.features, message: "there are no features") }
        guard !features.contains(label) else {
            throw TrainingError(.features, column: label, message: "the label '\(label)' is among the features")
        }
        if let weights, features.contains(weights) {
            throw TrainingError(.features, column: weights, message: "the weights '\(weights)' are among the features")
        }
        var seen: Set<String> = []
        if let twice = features.first(where: { !seen.insert($0).inserted }) {
            throw TrainingError(.features, column: twice, message: "feature '\(twice)' comes twice")
        }
        guard (task == .quantile) == (quantile != nil) else {
            throw TrainingError(.invalidSetting, message: "the task 'quantile', and no other, needs 'quantile'")
        }
        if let quantile, !(quantile > 0 && quantile < 1) {
            throw TrainingError(.invalidSetting, message: "quantile must lie between 0 and 1, it is \(quantile)")
        }
        switch estimator {
        case .xgboost(let settings): try settings.validate()
        case .linear(let settings):
            try settings.validate()
            guard task != .quantile else {
                throw TrainingError(.invalidSetting, message: "a linear model has no quantile loss; use xgboost for the task 'quantile'")
            }
            guard earlyStopping == nil else {
                throw TrainingError(.invalidSetting, message: "a linear model has no rounds, so it cannot stop early")
            }
        }
        if let earlyStopping {
            guard earlyStopping.share > 0, earlyStopping.share < 1, earlyStopping.rounds > 0 else {
                throw TrainingError(.invalidSetting, message: "earlyStopping needs a share between 0 and 1 and at least one round")
            }
        }
    }
}
