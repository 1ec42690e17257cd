internal import Basics
public import Frames
internal import Glibc
public import Models
internal import Synchronization

/// Training rows as the estimator sees them, after the plan's preprocessing was fitted on them: prepared once, fitted as often as need be.
public struct PreparedRows: Sendable {
    let plan: TrainingPlan
    let columns: EncodedColumns
    private let laid: LaidRows
    let targets: Targets
    /// The plan's own; nil if all rows count alike.
    let weights: [Double]?
    let header: ModelHeader
    /// The raw column of each feature.
    let origins: [String: String]
    /// Of several classes, a teacher's chances to learn instead of labels, rows × classes.
    let taught: [Double]?
    /// Rows that judge early stopping, by whose labels nothing is encoded that is fitted, ascending.
    let judging: [Int]?

    init(
        plan: TrainingPlan, columns: EncodedColumns, targets: Targets, weights: [Double]?, header: ModelHeader, origins: [String: String],
        taught: [Double]?, judging: [Int]?, threads: Int
    ) {
        self.plan = plan
        self.columns = columns
        laid = LaidRows(columns, threads: threads)
        self.targets = targets
        self.weights = weights
        self.header = header
        self.origins = origins
        self.taught = taught
        self.judging = judging
    }

    /// Side by side, as trees read them.
    var rows: EncodedRows { laid.rows }

    /// Fits the estimator on all rows.
    ///
    /// - Parameters:
    ///   - labels: of a binary task, in the place of the rows' own, which preprocessing was fitted to all the same.
    ///   - weights: one a row, times those that the plan asks for.
    ///   - progress: gets the rounds done after each round; what it throws stops the training and is passed on.
    /// Everything else thrown is a `TrainingError`.
    public func fit(
        labels: [Bool]? = nil, weights given: [Double]? = nil, threads: Int = 1, progress: (Int) throws -> Void = { _ in }
    ) throws -> ModelArtifact {
        precondition(threads > 0)
        let count = columns.rowCount
        precondition((labels?.count ?? count) == count && (given?.count ?? count) == count, "one a row")
        let values = labels?.map { $0 ? 1 : 0 } ?? targets.values
        let factors = given.map { given in weights.map { zip(given, $0).map { $0 * $1 } } ?? given } ?? weights
        if let taught { return try fit(taught, factors, threads: threads, progress: progress) }
        if let factors, !factors.contains(where: { $0 > 0 }) { throw TrainingError(.invalidSetting, message: "every row's weight is zero") }
        return try fit(nil, values, factors, judging: judging, threads: threads, progress: progress)
    }

    /// Every row once for each class, weighing its chance: the loss is then the cross-entropy between the teacher's chances and the student's.
    private func fit(_ taught: [Double], _ weights: [Double]?, threads: Int, progress: (Int) throws -> Void) throws -> ModelArtifact {
        let count = targets.classes.count
        let copies = taught.indices.filter { taught[$0] > 0 }
        // All copies of a row are fitted, or all judge.
        let judges = judging.map { Set($0) }
        return try fit(
            copies.map { $0 / count }, copies.map { Double($0 % count) },
            copies.map { taught[$0] * (weights?[$0 / count] ?? 1) },
            judging: judges.map { judges in copies.indices.filter { judges.contains(copies[$0] / count) } }, threads: threads, progress: progress)
    }

    /// - Parameter copies: the row of each target; nil: each row once.
    private func fit(
        _ copies: [Int]?, _ values: [Double], _ factors: [Double]?, judging: [Int]?, threads: Int, progress: (Int) throws -> Void
    ) throws -> ModelArtifact {
        var header = header
        do {
            let payload: [UInt8]
            switch plan.estimator {
            case .xgboost(let settings):
                let trainer = BoostingTrainer(plan: plan, settings: settings, classCount: targets.classes.count, origins: origins, judging: judging)
                payload = try trainer.train(
                    copies.map { rows.selecting(rows: $0) } ?? rows, targets: values, weights: factors, threads: threads, progress: progress)
            case .linear(let settings):
                header.format = .linear
                payload = try linear(
                    settings, copies.map { columns.selecting(rows: $0) } ?? columns, values, factors, threads: threads, progress: progress)
            }
            return ModelArtifact(header: header, payload: payload)
        } catch let error as ModelError {
            throw TrainingError(error)
        }
    }

