/// What figures are measured in, and where their formulas come from: for the reference page.
enum EvidenceUnits {
    struct Entry {
        let unit: String
        let source: String

        init(_ unit: String, _ source: String = "") {
            self.unit = unit
            self.source = source
        }
    }

    private static let share = "share, 0 to 1"
    private static let own = "as the label"

    /// By `Type.field`, else by the field's name alone.
    static func entry(_ object: EvidenceObject, _ field: EvidenceField) -> Entry {
        if let found = entries["\(object.name).\(field.name)"] ?? entries[field.name] { return found }
        switch field.type {
        case .integer: return Entry("count")
        case .object(let type) where type == EvidenceSchema.estimate: return Entry(share)
        default: return Entry("")
        }
    }

    private static let entries: [String: Entry] = [
        "bytes": Entry("bytes"), "firstRow": Entry("row, from 1"), "threshold": Entry("score"),
        // Performance
        "rocAUC": Entry(share, "Hanley and McNeil 1982; bounds DeLong et al. 1988"),
        "prAUC": Entry(share, "Davis and Goadrich 2006; bounds Boyd, Eng and Page 2013"), "logLoss": Entry("nats a row", "Good 1952"),
        "brierScore": Entry("squared probability", "Brier 1950"),
        "PerformanceEvidence.kolmogorovSmirnov": Entry(share, "Kolmogorov 1933, Smirnov 1939"),
        "liftTopDecile": Entry("ratio"), "gainTopDecile": Entry(share), "matthewsCorrelation": Entry("−1 to 1", "Matthews 1975"),
        "cohenKappa": Entry("−1 to 1", "Cohen 1960"), "f1": Entry(share, "van Rijsbergen 1979"), "fBeta": Entry(share, "van Rijsbergen 1979"),
        "beta": Entry("ratio"), "accuracy": Entry(share, "bounds Wilson 1927"), "precision": Entry(share, "bounds Wilson 1927"),
        "recall": Entry(share, "bounds Wilson 1927"), "specificity": Entry(share, "bounds Wilson 1927"), "leastCost": Entry("", "Elkan 2001"),
        "cost": Entry("as the costs"), "costAtThreshold": Entry("as the costs"),
        // Calibration
        "expectedCalibrationError": Entry(share, "Naeini, Cooper and Hauskrecht 2015"), "maximumCalibrationError": Entry(share, "Naeini et al. 2015"),
        "hosmerLemeshow": Entry("", "Hosmer and Lemeshow 1980"), "predicted": Entry("score"),
        // Fairness
        "GroupComparison.difference": Entry("difference of shares", "Newcombe 1998, method 10"),
        "GroupComparison.ratio": Entry("ratio", "Katz et al. 1978"),
        "GroupedMeasure.difference": Entry("difference of shares"), "GroupedMeasure.ratio": Entry("ratio"),
        "overallDifference": Entry("difference of shares"), "overallRatio": Entry("ratio"),
        "equalizedOdds": Entry("", "Hardt, Price and Srebro 2016"), "EqualizedOdds.difference": Entry("difference of shares"),
        "EqualizedOdds.ratio": Entry("ratio"), "averageOdds": Entry("difference of shares", "Bellamy et al. 2018 (AIF360)"),
        "treatmentEquality": Entry("ratio", "Berk et al. 2018"), "scoringRate": Entry("", "6 RCNY § 5-300"),
        "significance": Entry("", "Fisher 1922; Pearson 1900"), "holm": Entry("probability", "Holm 1979"),
        "benjaminiHochberg": Entry("probability", "Benjamini and Hochberg 1995"), "independence": Entry("", "Pearson 1900"),
        "theilIndex": Entry("nats", "Speicher et al. 2018"), "generalizedEntropy": Entry("index, 0 and more", "Speicher et al. 2018"),
        "consistency": Entry(share, "Zemel et al. 2013"),
        // Tasks
        "rootMeanSquaredError": Entry(own), "meanAbsoluteError": Entry(own), "meanAbsolutePercentageError": Entry("ratio"), "r2": Entry("1 or less"),
        "quantileLoss": Entry(own, "Koenker and Bassett 1978"), "poissonDeviance": Entry("deviance a row", "McCullagh and Nelder 1989"),
        "gammaDeviance": Entry("deviance a row", "McCullagh and Nelder 1989"), "confusion": Entry("rows, or their weights"),
        // Drift
        "populationStabilityIndex": Entry("nats", "Siddiqi 2006"), "jensenShannonDistance": Entry(share, "Lin 1991"),
        "hellingerDistance": Entry(share, "Hellinger 1909"), "ColumnDrift.kolmogorovSmirnov": Entry(share, "Smirnov 1939; Hodges 1957"),
        "chiSquare": Entry("", "Pearson 1900"), "wassersteinDistance": Entry("as the column", "Vallender 1974"),
        "normedWassersteinDistance": Entry("standard deviations"), "cramerVonMises": Entry("statistic", "Anderson 1962"),
        "cramerVonMisesPValue": Entry("probability", "Anderson and Darling 1952"), "missingDifference": Entry("difference of shares"),
        "driftedShare": Entry(share), "missingShare": Entry(share), "cramersV": Entry(share, "Bergsma 2013"),
        "labelStability": Entry("nats", "Siddiqi 2006"), "predictionStability": Entry("nats", "Siddiqi 2006"),
        "accuracyChange": Entry("difference of shares"), "domainClassifier": Entry("", "Lopez-Paz and Oquab 2017"),
        // Comparison
        "notWorse": Entry("", "DeLong et al. 1988; McNemar 1947; Efron 1979"), "nonInferior": Entry("", "Tango 1998; DeLong et al. 1988; Efron 1979"),
        "NotWorseResult.difference": Entry("difference of shares"), "NonInferiorResult.difference": Entry("difference of shares"),
        "champion": Entry(share), "challenger": Entry(share), "margin": Entry("difference of shares"), "confidence": Entry("probability"),
        "power": Entry("probability"), "pValue": Entry("probability"), "adjusted": Entry("probability", "Holm 1979"), "statistic": Entry("statistic"),
        // Data
        "minimum": Entry("as the column"), "maximum": Entry("as the column"), "mean": Entry("as the column"), "deviation": Entry("as the column"),
        "newest": Entry("RFC 3339"), "validUntil": Entry("RFC 3339"), "date": Entry("RFC 3339"),
        // Explanation
        "explanation": Entry("", "Lundberg and Lee 2017"), "additivityError": Entry("log-odds"), "FeatureImportance.value": Entry("log-odds"),
        "share": Entry(share), "protectedShare": Entry(share), "proxyShare": Entry(share), "acrossRows": Entry("−1 to 1", "Spearman 1904"),
        "acrossBackgrounds": Entry("−1 to 1", "Spearman 1904"), "acrossModels": Entry("−1 to 1", "Spearman 1904"),
        "rankCorrelation": Entry("−1 to 1", "Spearman 1904"), "ndcg": Entry(share, "Järvelin and Kekäläinen 2002"),
        "faithfulness": Entry("", "Petsiuk, Das and Saenko 2018"), "deletion": Entry("log-odds"), "insertion": Entry("log-odds"),
        "deletionArea": Entry("log-odds"), "insertionArea": Entry("log-odds"), "randomDeletionArea": Entry("log-odds"),
        "randomInsertionArea": Entry("log-odds"), "gain": Entry("log-odds"), "trainingShare": Entry(share), "testShare": Entry(share),
        "AttributionChange.difference": Entry("log-odds", "Welch 1947"), "AttributionChange.lower": Entry("log-odds"),
        "AttributionChange.upper": Entry("log-odds"), "distance": Entry(share, "Smirnov 1939"), "AttributionGap.difference": Entry("log-odds"),
        "FeatureImportance.lower": Entry("log-odds"), "FeatureImportance.upper": Entry("log-odds"),
    ]
}
