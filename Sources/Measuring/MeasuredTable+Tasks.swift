import Frames
import Metrics

extension MeasuredTable {
    /// Where the table has what a classifier of several classes said: decisions, scores of the classes, or both.
    struct ClassColumns {
        let prediction: String?
        let scores: [(name: String, column: String)]

        var isEmpty: Bool { prediction == nil && scores.isEmpty }
    }

    /// The table's own model.
    var classColumns: ClassColumns { ClassColumns(prediction: columns.prediction, scores: columns.classScores) }

    /// Of one or more models on the same rows: the classes are those of the label and of all models together, by their bytes.
    func classifiedRows(_ models: [ClassColumns]) throws -> [ClassifiedRows] {
        guard !models.contains(where: \.isEmpty) else {
            throw MetricsError(
                .invalidOption,
                message: "several classes are measured by their predictions, or by a column of scores for each: use --prediction or --class-score")
        }
        let (labels, labelNames) = try self.classes(of: try frame.column(columns.label))
        let predicted = try models.map { model in try model.prediction.map { try self.classes(of: try frame.column($0)) } }
        let known = labelNames + models.flatMap { $0.scores.map(\.name) }
        for (model, each) in zip(models, predicted) { try Self.checkWords(each?.names ?? [], of: model.prediction ?? "", known) }
        var named = Set(labelNames)
        for each in predicted { named.formUnion(each?.names ?? []) }
        for model in models { named.formUnion(model.scores.map(\.name)) }
        let classes = named.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard classes.count <= 1000 else { throw MetricsError(.tooManyGroups, message: "there are \(classes.count) classes, more than 1000") }
        let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        return try zip(models, predicted).map { model, predicted in
            try ClassifiedRows(
                classes: classes, labels: labels.map { places[labelNames[$0]] ?? 0 },
                predictions: predicted.map { own in own.codes.map { places[own.names[$0]] ?? 0 } }, scores: try classScores(model.scores, classes),
                weights: try weights())
        }
    }

    /// Predictions of which none is a class of the label, or has scores, would all be wrong, and hardly are: they are written in other words. (A single class may well be missed by all.)
    private static func checkWords(_ names: [String], of prediction: String, _ labels: [String]) throws {
        guard !names.isEmpty, Set(names).isDisjoint(with: labels) else { return }
        let plain = Set(labels.map { $0.lowercased() })
        guard labels.count > 1 || names.contains(where: { plain.contains($0.lowercased()) }) else { return }
        func list(_ names: [String]) -> String { names.prefix(4).joined(separator: "', '") }
        throw MetricsError(
            .wrongType,
            message:
                "no label is any of the classes '\(list(names))' of '\(prediction)': predictions are written as labels are, here '\(list(labels))'")
    }

    /// By row, the scores of `classes`; nil where no columns are named.
    private func classScores(_ columns: [(name: String, column: String)], _ classes: [String]) throws -> [[Double]]? {
        guard !columns.isEmpty else { return nil }
        if let twice = Dictionary(grouping: columns, by: \.name).filter({ $0.value.count > 1 }).keys.sorted().first {
            throw MetricsError(.invalidOption, message: "class '\(twice)' has two columns of scores: name one with --class-score")
        }
        let named = Dictionary(columns.map { ($0.name, $0.column) }, uniquingKeysWith: { first, _ in first })
        guard let missing = classes.first(where: { named[$0] == nil }) else {
            let all = try classes.map { try numbers(of: try frame.column(named[$0] ?? "")) }
            return (0..<frame.rowCount).map { row in all.map { $0[row] } }
        }
        throw MetricsError(.invalidOption, message: "class '\(missing)' has no column of scores: name it with --class-score '\(missing)=COLUMN'")
    }

    /// Numbers that a column predicts; nil: the table's own prediction, or its score.
    func numberRows(_ prediction: String? = nil, goal: NumberRows.Goal = .mean) throws -> NumberRows {
        guard let name = prediction ?? columns.prediction ?? columns.score else {
            throw MetricsError(.invalidOption, message: "name the column of predictions with --prediction")
        }
        return try NumberRows(
            truth: try numbers(of: try frame.column(columns.label)), predictions: try numbers(of: try frame.column(name)), weights: try weights(),
            goal: goal)
    }
}