    /// What a model that was fitted on these rows gives for them.
    func predictions(of model: ModelArtifact, threads: Int) throws(TrainingError) -> [Double] {
        do { return try model.predict(encoded: rows, threads: threads) } catch { throw TrainingError(error) }
    }

    /// Throws `wrongType` for a category, or `missingValues`: what a linear model cannot read.
    fileprivate static func checkNumbers(_ rows: EncodedColumns, threads: Int) throws(TrainingError) {
        try checkTypes(rows)
        try checkMissing(rows, threads: threads)
    }

    private static func checkTypes(_ rows: EncodedColumns) throws(TrainingError) {
        for feature in rows.schema.features {
            if case .category = feature.type {
                throw TrainingError(
                    .wrongType, column: feature.name,
                    message:
                        "feature '\(feature.name)' is a category, and a linear model reads numbers: add oneHot or targetEncode to 'preprocessing'")
            }
        }
    }

    private static func checkMissing(_ rows: EncodedColumns, threads: Int) throws(TrainingError) {
        guard let (row, name) = rows.firstMissing(threads: threads) else { return }
        throw TrainingError(
            .missingValues, column: name, row: row,
            message: "feature '\(name)' is missing in {row}, and a linear model cannot do without: add impute to 'preprocessing'")
    }

    private func linear(
        _ settings: LinearSettings, _ rows: EncodedColumns, _ targets: [Double], _ weights: [Double]?, threads: Int, progress: (Int) throws -> Void
    ) throws -> [UInt8] {
        try Self.checkTypes(rows)
        let link: GeneralizedLinearModel.Link =
            switch plan.task {
            case .binary: .logit
            case .multiclass: .softmax
            case .count: .log
            case .regression, .quantile: .identity
            }
        if let constant = targets.first, link == .logit, targets.allSatisfy({ $0 == constant }) {
            try Self.checkMissing(rows, threads: threads)
            // Labels that a reduction changed may all be one class, for which the likelihood has no best coefficients: as good as certain, and no more. A teacher's chances may be alike too,
            // for which the best intercept is their own.
            return GeneralizedLinearModel(
                link: .logit, intercepts: [min(30, max(-30, log(constant / (1 - constant))))],
                coefficients: [Double](repeating: 0, count: rows.columns.count)
            ).bytes
        }
        let problem = LinearProblem(
            rows, targets: targets, weights: weights, link: link, outputs: plan.task == .multiclass ? self.targets.classes.count : 1,
            threads: threads)
        if !problem.isComplete { try Self.checkMissing(rows, threads: threads) }
        return try LinearSolver(problem, settings).solve(progress: progress).bytes
    }
}

extension TrainingPlan {
    /// What stands against a fit of these training rows, and against predictions for test rows, as far as preprocessing shows it. Throws what `fit` or `predict` would.
    ///
    /// - Parameter test: with their places in the file.
    public func checkPreparation(_ frame: Frame, test: (frame: Frame, rows: [Int])) throws {
        let isLinear = if case .linear = estimator { true } else { false }
        guard isLinear || earlyStopping != nil || !preprocessing.isEmpty else { return }
        let prepared = try prepare(frame)
        if isLinear { try PreparedRows.checkNumbers(prepared.columns, threads: 1) }
        if case .xgboost(let settings) = estimator {
            // Which columns preprocessing makes of categories, the rows decide.
            let trainer = BoostingTrainer(plan: self, settings: settings, classCount: prepared.targets.classes.count, origins: prepared.origins)
            _ = try trainer.parameters(prepared.header.features)
        }
        let rows: EncodedRows
        do throws(ModelError) { rows = try ModelArtifact(header: prepared.header, payload: []).features(of: test.frame) } catch {
            throw TrainingError(
                error.code == .unseenCategory ? .classes : .wrongType, column: error.feature, message: "of test rows, \(error.message)")
        }
        guard isLinear, let place = rows.values.firstIndex(where: \.isNaN) else { return }
        let name = rows.schema.features[place % rows.width].name
        throw TrainingError(
            .missingValues, column: name,
            message:
                "feature '\(name)' is missing in row \(test.rows[place / rows.width] + 1) (not counting a header), a test row that a linear model could not predict: add impute to 'preprocessing'"
        )
    }

