public import Frames
public import Models

/// Trains gradient-boosted trees for a binary outcome.
public enum BinaryClassificationTrainer {
    /// Trains on all rows of `frame`. The artefact's bytes depend on the cells of `features` and the label and on `settings` only: not on
    /// `threads`, other columns, or how a file orders its dictionaries. (They do depend on the order of the rows.)
    ///
    /// `progress` gets the rounds done after each round; what it throws stops the training and is passed on. Everything else thrown is a
    /// `TrainingError`.
    public static func train(
        frame: Frame, features: [String], label: BinaryLabel, weights: [Double]? = nil, settings: TrainingSettings = TrainingSettings(),
        threads: Int = 1,
        progress: (Int) throws -> Void = { _ in }
    ) throws -> ModelArtifact {
        precondition(threads > 0)
        try settings.validate()
        try check(features, label: label)
        let labels = try label.resolve(frame)
        do {
            let schema = try FeatureSchema(of: frame, features: features)
            let model = try XGBoostModel.train(
                FeatureMatrix(frame, schema: schema), labels: labels, weights: weights, parameters: settings.parameters, rounds: settings.rounds,
                threads: threads, progress: progress)
            return ModelArtifact(schema: schema, label: label.column, ubj: try model.ubj())
        } catch let error as ModelError {
            throw TrainingError(error)
        }
    }

    private static func check(_ features: [String], label: BinaryLabel) throws(TrainingError) {
        guard !features.isEmpty else { throw TrainingError(.features, message: "there are no features") }
        guard !features.contains(label.column) else {
            throw TrainingError(.features, column: label.column, message: "the label '\(label.column)' is among the features")
        }
        var seen: Set<String> = []
        if let twice = features.first(where: { !seen.insert($0).inserted }) {
            throw TrainingError(.features, column: twice, message: "feature '\(twice)' comes twice")
        }
    }
}
