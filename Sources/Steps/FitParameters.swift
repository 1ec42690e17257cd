import Basics
import Execution
import Frames
import Metrics
import Models
import Training

/// How a step fits models: from its parameters, which came from the Model spec.
struct FitParameters {
    let plan: TrainingPlan
    let mitigation: Mitigation?
    let edges: [String: [Double]]
    private let validation: JSONValue
    /// Whose groups have thresholds of their own.
    let thresholdAttribute: String?
    let thresholdGoal: GroupThresholds.Goal?
    /// That a chosen threshold keeps.
    let constraints: [ThresholdConstraint]
    /// What a search compares groups by, with its place in the spec.
    let searched: [(path: [String], measure: ThresholdConstraint)]
    /// Groups of fewer rows are not compared by constraints, nor by a search.
    let minimumGroupRows: Int

    var label: BinaryLabel { BinaryLabel(column: plan.label, positive: plan.positive) }
    /// Of nested validation.
    var outerFolds: Int? { validation["outer"]?.intValue.map { Int($0) } }
    /// What progress is a share of.
    var rounds: Int { if case .xgboost(let settings) = plan.estimator { settings.rounds } else { 1 } }

    /// - Parameters:
    ///   - chosen: parameters of the estimator that a search found.
    ///   - effort: the share of the rounds that are grown; a linear model is fitted whole.
    init(_ parameters: JSONValue, _ table: TableParameters, chosen: [String: JSONValue] = [:], effort: Double = 1) throws(StepFailure) {
        let declared = parameters["estimator"]?.objectValue ?? [:]
        // Another learner shares nothing with the declared one but the seed.
        let isOther = chosen["type"].map { $0 != declared["type"] } ?? false
        let estimator = (isOther ? declared.filter { $0.key == "seed" } : declared).merging(chosen) { $1 }
        var plan: TrainingPlan
        do {
            plan = try TrainingPlan(parameters: .object((parameters.objectValue ?? [:]).merging(["estimator": .object(estimator)]) { $1 }))
        } catch {
            throw StepFailure(of: error)
        }
        plan.positive = table.label(plan.label).positive
        if case .xgboost(var settings) = plan.estimator, effort < 1 {
            settings.rounds = max(1, Int((Double(settings.rounds) * effort).rounded()))
            plan.estimator = .xgboost(settings)
        }
        if isOther, case .linear = plan.estimator { plan.completesPreprocessing = true }
        self.plan = plan
        edges = (parameters["bins"]?.objectValue ?? [:]).mapValues { ($0.arrayValue ?? []).compactMap(\.doubleValue) }
        validation = parameters["validation"] ?? .null
        constraints = (parameters["decision"]?["constraints"]?.arrayValue ?? []).compactMap(ThresholdConstraint.init(json:))
        minimumGroupRows = Int(parameters["minimumGroupRows"]?.intValue ?? 0)
        searched = ["objectives", "constraints"].flatMap { list in
            (parameters["search"]?[list]?.arrayValue ?? []).enumerated().compactMap { index, entry in
                ThresholdConstraint(json: entry).map { (["search", list, String(index)], $0) }
            }
        }
        thresholdAttribute = parameters["decision"]?["groups"]?["attribute"]?.stringValue
        thresholdGoal = parameters["decision"]?["groups"]?["goal"]?.stringValue.flatMap(GroupThresholds.Goal.init(rawValue:))
        if let declared = parameters["mitigation"], declared != .null {
            guard let read = Mitigation(json: declared, edges: edges[declared["attribute"]?.stringValue ?? ""]) else {
                throw StepFailure(.input, "the mitigation is none that this engine knows")
            }
            mitigation = read
        } else {
            mitigation = nil
        }
    }

    func fit(threads: Int) -> ModelFit { ModelFit(plan, mitigation: mitigation, threads: threads) }

    /// The folds of training rows, as the spec declares them. Numbers have no classes to be stratified by: their rows are divided at random.
    ///
    /// - Parameter outer: how many parts, held out once each, for nested validation; nil: as declared.
    func folds(_ train: Frame, outer: Int? = nil) throws -> [Fold] {
        let count = outer ?? Int(validation["folds"]?.intValue ?? 5)
        let repeats = outer == nil ? Int(validation["repeats"]?.intValue ?? 1) : 1
        let seed = UInt64(validation["seed"]?.intValue ?? 0)
        let column = validation["column"]?.stringValue ?? ""
        var keys = FoldPlan.Keys()
        let targets = try plan.targets(train)
        let scheme: FoldPlan.Scheme
        switch validation["scheme"]?.stringValue {
        case "random": scheme = .random
        case "grouped":
            scheme = .grouped
            keys.groups = try train.groups(column).codes.map { Int($0) }
        case "timeOrdered":
            scheme = .timeOrdered
            let found = try train.column(column)
            if let row = (0..<found.count).first(where: found.isMissing) {
                throw TrainingError(
                    .missingValues, column: column, row: row,
                    message: "'\(column)' is missing in {row}, which then has no place in the order of time")
            }
            switch found.values {
            case .timestamp(let times), .integer(let times): keys.times = times
            default: throw TrainingError(.wrongType, column: column, message: "'\(column)' holds no times and no whole numbers to order rows by")
            }
        default:
            scheme = targets.classes.isEmpty ? .random : .stratified
            if !targets.classes.isEmpty { (keys.classes, keys.classNames) = (targets.values.map { Int($0) }, targets.classes) }
        }
        let folds = try FoldPlan(scheme, count: count, repeats: repeats, seed: seed).folds(rows: train.rowCount, keys)
        try check(folds, targets)
        try check(folds, train)
        return folds
    }