    /// Fits preprocessing on all rows of `frame`, and on no other. Throws `TrainingError`.
    ///
    /// - Parameter taught: a teacher's predictions for the rows, rows × outputs, which are learnt in the place of their labels (Hinton, Vinyals and Dean
    ///   2015, without a temperature).
    public func prepare(_ frame: Frame, taught: [Double]? = nil, threads: Int = 1) throws -> PreparedRows {
        try validate()
        var targets = try targets(frame)
        let weights = try rowWeights(frame, targets)
        let encoded = encodingTargets(targets, taught)
        let judging = try judging(frame, targets, weights)
        if let judging, let weights { try Self.checkJudges(judging, weights) }
        if let taught, task != .multiclass { targets = Targets(values: taught, classes: targets.classes) }
        do {
            let input = try FeatureSchema(of: frame, features: features, allowingTimestamps: !preprocessing.isEmpty)
            var prepared = try PreprocessingFit(
                frame, schema: input, targets: encoded, classes: task == .multiclass ? targets.classes : [],
                folds: try EncodingFolds(encodesOutOfFold ? dependence : nil, frame, judging: judging), seed: seed, threads: threads)
            for step in preprocessing { try prepared.fit(step) }
            if completesPreprocessing { try prepared.complete() }
            let schema = prepared.table.schema
            if let time = schema.features.first(where: { $0.type == .timestamp }) {
                throw TrainingError(
                    .wrongType, column: time.name,
                    message: "feature '\(time.name)' is a timestamp; make date parts of it in 'preprocessing', or leave it out")
            }
            return PreparedRows(
                plan: self, columns: try prepared.table.encodedColumns(schema), targets: targets, weights: weights,
                header: ModelHeader(
                    task: task, label: label, classes: task == .multiclass ? targets.classes : [], input: input,
                    preprocessing: prepared.transforms, features: schema, quantile: quantile
                ).forgettingUnreadTexts,
                origins: Dictionary(prepared.table.columns.map { ($0.name, $0.origin) }, uniquingKeysWith: { first, _ in first }),
                taught: task == .multiclass ? taught : nil, judging: judging,
                threads: threads)
        } catch let error as ModelError {
            throw TrainingError(error)
        }
    }

    /// Whether training rows are divided, by early stopping or out-of-fold encoding.
    public var dividesRows: Bool { earlyStopping != nil || encodesOutOfFold }

    /// Whether training rows can be divided as early stopping and out-of-fold encoding ask. Throws what `fit` would.
    public func checkDivision(_ frame: Frame) throws(TrainingError) {
        guard dividesRows else { return }
        let targets = try targets(frame)
        let weights = try rowWeights(frame, targets)
        let judging = try judging(frame, targets, weights)
        if let judging, let weights { try Self.checkJudges(judging, weights) }
        let folds = try EncodingFolds(encodesOutOfFold ? dependence : nil, frame, judging: judging)
        for step in preprocessing {
            guard case .targetEncode(_, let count, _, _) = step.operation else {
                if case .frequencyEncode(let count, _, _) = step.operation { try folds.check(count, rows: frame.rowCount) }
                continue
            }
            try folds.check(count, rows: frame.rowCount)
        }
    }

    /// Rows that judge early stopping: as validation keeps groups together or the future apart; else of classes, the same share of each.
    private func judging(_ frame: Frame, _ targets: Targets, _ weights: [Double]?) throws(TrainingError) -> [Int]? {
        guard let early = earlyStopping else { return nil }
        switch dependence {
        case .grouped(let column): return try Split.grouped(by: column, seed: UInt64(seed), testShare: early.share).resolve(frame).test
        case .timeOrdered(let column): return try Split.timeOrdered(by: column, testShare: early.share).resolve(frame).test
        case nil: return try drawn(share: early.share, frame, targets, weights)
        }
    }

