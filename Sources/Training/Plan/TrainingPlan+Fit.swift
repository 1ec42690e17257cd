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
        precondition(threads > 0)
        try validate()
        let targets = try targets(frame)
        let rowWeights = try rowWeights(frame, targets, weights)
        do {
            let input = try FeatureSchema(of: frame, features: features, allowingTimestamps: !preprocessing.isEmpty)
            var prepared = try PreprocessingFit(
                frame, schema: input, targets: encodingTargets(targets), classes: task == .multiclass ? targets.classes : [], seed: seed)
            for step in preprocessing { try prepared.fit(step) }
            let schema = prepared.table.schema
            if let time = schema.features.first(where: { $0.type == .timestamp }) {
                throw TrainingError(
                    .wrongType, column: time.name,
                    message: "feature '\(time.name)' is a timestamp; make date parts of it in 'preprocessing', or leave it out")
            }
            let rows = try prepared.table.encoded(schema)
            var header = ModelHeader(
                task: task, label: label, classes: task == .multiclass ? targets.classes : [], input: input, preprocessing: prepared.transforms,
                features: schema, quantile: quantile)
            let payload: [UInt8]
            switch estimator {
            case .xgboost(let settings):
                let origins = Dictionary(prepared.table.columns.map { ($0.name, $0.origin) }, uniquingKeysWith: { first, _ in first })
                let trainer = BoostingTrainer(plan: self, settings: settings, classCount: targets.classes.count, origins: origins)
                payload = try trainer.train(rows, targets: targets.values, weights: rowWeights, threads: threads, progress: progress)
            case .linear(let settings):
                header.format = .linear
                payload = try linear(settings, rows, targets, rowWeights, threads: threads, progress: progress)
            }
            return ModelArtifact(header: header, payload: payload)
        } catch let error as ModelError {
            throw TrainingError(error)
        }
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

    /// What target encoding is the mean of.
    private func encodingTargets(_ targets: Targets) -> [[Double]] {
        guard task == .multiclass else { return [targets.values] }
        return targets.classes.indices.map { place in targets.values.map { Int($0) == place ? 1 : 0 } }
    }

    private func linear(
        _ settings: LinearSettings, _ rows: EncodedRows, _ targets: Targets, _ weights: [Double]?, threads: Int, progress: (Int) throws -> Void
    ) throws -> [UInt8] {
        for (place, feature) in rows.schema.features.enumerated() {
            if case .category = feature.type {
                throw TrainingError(
                    .wrongType, column: feature.name,
                    message:
                        "feature '\(feature.name)' is a category, and a linear model reads numbers: add oneHot or targetEncode to 'preprocessing'")
            }
            if let row = (0..<rows.rowCount).first(where: { rows.values[$0 * rows.width + place].isNaN }) {
                throw TrainingError(
                    .missingValues, column: feature.name,
                    message:
                        "feature '\(feature.name)' is missing in training row \(row + 1), and a linear model cannot do without: add impute to 'preprocessing'"
                )
            }
        }
        let link: GeneralizedLinearModel.Link =
            switch task {
            case .binary: .logit
            case .multiclass: .softmax
            case .count: .log
            case .regression, .quantile: .identity
            }
        let problem = LinearProblem(
            rows, targets: targets.values, weights: weights, link: link, outputs: task == .multiclass ? targets.classes.count : 1, threads: threads)
        return try LinearSolver(problem, settings).solve(progress: progress).bytes
    }
}
