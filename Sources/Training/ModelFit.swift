public import Frames
internal import Metrics
internal import Models

/// Fits a model with its declared mitigation. It is given training rows and no others.
public struct ModelFit: Sendable {
    public let features: [String]
    public let label: BinaryLabel
    public let settings: TrainingSettings
    public let mitigation: Mitigation?
    public let threads: Int

    public init(features: [String], label: BinaryLabel, settings: TrainingSettings, mitigation: Mitigation? = nil, threads: Int = 1) {
        self.features = features
        self.label = label
        self.settings = settings
        self.mitigation = mitigation
        self.threads = threads
    }

    /// What came of a fit, beside the model.
    public struct Result: Sendable {
        public let model: TrainedModel
        /// Of a game between learner and constraints: the gap that is left, and how often the learner was called.
        public let gap: Double?
        public let fits: Int
    }

    /// `progress` gets the rounds done by the current fit; what it throws stops the work and is passed on.
    public func fit(_ frame: Frame, progress: (Int) throws -> Void = { _ in }) throws -> Result {
        guard let mitigation else { return Result(model: TrainedModel(try plain(frame, progress: progress)), gap: nil, fits: 1) }
        let groups = try mitigation.groups(frame)
        let codes = groups.codes.map { Int($0) }
        switch mitigation.method {
        case .reweighing:
            let weights = try Reweighing.weights(groups: codes, labels: try label.resolve(frame)) { groups.names[$0] }
            return Result(model: TrainedModel(try plain(frame, weights: weights, progress: progress)), gap: nil, fits: 1)
        case .disparateImpactRemover(let level):
            var numbers: [String: [Double]] = [:]
            for name in features where name != mitigation.attribute { numbers[name] = frame[name]?.numbers }
            let repair = try DisparateImpactRemover(
                level: level, attribute: mitigation.attribute, names: groups.names, groups: codes, features: numbers)
            let model = try plain(try frame.repaired(repair, groups: groups), progress: progress)
            return Result(
                model: TrainedModel(members: [.init(model: model, weight: 1)], repair: repair, edges: mitigation.edges), gap: nil, fits: 1)
        case .gridSearch(let constraint, let size):
            return try withReductions(frame, progress) { fit in
                let found = try Reductions.gridSearch(constraint, labels: try label.resolve(frame), groups: codes, size: size, fit: fit)
                return Result(model: TrainedModel(found.classifier), gap: nil, fits: found.points.count)
            }
        case .exponentiatedGradient(let constraint, let options):
            return try withReductions(frame, progress) { fit in
                let mixture = try Reductions.exponentiatedGradient(
                    constraint, labels: try label.resolve(frame), groups: codes, options: options, fit: fit)
                let members = zip(mixture.classifiers, mixture.weights).map { TrainedModel.Member(model: $0, weight: $1) }
                return Result(model: TrainedModel(members: members), gap: mixture.gap, fits: mixture.fits)
            }
        }
    }

    private func plain(_ frame: Frame, weights: [Double]? = nil, progress: (Int) throws -> Void) throws -> ModelArtifact {
        try BinaryClassificationTrainer.train(
            frame: frame, features: features, label: label, weights: weights, settings: settings, threads: threads, progress: progress)
    }

    /// Encodes the rows once for all the fits of a reduction.
    private func withReductions(
        _ frame: Frame, _ progress: (Int) throws -> Void,
        _ body: (@escaping ([Bool], [Double]) throws -> (classifier: ModelArtifact, decisions: [Bool])) throws -> Result
    ) throws -> Result {
        // Checks the settings, features and label as a plain fit does.
        try settings.validate()
        _ = try label.resolve(frame)
        let schema: FeatureSchema
        let matrix: FeatureMatrix
        do {
            schema = try FeatureSchema(of: frame, features: features)
            matrix = try FeatureMatrix(frame, schema: schema)
        } catch {
            throw TrainingError(error)
        }
        return try withoutActuallyEscaping(progress) { progress in
            try body { labels, weights in
                let model = try XGBoostModel.train(
                    matrix, labels: labels, weights: weights, parameters: settings.parameters, rounds: settings.rounds, threads: threads,
                    progress: progress)
                let decisions = try model.probabilities(matrix, threads: threads).map { $0 >= 0.5 }
                return (ModelArtifact(schema: schema, label: label.column, ubj: try model.ubj()), decisions)
            }
        }
    }
}