    /// A class that no training row of a fold has could not be predicted where it is held out.
    private func check(_ folds: [Fold], _ targets: Targets) throws {
        guard !targets.classes.isEmpty else { return }
        for fold in folds {
            let known = Set(fold.train.map { targets.values[$0] })
            guard let absent = targets.classes.indices.first(where: { !known.contains(Double($0)) }) else { continue }
            throw TrainingError(
                .folds, column: plan.label,
                message:
                    "no row that a fold is trained on has the class '\(targets.classes[absent])' of '\(plan.label)'; take fewer folds, or the scheme 'stratified'"
            )
        }
    }

    /// Every group that mitigation compares, or that has thresholds of its own, must be among the rows that are trained on, or what it is measured by is a
    /// model that has never seen it.
    private func check(_ folds: [Fold], _ train: Frame) throws {
        for attribute in [mitigation?.attribute, thresholdAttribute].compactMap({ $0 }) { try check(folds, train, attribute) }
    }

    private func check(_ folds: [Fold], _ train: Frame, _ attribute: String) throws {
        let groups = try train.groups(attribute, edges: edges[attribute])
        for fold in folds {
            let known = Set(fold.train.map { groups.codes[$0] })
            guard let absent = fold.held.first(where: { !known.contains(groups.codes[$0]) }) else { continue }
            throw TrainingError(
                .folds, column: attribute,
                message:
                    "group '\(groups.names[Int(groups.codes[absent])])' of '\(attribute)' is in one fold only, so a model that is measured on it has never seen it; take fewer folds, or the scheme 'stratified'"
            )
        }
    }

    /// How much each row counts, by the data set's column.
    func weights(of rows: Frame) throws -> [Double]? {
        try plan.weights.flatMap { ScoreTable.weights(try Frame([ScoreTable.weights(of: rows, $0)])) }
    }

    /// Training rows that are measured: held out, and with a weight.
    ///
    /// - Parameter folds: nil: every row is held out.
    func counted(_ train: Frame, folds: [Fold]?) throws -> [Bool] {
        let weights = try weights(of: train)
        var scored = [Bool](repeating: folds == nil, count: train.rowCount)
        for row in (folds ?? []).flatMap(\.held) { scored[row] = true }
        return scored.indices.map { scored[$0] && weights?[$0] != 0 }
    }

    /// - Parameter counts: of each of the rows, whether it counts.
    func compared(_ rows: Frame, _ attribute: String, counting counts: [Bool]) throws(TrainingError) -> ComparedGroups {
        ComparedGroups(try rows.groups(attribute, edges: edges[attribute]), counting: counts, minimumRows: minimumGroupRows)
    }

    /// Scores of training rows by models that never saw them.
    func outOfFold(_ train: Frame, folds: [Fold], fit: ModelFit, progress: (Double) throws -> Void) throws -> HeldOutScores {
        let targets = try plan.targets(train)
        let classes = plan.task == .multiclass ? targets.classes : []
        let width = max(1, classes.count)
        var done = 0
        // Of mixtures, which decide by draws.
        var drawn: [[Bool]?] = []
        let scores = try CrossValidation<TrainedModel>(folds).predictions { rows, _ in
            try progress(Double(done) / Double(folds.count))
            done += 1
            return try fit.fit(train.selecting(rows: rows)) { _ in if Task.isCancelled { throw CancellationError() } }.model
        } scores: { model, held in
            // Every fold's training rows have all classes, and a model has them in their one order.
            precondition(model.header.classes == classes)
            let part = train.selecting(rows: held)
            let scores = try model.scores(part, threads: fit.threads)
            drawn.append(model.isRandomised ? try model.decisions(scores, part, by: DecisionRule(threshold: 0.5)) : nil)
            return scores
        }
        var entries: [(repetition: Int, row: Int, fold: Int, place: Int)] = []
        for (number, fold) in folds.enumerated() {
            for (place, row) in fold.held.enumerated() { entries.append((fold.repetition, row, number, place)) }
        }
        entries.sort { ($0.repetition, $0.row) < ($1.repetition, $1.row) }
        var made = try heldOut(
            train, targets: targets, rows: entries.map(\.row),
            scores: entries.flatMap { scores[$0.fold][($0.place * width)..<(($0.place + 1) * width)] }, folds: entries.map(\.fold),
            repetitions: entries.map(\.repetition))
        if drawn.contains(where: { $0 != nil }) {
            made.decisions = entries.map { entry in drawn[entry.fold]?[entry.place] ?? (scores[entry.fold][entry.place] >= 0.5) }
        }
        return made
    }

    /// Scores of training rows with what is true of them.
    func heldOut(
        _ train: Frame, targets: Targets, rows: [Int], scores: [Double], folds: [Int], repetitions: [Int]
    ) throws -> HeldOutScores {
        let weights = try weights(of: train.selecting(rows: rows))
        return HeldOutScores(
            task: plan.task, rows: rows, scores: scores, truth: rows.map { targets.values[$0] },
            classes: plan.task == .multiclass ? targets.classes : [], weights: weights, quantile: plan.quantile ?? 0.5, folds: folds,
            repetitions: repetitions)
    }
}
