internal import Glibc
internal import Models

/// Trains gradient-boosted trees on rows that are ready for them.
struct BoostingTrainer {
    let plan: TrainingPlan
    let settings: TrainingSettings
    let classCount: Int
    /// The raw column of each feature.
    let origins: [String: String]
    /// Of early stopping.
    var judging: [Int]?

    func train(_ rows: EncodedRows, targets: [Double], weights: [Double]?, threads: Int, progress: (Int) throws -> Void) throws -> [UInt8] {
        let parameters = try parameters(rows.schema)
        func part(_ indices: [Int]?) throws(ModelError) -> TrainingMatrix {
            let chosen = indices ?? Array(0..<rows.rowCount)
            return TrainingMatrix(
                try FeatureMatrix(indices.map { rows.selecting(rows: $0) } ?? rows), labels: chosen.map { Float(targets[$0]) },
                weights: weights.map { all in chosen.map { Float(all[$0]) } })
        }
        guard let early = plan.earlyStopping, let judging else {
            let model = try XGBoostModel.train(part(nil), parameters: parameters, rounds: settings.rounds, threads: threads) { round, _ in
                try progress(round)
                return true
            }
            return try model.ubj()
        }
        let judges = Set(judging)
        let fitting = (0..<rows.rowCount).filter { !judges.contains($0) }
        let truth = judging.map { targets[$0] }
        let own = weights.map { all in judging.map { all[$0] } }
        var best = (round: 0, loss: Double.infinity)
        let model = try XGBoostModel.train(
            part(fitting), watching: part(judging), parameters: parameters, rounds: settings.rounds, threads: threads
        ) { round, predictions in
            try progress(round)
            let loss = loss(predictions, truth, own)
            if loss < best.loss { best = (round, loss) }
            return round - best.round < early.rounds
        }
        return try model.keeping(rounds: max(best.round, 1)).ubj()
    }

    /// For trainings on all rows with other labels and weights each time, without early stopping.
    func repeated(_ rows: EncodedRows, labels: [Double], threads: Int) throws -> RepeatedTraining {
        try RepeatedTraining(try FeatureMatrix(rows), labels: labels.map { Float($0) }, parameters: parameters(rows.schema), threads: threads)
    }

    /// Of trees that see such features. Throws for constraints on others.
    func parameters(_ schema: FeatureSchema) throws(TrainingError) -> [(name: String, value: String)] {
        if settings.treeMethod == .exact, let category = schema.features.first(where: { if case .category = $0.type { true } else { false } }) {
            throw TrainingError(
                .invalidSetting, column: category.name,
                message: "treeMethod 'exact' cannot split the category '\(category.name)': encode it in 'preprocessing', or use 'hist'")
        }
        return try settings.parameters + taskParameters + constraints(schema)
    }

    /// The mean loss of predictions, in the order of the rows: log loss, squared error, Poisson deviance or quantile loss.
    private func loss(_ predictions: [Float], _ truth: [Double], _ weights: [Double]?) -> Double {
        let outputs = plan.task == .multiclass ? classCount : 1
        var (sum, total) = (0.0, 0.0)
        for row in truth.indices {
            let y = truth[row]
            let value = Double(predictions[row * outputs + (plan.task == .multiclass ? Int(y) : 0)])
            let inside = min(max(value, 0x1p-24), 1 - 0x1p-24)
            let loss: Double =
                switch plan.task {
                case .binary: y > 0 ? -log(inside) : -log(1 - inside)
                case .multiclass: -log(inside)
                case .regression: (value - y) * (value - y)
                case .count: 2 * ((y > 0 ? y * log(y / max(value, 1e-30)) : 0) - y + value)
                case .quantile: y >= value ? (plan.quantile ?? 0.5) * (y - value) : (1 - (plan.quantile ?? 0.5)) * (value - y)
                }
            let weight = weights?[row] ?? 1
            sum += weight * loss
            total += weight
        }
        return total > 0 ? sum / total : .infinity
    }

    private var taskParameters: [(name: String, value: String)] {
        switch plan.task {
        case .binary: [("objective", "binary:logistic")]
        case .multiclass: [("objective", "multi:softprob"), ("num_class", "\(classCount)")]
        case .regression: [("objective", "reg:squarederror")]
        case .count: [("objective", "count:poisson")]
        case .quantile: [("objective", "reg:quantileerror"), ("quantile_alpha", "\(plan.quantile ?? 0.5)")]
        }
    }

    /// In XGBoost's form. A name is of a feature as the trees see it or, for interactions, of the raw column that features were made of.
    private func constraints(_ schema: FeatureSchema) throws(TrainingError) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        func unknown(_ name: String) -> TrainingError {
            TrainingError(
                .missingColumn, column: name,
                message: "a constraint names '\(name)', and the trees see \(schema.names.prefix(20).joined(separator: ", "))")
        }
        if !settings.monotone.isEmpty {
            for name in settings.monotone.keys.sorted() {
                guard let feature = schema.features.first(where: { $0.name == name }) else { throw unknown(name) }
                if case .category = feature.type {
                    throw TrainingError(
                        .invalidSetting, column: name, message: "category '\(name)' has no order that a monotone constraint could keep")
                }
            }
            let signs = schema.names.map { "\(settings.monotone[$0]?.rawValue ?? 0)" }
            parameters.append(("monotone_constraints", "(\(signs.joined(separator: ",")))"))
        }
        if !settings.interactions.isEmpty {
            var groups: [String] = []
            for group in settings.interactions {
                var places: [Int] = []
                for name in group {
                    let own = schema.names.indices.filter { schema.names[$0] == name || origins[schema.names[$0]] == name }
                    guard !own.isEmpty else { throw unknown(name) }
                    places += own
                }
                groups.append("[\(Set(places).sorted().map(String.init).joined(separator: ","))]")
            }
            parameters.append(("interaction_constraints", "[\(groups.joined(separator: ","))]"))
        }
        return parameters
    }
}
