internal import Basics
public import Explanations
internal import Frames
internal import Models

/// What a model does as a whole, beside the single rows: how predictions change with its most important features, a small tree that imitates it, whether the order of the
/// contributions is faithful, and what exchanging values costs.
public struct GlobalExplanation: Sendable {
    /// By output; of the most important features that are players of their own.
    let dependences: [PartialDependence]
    let outputs: [OfOutput]
    /// If the table's labels are named.
    let importance: PermutationImportance?
    /// Of trees: what pairs of players do together, the largest first.
    let interactions: [Interaction]

    struct OfOutput: Sendable {
        let faithfulness: FaithfulnessCurves
        /// Nil for too few rows.
        let surrogate: SurrogateTree?
    }

    struct Interaction: Sendable {
        let players: [String]
        /// The mean over rows and outputs of |what the two do together|.
        let size: Double
    }

    /// The most rows whose curves are worked out, and the most that are drawn in single lines.
    static let (curveRows, drawnRows) = (200, 40)
    static let (shownFeatures, shownPairs, faithfulnessRows) = (6, 10, 50)
}

extension Explanation {
    /// Asks the model about the explained rows, changed in one feature or another.
    ///
    /// - Parameter explained: what `run` found.
    ///
    /// Throws `ExplanationError`, or `FrameError` for a label that is not there.
    public func whole(_ explained: ExplainedRows) throws -> GlobalExplanation {
        let values = explained.values
        let chosen = Self.spread(rows.rowCount, GlobalExplanation.curveRows)
        let some = rows.selecting(rows: chosen)
        let sizes = (0..<values.players.count).map { player in
            stride(from: player, to: values.values.count, by: values.players.count).reduce(0) { $0 + abs(values.values[$1]) }
        }
        let order = sizes.indices.filter { players.members[$0].count == 1 }.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
        let dependences = try order.prefix(GlobalExplanation.shownFeatures).map { player in
            try PartialDependence(
                predictor, rows: some, feature: players.features[players.members[player][0]], scale: values.scale, threads: settings.threads)
        }
        return GlobalExplanation(
            dependences: dependences, outputs: try (0..<values.outputCount).map { try whole(values, output: $0) }, importance: try importance(),
            interactions: try interactions(self.explained.rows.selecting(rows: chosen)))
    }

    private func whole(_ values: Attributions, output: Int) throws -> GlobalExplanation.OfOutput {
        let scaled = try ScaledPredictor(predictor, scale: values.scale)
        let own: any Predictor = values.outputCount == 1 ? scaled : OneOutput(base: scaled, output: output)
        let few = Self.spread(rows.rowCount, GlobalExplanation.faithfulnessRows)
        let faithfulness = try FaithfulnessCurves(
            own, rows: rows.selecting(rows: few), attributions: values.output(output).selecting(rows: few), background: reference, players: players,
            seed: settings.seed, threads: settings.threads)
        let surrogate =
            rows.rowCount < 8
            ? nil
            : try SurrogateTree(
                own, rows: rows, minimumRows: max(1, rows.rowCount / 100), scale: own.rawScale ?? .raw, threads: settings.threads)
        return .init(faithfulness: faithfulness, surrogate: surrogate)
    }

    /// SHAP interaction values of the explained rows, rows × outputs × players × players (`TreeSHAP.interactions`).
    ///
    /// Throws `unsupportedModel` for a method that has none.
    public func interactionValues() throws(ExplanationError) -> [Double] {
        guard case .shapley(let shapley) = explainer, let trees = shapley as? TreeSHAP else {
            throw ExplanationError(.unsupportedModel, message: "interaction values are of tree and interventional, on the scale that trees add on")
        }
        return try trees.interactions(explained.rows, threads: settings.threads)
    }

    /// Halves of a pair lie on both sides of the diagonal.
    private func interactions(_ some: EncodedRows) throws -> [GlobalExplanation.Interaction] {
        guard case .shapley(let shapley) = explainer, let trees = shapley as? TreeSHAP, players.count > 1 else { return [] }
        let matrices = try trees.interactions(some, threads: settings.threads)
        let count = players.count
        let cells = matrices.count / (count * count)
        var found: [GlobalExplanation.Interaction] = []
        for i in 0..<count {
            for j in (i + 1)..<max(count, i + 1) {
                let sum = (0..<cells).reduce(0) { $0 + 2 * abs(matrices[($1 * count + i) * count + j]) }
                found.append(.init(players: [players.names[i], players.names[j]], size: sum / Double(max(1, cells))))
            }
        }
        let order = found.indices.sorted { (-found[$0].size, $0) < (-found[$1].size, $1) }
        return order.prefix(GlobalExplanation.shownPairs).map { found[$0] }.filter { $0.size > 0 }
    }

    /// Probabilities are judged by their logarithm, other numbers by the square of what they miss.
    private func importance() throws -> PermutationImportance? {
        guard let label = settings.label, rows.rowCount > 1 else { return nil }
        let column = try frame.column(label)
        let isChance = predictor.rawScale != nil || predictor.isSoftmax
        guard isChance || predictor.outputCount == 1 else {
            throw ExplanationError(
                .unsupportedModel,
                message: "the model's \(predictor.outputCount) outputs are no probabilities, so that '\(label)' says nothing of them")
        }
        let labels = predictor.outputCount == 1 ? column.numbers : try classes(column)
        guard column.missingCount == 0, !labels.isEmpty else {
            throw ExplanationError(.rows, message: "the label '\(label)' is not a number or a truth value in every row")
        }
        return try PermutationImportance(
            predictor, rows: rows, labels: labels, players: players, loss: isChance ? .logLoss : .squaredError, scale: isChance ? .probability : .raw,
            seed: settings.seed, threads: settings.threads)
    }
}

extension Explanation {
    /// The number of each row's output.
    private func classes(_ column: Column) throws -> [Double] {
        let texts: [String]
        switch column.values {
        case .category(let codes, let categories): texts = codes.map { $0 < 0 ? "" : categories[Int($0)] }
        case .integer(let all): texts = all.map { String($0) }
        default: texts = []
        }
        let places = Dictionary(outputNames.enumerated().map { ($1, Double($0)) }, uniquingKeysWith: { first, _ in first })
        return try texts.map { text in
            guard let place = places[text] else {
                throw ExplanationError(.rows, message: "the label '\(text)' is none of the model's outputs: \(outputNames.joined(separator: ", "))")
            }
            return place
        }
    }
}

/// One of a model's outputs as a model.
private struct OneOutput: Predictor {
    let base: ScaledPredictor
    let output: Int

    var featureCount: Int { base.featureCount }
    var outputCount: Int { 1 }
    var rawScale: OutputScale? { base.rawScale }

    func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        let all = try base.predict(rows, count: count)
        return (0..<count).map { all[$0 * base.outputCount + output] }
    }
}

extension Column {
    /// Truth values as 0 and 1; empty for a column of another kind.
    fileprivate var numbers: [Double] {
        switch values {
        case .double(let all): all
        case .integer(let all): all.map { Double($0) }
        case .boolean(let all): all.map { $0 ? 1 : 0 }
        default: []
        }
    }
}