    /// Of rows that count; of classes, the same share of each.
    private func drawn(share: Double, _ frame: Frame, _ targets: Targets, _ weights: [Double]?) throws(TrainingError) -> [Int] {
        let count = frame.rowCount
        var random = SeededRandom(seed: UInt64(seed), stream: 0x5706)
        let counting = (0..<count).filter { weights?[$0] != 0 }
        let strata = task == .binary || task == .multiclass ? Dictionary(grouping: counting) { targets.values[$0] } : [0: counting]
        var judging: [Int] = []
        for key in strata.keys.sorted() {
            var order = strata[key] ?? []
            let wanted = Int((Double(order.count) * share).rounded())
            for place in 0..<wanted { order.swapAt(place, place + Int(random.next(below: UInt64(order.count - place)))) }
            judging += order[..<wanted]
        }
        guard !judging.isEmpty, judging.count < counting.count else {
            throw TrainingError(
                .emptySplit,
                message:
                    "early stopping on a share of \(share) of \(counting.count) training rows\(weights == nil ? "" : " that count") leaves one part without rows"
            )
        }
        return judging.sorted()
    }

    /// Rows without weight judge nothing, and are nothing to learn from.
    private static func checkJudges(_ judging: [Int], _ weights: [Double]) throws(TrainingError) {
        let judges = Set(judging)
        for (name, isJudge) in [("judge", true), ("are fitted", false)]
        where !weights.indices.contains(where: { weights[$0] > 0 && judges.contains($0) == isJudge }) {
            throw TrainingError(.emptySplit, message: "the training rows that \(name) under early stopping all weigh zero")
        }
    }

    /// What target encoding is the mean of.
    private func encodingTargets(_ targets: Targets, _ taught: [Double]?) -> [[Double]] {
        guard task == .multiclass else { return [taught ?? targets.values] }
        if let taught {
            let count = targets.classes.count
            return (0..<count).map { place in stride(from: place, to: taught.count, by: count).map { taught[$0] } }
        }
        return targets.classes.indices.map { place in targets.values.map { Int($0) == place ? 1 : 0 } }
    }
}

extension PreprocessingFit {
    /// Makes what a linear model cannot read readable: categories one-hot, numbers with the median for what is missing, and of one scale.
    fileprivate mutating func complete() throws(TrainingError) {
        for feature in table.schema.features {
            switch feature.type {
            case .category: try fit(PreprocessingStep(columns: [feature.name], .oneHot(minimumRows: 1, unseen: .neutral)))
            case .number:
                try fit(PreprocessingStep(columns: [feature.name], .impute(.median, indicator: false)))
                try fit(PreprocessingStep(columns: [feature.name], .scale(.standard)))
            case .boolean: try fit(PreprocessingStep(columns: [feature.name], .impute(.mostFrequent, indicator: false)))
            case .timestamp: break
            }
        }
    }
}

/// Rows that are laid side by side when somebody first asks for them: linear models read columns.
private final class LaidRows: Sendable {
    private let columns: EncodedColumns
    private let threads: Int
    private let made = Mutex<EncodedRows?>(nil)

    init(_ columns: EncodedColumns, threads: Int) { (self.columns, self.threads) = (columns, threads) }

    var rows: EncodedRows {
        made.withLock { made in
            let rows = made ?? columns.rows(threads: threads)
            made = rows
            return rows
        }
    }
}

extension EncodedColumns {
    /// The first row in which a feature is missing, and the first such feature.
    fileprivate func firstMissing(threads: Int) -> (row: Int, feature: String)? {
        let found = concurrentBlocks(columns.count, threads: threads) { place in
            columns[place].areWithin(.infinity) ? nil : columns[place].firstIndex(where: \.isNaN)
        }
        guard let row = found.compactMap({ $0 }).min(), let place = found.firstIndex(of: row) else { return nil }
        return (row, schema.names[place])
    }
}
