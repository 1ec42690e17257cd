internal import Models

extension PreparedRows {
    /// Fits these rows again and again, as a reduction does, with labels and weights of its own each time.
    ///
    /// - Throws: what a single fit throws.
    func refits(threads: Int) throws -> Refits { try Refits(self, threads: threads) }
}

/// Fits of the same rows, one after another. What depends on the features alone is worked out once.
final class Refits {
    private let rows: PreparedRows
    private let threads: Int
    /// Of trees that see all rows.
    private let trees: (training: RepeatedTraining, rounds: Int)?

    fileprivate init(_ rows: PreparedRows, threads: Int) throws {
        self.rows = rows
        self.threads = threads
        guard case .xgboost(let settings) = rows.plan.estimator, rows.plan.earlyStopping == nil else {
            trees = nil
            return
        }
        let trainer = BoostingTrainer(plan: rows.plan, settings: settings, classCount: rows.targets.classes.count, origins: rows.origins)
        do { trees = (try trainer.repeated(rows.rows, labels: rows.targets.values, threads: threads), settings.rounds) } catch let error as ModelError
        {
            throw TrainingError(error)
        }
    }

    /// The model, and what it gives for the rows: the chance of the positive class.
    func fit(labels: [Bool], weights: [Double], progress: (Int) throws -> Void) throws -> (model: ModelArtifact, predictions: [Double]) {
        guard let trees else {
            let model = try rows.fit(labels: labels, weights: weights, threads: threads, progress: progress)
            return (model, try rows.predictions(of: model, threads: threads))
        }
        do {
            let found = try trees.training.train(
                labels: labels.map { $0 ? 1 : 0 }, weights: weights.map { Float($0) }, rounds: trees.rounds, progress: progress)
            return (ModelArtifact(header: rows.header, payload: found.ubj), found.predictions.map { Double($0) })
        } catch let error as ModelError {
            throw TrainingError(error)
        }
    }
}
