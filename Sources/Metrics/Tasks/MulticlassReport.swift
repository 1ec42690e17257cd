public import Basics
import Statistics

/// Performance of a classifier of several classes.
public struct MulticlassReport: Hashable, Sendable {
    /// How figures of classes become one.
    public enum Average: String, Hashable, Sendable, CaseIterable {
        /// Every class counts alike.
        case macro
        /// Every row counts alike: of the summed tables.
        case micro
        /// By the classes' rows.
        case weighted
    }

    public let classes: [String]
    /// Rows of true class i predicted as class j, or their weights.
    public let confusion: [[Double]]
    public let accuracy: Estimate
    public let precision: [Average: Estimate]
    public let recall: [Average: Estimate]
    public let f1: [Average: Estimate]
    public let cohenKappa: Estimate
    /// Mean of the one-vs-rest areas, by `macro` and `weighted`; needs scores.
    public let rocAUC: [Average: Estimate]
    /// Rows whose class is among those with the k highest scores; ties go to the class that comes first. Needs scores.
    public let topK: Estimate?
    /// −mean(ln p of the true class); needs scores.
    public let logLoss: Estimate?

    /// - Parameters:
    ///   - labels: each row's class, into `classes`.
    ///   - predictions: the same of what was predicted; nil: the class with the highest score.
    ///   - scores: by row, one for each class.
    /// Throws `countsDiffer`, `empty`, `invalidScore`, `invalidWeight`, or `invalidOption` where neither predictions nor scores are given.
    public init(
        classes: [String], labels: [Int], predictions: [Int]? = nil, scores: [[Double]]? = nil, weights: [Double]? = nil, k: Int = 2
    ) throws(MetricsError) {
        guard !labels.isEmpty else { throw MetricsError(.empty, message: "there are no rows") }
        if let weights { try ScoredRows.check(weights, rows: labels.count) }
        if let scores {
            guard scores.count == labels.count, scores.allSatisfy({ $0.count == classes.count }) else {
                throw MetricsError(.countsDiffer, message: "every row needs a score for each of the \(classes.count) classes")
            }
            if let row = scores.firstIndex(where: { $0.contains { !(0...1).contains($0) } }) {
                throw MetricsError(.invalidScore, message: "a score of row \(row + 1) is no probability")
            }
        }
        guard let predicted = predictions ?? scores?.map({ row in row.indices.max { (row[$0], -$0) < (row[$1], -$1) } ?? 0 }) else {
            throw MetricsError(.invalidOption, message: "neither predictions nor scores are given")
        }
        guard predicted.count == labels.count, (labels + predicted).allSatisfy({ classes.indices.contains($0) }) else {
            throw MetricsError(.countsDiffer, message: "labels and predictions must be as many, and of the classes given")
        }
        var confusion = [[Double]](repeating: [Double](repeating: 0, count: classes.count), count: classes.count)
        for row in labels.indices { confusion[labels[row]][predicted[row]] += weights?[row] ?? 1 }
        self.classes = classes
        self.confusion = confusion
        let n = labels.count
        let total = confusion.reduce(0) { $0 + $1.reduce(0, +) }
        let hits = classes.indices.reduce(0) { $0 + confusion[$1][$1] }
        let trues = confusion.map { $0.reduce(0, +) }
        let found = classes.indices.map { column in confusion.reduce(0) { $0 + $1[column] } }
        accuracy =
            weights == nil ? .rate(Int(hits), of: n, orUndefined: Reason.noRows) : .value(hits / total, n: n)
        func averages(_ figure: (Int) -> Double?, micro: Double) -> [Average: Estimate] {
            let present = classes.indices.filter { trues[$0] > 0 || found[$0] > 0 }
            let values = present.map { (figure($0), trues[$0]) }
            let missing = zip(present, values).first { $1.0 == nil }.map { classes[$0.0] }
            func combined(_ weight: (Double) -> Double) -> Estimate {
                if let missing { return .undefined("class '\(missing)' has none", n: n) }
                let whole = values.reduce(0) { $0 + weight($1.1) }
                return .value(values.reduce(0) { $0 + ($1.0 ?? 0) * weight($1.1) } / whole, n: n)
            }
            return [.macro: combined { _ in 1 }, .weighted: combined { $0 }, .micro: .value(micro, n: n)]
        }
        precision = averages({ found[$0] > 0 ? confusion[$0][$0] / found[$0] : nil }, micro: hits / total)
        recall = averages({ trues[$0] > 0 ? confusion[$0][$0] / trues[$0] : nil }, micro: hits / total)
        f1 = averages({ 2 * confusion[$0][$0] / (trues[$0] + found[$0]) }, micro: hits / total)
        let chance = classes.indices.reduce(0) { $0 + trues[$1] * found[$1] } / (total * total)
        cohenKappa =
            chance < 1 ? .value((hits / total - chance) / (1 - chance), n: n) : .undefined("labels and predictions are all of one class", n: n)
        guard let scores else {
            (rocAUC, topK, logLoss) = ([:], nil, nil)
            return
        }
        (rocAUC, topK, logLoss) = try Self.ofScores(classes, labels, scores, weights, k)
    }

