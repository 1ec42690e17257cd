public import Basics
internal import Glibc
import Statistics

/// Performance of a binary classifier: the evidence schema's `PerformanceEvidence`.
///
/// The figures are the same for any order of the rows, to the last bit: sums run over the rows sorted by class, score and weight.
public struct PerformanceReport: Hashable, Sendable {
    /// Those with a weight above zero: others count nowhere.
    public let rows: Int
    public let positives: Int
    public let threshold: Double
    /// Area under the ROC curve; ties count half (Mann and Whitney 1947). In whole numbers where rows have no weights. DeLong's bounds.
    public let rocAUC: Estimate
    /// Average precision: Σ (Rₖ − Rₖ₋₁)·Pₖ over the distinct scores.
    public let prAUC: Estimate
    /// −mean(y·ln p + (1−y)·ln(1−p)), p clipped to [2⁻⁵², 1−2⁻⁵²] as scikit-learn clips.
    public let logLoss: Estimate
    /// mean((p − y)²) (Brier 1950).
    public let brierScore: Estimate
    /// max |TPR − FPR| over all thresholds.
    public let kolmogorovSmirnov: Estimate
    public let liftTopDecile: Estimate
    public let gainTopDecile: Estimate
    public let accuracy: Estimate
    public let precision: Estimate
    public let recall: Estimate
    public let specificity: Estimate
    /// 2·TP / (2·TP + FP + FN). Its `n` is TP + FP + FN.
    public let f1: Estimate
    /// (1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP): recall counts β times as much as precision.
    public let fBeta: Estimate
    public let beta: Double
    /// (recall + specificity) / 2.
    public let balancedAccuracy: Estimate
    /// Matthews 1975; φ of the table.
    public let matthewsCorrelation: Estimate
    /// Cohen 1960.
    public let cohenKappa: Estimate

    /// - Parameters:
    ///   - beta: of `fBeta`; above zero.
    ///   - seed: of the bootstrap that bounds figures of the table.
    public init(_ rows: ScoredRows, beta: Double = 2, seed: UInt64 = 0) {
        let counts = ConfusionCounts(rows)
        let ranks = RankMeasures(ScoreOrder(rows))
        self.rows = counts.all.rows
        self.positives = counts.positives.rows
        self.threshold = rows.threshold
        func ofScores(_ estimate: Estimate) -> Estimate { rows.hasScores ? estimate : .undefined(Reason.noScores, n: counts.all.rows) }
        rocAUC = ofScores(ranks.rocAUC)
        prAUC = ofScores(ranks.prAUC)
        logLoss = ofScores(ranks.logLoss)
        brierScore = ofScores(ranks.brierScore)
        kolmogorovSmirnov = ofScores(ranks.kolmogorovSmirnov)
        liftTopDecile = ofScores(ranks.liftTopDecile)
        gainTopDecile = ofScores(ranks.gainTopDecile)
        accuracy = .share(counts.right, of: counts.all, orUndefined: Reason.noRows)
        precision = .share(counts.truePositives, of: counts.predictedPositives, orUndefined: Reason.noPredictedPositives)
        recall = .share(counts.truePositives, of: counts.positives, orUndefined: Reason.noPositives)
        specificity = .share(counts.trueNegatives, of: counts.negatives, orUndefined: Reason.noNegatives)
        let table = TableMeasures(counts, beta: beta, seed: seed)
        f1 = table.f1
        fBeta = table.fBeta
        self.beta = beta
        balancedAccuracy = table.balancedAccuracy
        matthewsCorrelation = table.matthewsCorrelation
        cohenKappa = table.cohenKappa
    }

    /// In the form of the evidence schema's `PerformanceEvidence`.
    public var json: JSONValue {
        var members = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0.estimate.json) })
        members["rows"] = .int(Int64(rows))
        members["positives"] = .int(Int64(positives))
        members["threshold"] = .double(threshold)
        members["beta"] = .double(beta)
        return .object(members)
    }

    /// The figures by the names that evidence gives them, in the order in which they are shown.
    public var figures: [(name: String, estimate: Estimate)] {
        [
            ("rocAUC", rocAUC), ("prAUC", prAUC), ("logLoss", logLoss), ("brierScore", brierScore), ("kolmogorovSmirnov", kolmogorovSmirnov),
            ("liftTopDecile", liftTopDecile), ("gainTopDecile", gainTopDecile), ("accuracy", accuracy), ("balancedAccuracy", balancedAccuracy),
            ("precision", precision),
            ("recall", recall), ("specificity", specificity), ("f1", f1), ("fBeta", fBeta), ("matthewsCorrelation", matthewsCorrelation),
            ("cohenKappa", cohenKappa),
        ]
    }
}

/// Why a rate has no value.
enum Reason {
    static let noScores = "decisions alone are given, no scores"
    static let noRows = "there are no rows"
    static let noPositives = "no row's label is positive"
    static let noNegatives = "no row's label is negative"
    static let noPredictedPositives = "nothing is predicted positive"
    static let noPredictedNegatives = "nothing is predicted negative"
}
