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
        frame: Frame, features: [String], label: BinaryLabel, settings: TrainingSettings = TrainingSettings(), threads: Int = 1,
        progress: (Int) throws -> Void = { _ in }
    ) throws -> ModelArtifact {
        try TrainingPlan(label: label.column, positive: label.positive, features: features, estimator: .xgboost(settings))
            .fit(frame, threads: threads, progress: progress)
    }
}