    private static func ofScores(
        _ classes: [String], _ labels: [Int], _ scores: [[Double]], _ weights: [Double]?, _ k: Int
    ) throws(MetricsError) -> ([Average: Estimate], Estimate?, Estimate?) {
        var (areas, shares): ([Double], [Double]) = ([], [])
        for index in classes.indices {
            let rows = try ScoredRows(scores: scores.map { $0[index] }, labels: labels.map { $0 == index }, weights: weights, threshold: 0.5)
            guard let area = RankMeasures(ScoreOrder(rows)).rocAUC.value else { continue }
            areas.append(area)
            shares.append(labels.indices.reduce(0) { $0 + (labels[$1] == index ? weights?[$1] ?? 1 : 0) })
        }
        let n = labels.count
        let isWhole = areas.count == classes.count
        let reason = "some class has all rows or none"
        var (inside, loss, total) = (Mass(), CompensatedSum(), Mass())
        for row in labels.indices {
            let weight = weights?[row] ?? 1
            let own = scores[row][labels[row]]
            let before = scores[row].indices.count { scores[row][$0] > own || (scores[row][$0] == own && $0 < labels[row]) }
            if before < k { inside.add(weight) }
            total.add(weight)
            loss.add(-weight * RankMeasures.logarithm(min(max(own, 0x1p-52), 1 - 0x1p-52)))
        }
        return (
            [
                .macro: isWhole ? .value(areas.reduce(0, +) / Double(areas.count), n: n) : .undefined(reason, n: n),
                .weighted: isWhole ? .value(zip(areas, shares).reduce(0) { $0 + $1.0 * $1.1 } / shares.reduce(0, +), n: n) : .undefined(reason, n: n),
            ], .share(inside, of: total, orUndefined: Reason.noRows), .value(loss.value / total.weight, n: n)
        )
    }

    public var json: JSONValue {
        func averaged(_ figures: [Average: Estimate]) -> JSONValue {
            .object(Dictionary(uniqueKeysWithValues: figures.map { ($0.key.rawValue, $0.value.json) }))
        }
        return JSONValue.object([
            "classes": .array(classes.map { .string($0) }), "confusion": .array(confusion.map { .array($0.map { .double($0) }) }),
            "accuracy": accuracy.json, "precision": averaged(precision), "recall": averaged(recall), "f1": averaged(f1),
            "cohenKappa": cohenKappa.json, "rocAUC": rocAUC.isEmpty ? .null : averaged(rocAUC), "topK": topK?.json ?? .null,
            "logLoss": logLoss?.json ?? .null,
        ]).droppingNulls
    }
}
