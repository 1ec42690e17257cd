public import Basics
internal import Glibc

/// Performance of a binary classifier: the evidence schema's `PerformanceEvidence`.
///
/// The figures are the same for any order of the rows, to the last bit: sums run over the rows sorted by score and label.
public struct PerformanceReport: Hashable, Sendable {
    public let rows: Int
    public let positives: Int
    public let threshold: Double
    /// Area under the ROC curve; ties count half (Mann and Whitney 1947). Computed in whole numbers.
    public let rocAUC: Estimate
    /// −mean(y·ln p + (1−y)·ln(1−p)), p clipped to [2⁻⁵², 1−2⁻⁵²] as scikit-learn clips.
    public let logLoss: Estimate
    /// mean((p − y)²) (Brier 1950).
    public let brierScore: Estimate
    public let accuracy: Estimate
    public let precision: Estimate
    public let recall: Estimate
    /// 2·TP / (2·TP + FP + FN). Its `n` is TP + FP + FN.
    public let f1: Estimate

    public init(_ rows: ScoredRows) {
        let counts = ConfusionCounts(rows)
        let sorted = zip(rows.scores, rows.labels).sorted { $0.0 != $1.0 ? $0.0 < $1.0 : !$0.1 && $1.1 }
        self.rows = rows.count
        self.positives = counts.positives
        self.threshold = rows.threshold
        rocAUC = Self.rocAUC(sorted, counts)
        let epsilon = 0x1p-52
        logLoss = Self.mean(sorted) { score, label in
            let clipped = min(max(score, epsilon), 1 - epsilon)
            return -log(label ? clipped : 1 - clipped)
        }
        brierScore = Self.mean(sorted) { score, label in
            let distance = score - (label ? 1 : 0)
            return distance * distance
        }
        accuracy = .rate(counts.truePositives + counts.trueNegatives, of: counts.rows, orUndefined: "there are no rows")
        precision = .rate(counts.truePositives, of: counts.predictedPositives, orUndefined: Reason.noPredictedPositives)
        recall = .rate(counts.truePositives, of: counts.positives, orUndefined: Reason.noPositives)
        let union = counts.truePositives + counts.falsePositives + counts.falseNegatives
        f1 =
            union == 0
            ? .undefined("no row is positive or predicted positive", n: 0)
            : .value(Double(2 * counts.truePositives) / Double(union + counts.truePositives), n: union)
    }

    /// In the form of the evidence schema's `PerformanceEvidence`.
    public var json: JSONValue {
        [
            "rows": .int(Int64(rows)), "positives": .int(Int64(positives)), "threshold": .double(threshold), "rocAUC": rocAUC.json,
            "logLoss": logLoss.json, "brierScore": brierScore.json, "accuracy": accuracy.json, "precision": precision.json,
            "recall": recall.json, "f1": f1.json,
        ]
    }

    /// Twice the Mann–Whitney U in whole numbers: a positive above a negative counts 2, a tie 1.
    private static func rocAUC(_ sorted: [(Double, Bool)], _ counts: ConfusionCounts) -> Estimate {
        guard counts.positives > 0 else { return .undefined(Reason.noPositives, n: counts.rows) }
        guard counts.negatives > 0 else { return .undefined(Reason.noNegatives, n: counts.rows) }
        var wins = 0
        var negativesBelow = 0
        var start = 0
        while start < sorted.count {
            var tied = (positives: 0, negatives: 0)
            var end = start
            while end < sorted.count, sorted[end].0 == sorted[start].0 {
                if sorted[end].1 { tied.positives += 1 } else { tied.negatives += 1 }
                end += 1
            }
            wins += tied.positives * (2 * negativesBelow + tied.negatives)
            negativesBelow += tied.negatives
            start = end
        }
        return .value(Double(wins) / Double(2 * counts.positives * counts.negatives), n: counts.rows)
    }

    /// Neumaier's compensated sum (1974), divided by the number of rows.
    private static func mean(_ sorted: [(Double, Bool)], _ term: (Double, Bool) -> Double) -> Estimate {
        var sum = 0.0
        var compensation = 0.0
        for (score, label) in sorted {
            let next = term(score, label)
            let total = sum + next
            compensation += abs(sum) >= abs(next) ? (sum - total) + next : (next - total) + sum
            sum = total
        }
        return .value((sum + compensation) / Double(sorted.count), n: sorted.count)
    }
}

/// Why a rate has no value.
enum Reason {
    static let noRows = "there are no rows"
    static let noPositives = "no row's label is positive"
    static let noNegatives = "no row's label is negative"
    static let noPredictedPositives = "nothing is predicted positive"
}
