public import Frames
internal import Metrics
internal import Models

/// Fits a model with its declared mitigation. It is given training rows and no others.
public struct ModelFit: Sendable {
    public let plan: TrainingPlan
    public let mitigation: Mitigation?
    public let threads: Int

    public init(_ plan: TrainingPlan, mitigation: Mitigation? = nil, threads: Int = 1) {
        self.plan = plan
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
        func plain(_ frame: Frame, weights: [Double]? = nil) throws -> ModelArtifact {
            try plan.fit(frame, weights: weights, threads: threads, progress: progress)
        }
        guard let mitigation else { return Result(model: TrainedModel(try plain(frame)), gap: nil, fits: 1) }
        let (labels, groups) = try compared(frame, mitigation)
        let codes = groups.codes.map { Int($0) }
        switch mitigation.method {
        case .reweighing:
            let weights = try reweighed(frame, labels, groups)
            let own = try plan.rowWeights(frame, try plan.targets(frame))
            let factors = own.map { own in zip(weights, own).map { $1 > 0 ? $0 / $1 : 0 } } ?? weights
            return Result(model: TrainedModel(try plain(frame, weights: factors)), gap: nil, fits: 1)
        case .disparateImpactRemover(let level):
            let repair = try repair(frame, groups, mitigation, level)
            let model = try plain(try frame.repaired(repair, groups: groups))
            return Result(
                model: TrainedModel(members: [.init(model: model, weight: 1)], repair: repair, edges: mitigation.edges), gap: nil, fits: 1)
        case .gridSearch(let constraint, let size):
            try constraint.check(labels, codes, names: groups.names, attribute: mitigation.attribute)
            return try withReductions(frame, progress) { fit in
                let found = try Reductions.gridSearch(constraint, labels: labels, groups: codes, size: size, fit: fit)
                return Result(model: TrainedModel(found.classifier), gap: nil, fits: found.points.count)
            }
        case .exponentiatedGradient(let constraint, let options):
            try constraint.check(labels, codes, names: groups.names, attribute: mitigation.attribute)
            return try withReductions(frame, progress) { fit in
                let mixture = try Reductions.exponentiatedGradient(constraint, labels: labels, groups: codes, options: options, fit: fit)
                let members = zip(mixture.classifiers, mixture.weights).map { TrainedModel.Member(model: $0, weight: $1) }
                return Result(model: TrainedModel(members: members), gap: mixture.gap, fits: mixture.fits)
            }
        }
    }

    /// What stands against the declared mitigation of these training rows, as far as it shows without a fit. Throws what `fit` would.
    public func checkMitigation(_ frame: Frame) throws(TrainingError) {
        guard let mitigation else { return }
        let (labels, groups) = try compared(frame, mitigation)
        switch mitigation.method {
        case .reweighing: _ = try reweighed(frame, labels, groups)
        case .disparateImpactRemover(let level): _ = try repair(frame, groups, mitigation, level)
        case .gridSearch(let constraint, _), .exponentiatedGradient(let constraint, _):
            try constraint.check(labels, groups.codes.map { Int($0) }, names: groups.names, attribute: mitigation.attribute)
        }
    }

    private func compared(_ frame: Frame, _ mitigation: Mitigation) throws(TrainingError) -> (labels: [Bool], groups: Groups) {
        let labels = try self.labels(frame)
        guard mitigation.attribute != plan.label else {
            throw TrainingError(
                .features, column: plan.label,
                message: "the groups of the label '\(plan.label)' are what is to be predicted, and no groups to be made alike")
        }
        let groups = try mitigation.groups(frame)
        guard Set(groups.codes).count > 1 else {
            throw TrainingError(
                .classes, column: mitigation.attribute,
                message: "every training row is of one group of '\(mitigation.attribute)', so there is nothing to make alike")
        }
        return (labels, groups)
    }

    /// The plan's own weights count in it, so that group and label are independent under both together.
    private func reweighed(_ frame: Frame, _ labels: [Bool], _ groups: Groups) throws(TrainingError) -> [Double] {
        let own = try plan.rowWeights(frame, try plan.targets(frame))
        return try Reweighing.weights(groups: groups.codes.map { Int($0) }, labels: labels, weights: own) { groups.names[$0] }
    }

    private func repair(
        _ frame: Frame, _ groups: Groups, _ mitigation: Mitigation, _ level: Double
    ) throws(TrainingError) -> DisparateImpactRemover {
        var numbers: [String: [Double]] = [:]
        for name in plan.features where name != mitigation.attribute { numbers[name] = frame[name]?.numbers }
        guard !numbers.isEmpty else {
            throw TrainingError(
                .features, column: mitigation.attribute, message: "no feature is a number, and disparateImpactRemover moves numbers only")
        }
        for name in numbers.keys.sorted() {
            guard let row = numbers[name]?.firstIndex(where: \.isInfinite) else { continue }
            throw TrainingError(.infiniteValue, column: name, message: "feature '\(name)' is infinite in training row \(row + 1)")
        }
        return try DisparateImpactRemover(
            level: level, attribute: mitigation.attribute, names: groups.names, groups: groups.codes.map { Int($0) }, features: numbers)
    }

    private func labels(_ frame: Frame) throws(TrainingError) -> [Bool] {
        guard plan.task == .binary else {
            throw TrainingError(.invalidSetting, message: "mitigation compares decisions of two classes, and the task is \(plan.task.rawValue)")
        }
        return try BinaryLabel(column: plan.label, positive: plan.positive).resolve(frame)
    }

    /// Prepares the rows once for all the fits of a reduction.
    private func withReductions(
        _ frame: Frame, _ progress: (Int) throws -> Void,
        _ body: (@escaping ([Bool], [Double]) throws -> (classifier: ModelArtifact, decisions: [Bool])) throws -> Result
    ) throws -> Result {
        guard plan.weights == nil, plan.classWeights == nil else {
            throw TrainingError(
                .invalidSetting, message: "a reduction weighs the rows itself, so it goes together with no column of weights and no class weights")
        }
        let refits = try plan.prepare(frame, threads: threads).refits(threads: threads)
        return try withoutActuallyEscaping(progress) { progress in
            try body { labels, weights in
                do {
                    let found = try refits.fit(labels: labels, weights: weights, progress: progress)
                    return (found.model, found.predictions.map { $0 >= 0.5 })
                } catch let error as TrainingError where error.code == .notConverged {
                    // What the user's own labels do not show.
                    throw TrainingError(
                        error.code, column: error.column,
                        message: "of the labels that mitigation gives the training rows in their own labels' place, \(error.message)")
                }
            }
        }
    }
}
