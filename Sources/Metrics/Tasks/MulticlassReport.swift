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
        let given = try ClassifiedRows(classes: classes, labels: labels, predictions: predictions, scores: scores, weights: weights)
        // Rows without weight count nowhere.
        let kept = Self.summingOrder(given)
        func counting<Element>(_ values: [Element]) -> [Element] { kept.map { rows in rows.map { values[$0] } } ?? values }
        let counted = given.weights.map(counting)
        // What is left where others weigh nothing.
        let weights = counted?.allSatisfy { $0 == 1 } ?? true ? nil : counted
        let (labels, predicted, scores) = (counting(labels), counting(given.predictions), scores.map(counting))
        var confusion = [[Double]](repeating: [Double](repeating: 0, count: classes.count), count: classes.count)
        for row in labels.indices { confusion[labels[row]][predicted[row]] += weights?[row] ?? 1 }
        self.classes = classes
        self.confusion = confusion
        let n = labels.count
        let total = confusion.reduce(0) { $0 + $1.reduce(0, +) }
        let hits = classes.indices.reduce(0) { $0 + confusion[$1][$1] }
        let trues = confusion.map { $0.reduce(0, +) }
        let found = classes.indices.map { column in confusion.reduce(0) { $0 + $1[column] } }
        let squares = weights?.reduce(0) { $0 + $1 * $1 } ?? total
        let effective = total * total / squares
        let microBounds = Proportion(min(effective, hits / total * effective), of: effective).wilson()
        let micro = Estimate.value(hits / total, n: n, interval: microBounds)
        accuracy = weights == nil ? .rate(Int(hits), of: n, orUndefined: Reason.noRows) : micro
        let draws = ConfusionDraws(confusion, effectiveRows: effective)
        typealias Figure = MulticlassFigure
        func averages(_ kind: Figure.Kind, _ figure: (Int) -> Double?) -> [Average: Estimate] {
            let present = classes.indices.filter { trues[$0] > 0 || found[$0] > 0 }
            let values = present.map { (figure($0), trues[$0]) }
            let missing = zip(present, values).first { $1.0 == nil }.map { classes[$0.0] }
            func combined(_ average: Average, _ weight: (Double) -> Double) -> Estimate {
                if let missing { return .undefined("class '\(missing)' has none", n: n) }
                let whole = values.reduce(0) { $0 + weight($1.1) }
                // Of one class alone every draw is the same, and the figure is what micro is: whether rows are of it at all.
                let interval = classes.count > 1 ? draws.interval(Figure(kind, average)) : microBounds
                return .value(values.reduce(0) { $0 + ($1.0 ?? 0) * weight($1.1) } / whole, n: n, interval: interval)
            }
            return [.macro: combined(.macro) { _ in 1 }, .weighted: combined(.weighted) { $0 }, .micro: micro]
        }
        precision = averages(.precision) { found[$0] > 0 ? confusion[$0][$0] / found[$0] : nil }
        recall = averages(.recall) { trues[$0] > 0 ? confusion[$0][$0] / trues[$0] : nil }
        f1 = averages(.f1) { 2 * confusion[$0][$0] / (trues[$0] + found[$0]) }
        let chance = classes.indices.reduce(0) { $0 + trues[$1] * found[$1] } / (total * total)
        cohenKappa =
            chance < 1
            ? .value(
                (hits / total - chance) / (1 - chance), n: n,
                interval: draws.interval(Figure(.cohenKappa, .macro)))
            : .undefined("labels and predictions are all of one class", n: n)
        guard let scores else {
            (rocAUC, topK, logLoss) = ([:], nil, nil)
            return
        }
        (rocAUC, topK, logLoss) = try Self.ofScores(
            classes, labels, scores, weights, k, given.reasonAgainstChances(kept ?? Array(given.labels.indices)))
    }

    /// Rows that count, in an order of their own, so that sums do not depend on that of the table. Nil where figures are of counts.
    private static func summingOrder(_ rows: ClassifiedRows) -> [Int]? {
        let (scores, weights) = (rows.scores, rows.weights)
        guard scores != nil || weights != nil else { return nil }
        func key(_ row: Int) -> (Int, Int, Double) { (rows.labels[row], rows.predictions[row], weights?[row] ?? 1) }
        return rows.labels.indices.filter { weights?[$0] != 0 }.sorted { first, second in
            let (left, right) = (key(first), key(second))
            guard left == right, let scores else { return left < right }
            return scores[first].lexicographicallyPrecedes(scores[second])
        }
    }

    private static func ofScores(
        _ classes: [String], _ labels: [Int], _ scores: [[Double]], _ weights: [Double]?, _ k: Int, _ noChances: String?
    ) throws(MetricsError) -> ([Average: Estimate], Estimate?, Estimate?) {
        var (areas, shares): ([AreaInfluence], [Double]) = ([], [])
        for index in classes.indices {
            guard let area = AreaInfluence(scores: scores.map { $0[index] }, labels: labels.map { $0 == index }, weights: weights) else { continue }
            areas.append(area)
            shares.append(labels.indices.reduce(0) { $0 + (labels[$1] == index ? weights?[$1] ?? 1 : 0) })
        }
        let n = labels.count
        // Of weighted rows the effective ones: weights count relative to one another.
        let effective = weights.map { all in all.reduce(0, +) / all.reduce(0) { $0 + $1 * $1 } } ?? 1
        let smallest = (shares.min() ?? 1) * effective
        let reason = "some class has all rows or none"
        func mean(_ weights: [Double]) -> Estimate {
            guard areas.count == classes.count else { return .undefined(reason, n: n) }
            let whole = weights.reduce(0, +)
            let value = zip(areas, weights).reduce(0) { $0 + $1.0.area * $1.1 } / whole
            // A row is in every class's area: what it adds to all of them together.
            var squares = 0.0
            for row in labels.indices {
                let influence = zip(areas, weights).reduce(0) { $0 + $1.0.influence[row] * $1.1 } / whole
                squares += influence * influence
            }
            return .value(
                value, n: n,
                interval: .area(value, error: squares.squareRoot(), positives: smallest, negatives: smallest))
        }
        var (inside, loss, total) = (Mass(), RowMean(), Mass())
        for row in labels.indices {
            let weight = weights?[row] ?? 1
            let own = scores[row][labels[row]]
            let before = scores[row].indices.count { scores[row][$0] > own || (scores[row][$0] == own && $0 < labels[row]) }
            if before < k { inside.add(weight) }
            total.add(weight)
            loss.add(ClassifiedRows.surprise(own), weight)
        }
        return (
            [.macro: mean(areas.map { _ in 1 }), .weighted: mean(shares)],
            k < classes.count
                ? .share(inside, of: total, orUndefined: Reason.noRows)
                : .undefined(
                    classes.count == 1
                        ? "there is 1 class, which is always the highest"
                        : "there are \(classes.count) classes, and each is among the \(k) highest", n: n),
            noChances.map { .undefined($0, n: n) } ?? loss.estimate(n: n, within: 0...Double.infinity)
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
