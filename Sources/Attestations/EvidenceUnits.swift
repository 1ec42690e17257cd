/// What figures are measured in, and where their formulas come from: for the reference page. A source is a paper or standard, a peer's function that gives the same, or one word: `counted`, `declared` by a
/// spec, `measured` on the machine, `Proviso` for a definition of our own.
enum EvidenceUnits {
    struct Entry {
        let unit: String
        let source: String

        init(_ unit: String, _ source: String = "") {
            self.unit = unit
            self.source = source
        }
    }

    static let share = "share, 0 to 1"
    static let own = "as the label"

    /// By `Type.field`, else by the field's name alone.
    static func entry(_ object: EvidenceObject, _ field: EvidenceField) -> Entry {
        let name = "\(object.name).\(field.name)"
        if let found = byType[name] ?? entries[name] ?? entries[field.name] { return found }
        switch field.type {
        case .integer: return Entry("count", "counted")
        case .object(let type) where type == EvidenceSchema.estimate: return Entry(share)
        default: return Entry("")
        }
    }

    private static let entries: [String: Entry] = [
        "bytes": Entry("bytes", "counted"), "firstRow": Entry("row, from 1", "counted"),
        // Performance
        "rocAUC": Entry(share, "Hanley and McNeil 1982; bounds DeLong et al. 1988"),
        "prAUC": Entry(share, "Davis and Goadrich 2006; bounds Boyd, Eng and Page 2013"), "logLoss": Entry("nats a row", "Good 1952"),
        "brierScore": Entry("squared probability", "Brier 1950"),
        "PerformanceEvidence.kolmogorovSmirnov": Entry(share, "Kolmogorov 1933, Smirnov 1939"),
        "liftTopDecile": Entry("ratio", "Ling and Li 1998"), "gainTopDecile": Entry(share, "Ling and Li 1998"),
        "balancedAccuracy": Entry(share, "Brodersen et al. 2010"), "matthewsCorrelation": Entry("−1 to 1", "Matthews 1975"),
        "cohenKappa": Entry("−1 to 1", "Cohen 1960"), "f1": Entry(share, "van Rijsbergen 1979"), "fBeta": Entry(share, "van Rijsbergen 1979"),
        "beta": Entry("ratio", "declared; van Rijsbergen 1979"), "accuracy": Entry(share, "bounds Wilson 1927"),
        "precision": Entry(share, "bounds Wilson 1927"),
        "recall": Entry(share, "bounds Wilson 1927"), "specificity": Entry(share, "bounds Wilson 1927"), "leastCost": Entry("", "Elkan 2001"),
        "cost": Entry("as the costs", "Elkan 2001"), "costAtThreshold": Entry("as the costs", "Elkan 2001"),
        // Calibration
        "expectedCalibrationError": Entry(share, "Naeini, Cooper and Hauskrecht 2015"), "maximumCalibrationError": Entry(share, "Naeini et al. 2015"),
        "hosmerLemeshow": Entry("", "Hosmer and Lemeshow 1980"), "predicted": Entry("score", "DeGroot and Fienberg 1983"),
        "observed": Entry(share, "DeGroot and Fienberg 1983; bounds Wilson 1927"),
        // Fairness
        "GroupComparison.difference": Entry("difference of shares", "Newcombe 1998, method 10"),
        "GroupComparison.ratio": Entry("ratio", "Katz et al. 1978"),
        "GroupedMeasure.difference": Entry("difference of figures", "fairlearn `MetricFrame.difference`"),
        "GroupedMeasure.ratio": Entry("ratio", "fairlearn `MetricFrame.ratio`; of selection rates 29 CFR 1607.4(D)"),
        "GroupedMeasure.groups": Entry("as the figure", "fairlearn `MetricFrame.by_group`"),
        "GroupedMeasure.overall": Entry("as the figure", "fairlearn `MetricFrame.overall`"),
        "overallDifference": Entry("difference of figures", "fairlearn `MetricFrame.difference(method=\"to_overall\")`"),
        "overallRatio": Entry("ratio", "fairlearn `MetricFrame.ratio(method=\"to_overall\")`"),
        "equalizedOdds": Entry("", "Hardt, Price and Srebro 2016"),
        "EqualizedOdds.difference": Entry("difference of shares", "fairlearn `equalized_odds_difference`"),
        "EqualizedOdds.ratio": Entry("ratio", "fairlearn `equalized_odds_ratio`"),
        "averageOdds": Entry("difference of shares", "Bellamy et al. 2018 (AIF360)"),
        "treatmentEquality": Entry("ratio", "Berk et al. 2018"), "scoringRate": Entry("", "6 RCNY § 5-300"),
        "significance": Entry("", "Fisher 1922; Pearson 1900"), "holm": Entry("probability", "Holm 1979"),
        "benjaminiHochberg": Entry("probability", "Benjamini and Hochberg 1995"), "independence": Entry("", "Pearson 1900"),
        "theilIndex": Entry("nats", "Speicher et al. 2018"), "generalizedEntropy": Entry("index, 0 and more", "Speicher et al. 2018"),
        "consistency": Entry(share, "Zemel et al. 2013"),
        // Tasks
        "rootMeanSquaredError": Entry(own, "Willmott and Matsuura 2005"), "meanAbsoluteError": Entry(own, "Willmott and Matsuura 2005"),
        "meanAbsolutePercentageError": Entry("ratio", "Hyndman and Koehler 2006"), "r2": Entry("1 or less", "Kvålseth 1985, R²₁"),
        "quantileLoss": Entry(own, "Koenker and Bassett 1978"), "poissonDeviance": Entry("deviance a row", "McCullagh and Nelder 1989"),
        "gammaDeviance": Entry("deviance a row", "McCullagh and Nelder 1989"),
        "confusion": Entry("rows, or their weights", "scikit-learn `confusion_matrix`"),
        "topK": Entry(share, "scikit-learn `top_k_accuracy_score`"),
        // Drift
        "populationStabilityIndex": Entry("nats", "Siddiqi 2006"), "jensenShannonDistance": Entry(share, "Lin 1991"),
        "hellingerDistance": Entry(share, "Hellinger 1909"), "ColumnDrift.kolmogorovSmirnov": Entry(share, "Smirnov 1939; Hodges 1957"),
        "chiSquare": Entry("", "Pearson 1900"), "wassersteinDistance": Entry("as the column", "Vallender 1974"),
        "normedWassersteinDistance": Entry("standard deviations", "Evidently, `wasserstein`"), "cramerVonMises": Entry("statistic", "Anderson 1962"),
        "cramerVonMisesPValue": Entry("probability", "Anderson and Darling 1952"), "missingDifference": Entry("difference of shares", "counted"),
        "maximumMissingDifference": Entry("difference of shares", "declared"),
        "driftedShare": Entry(share, "Evidently `DriftedColumnsCount`"), "missingShare": Entry(share, "counted"),
        "cramersV": Entry(share, "Bergsma 2013"),
        "labelStability": Entry("nats", "Siddiqi 2006"), "predictionStability": Entry("nats", "Siddiqi 2006"),
        "accuracyChange": Entry("difference of shares", "bounds Newcombe 1998, Bonferroni over windows"),
        "domainClassifier": Entry("", "Lopez-Paz and Oquab 2017"),
        // Comparison
        "notWorse": Entry("", "DeLong et al. 1988; McNemar 1947; Efron 1979; Student 1908; Diebold and Mariano 1995"),
        "nonInferior": Entry("", "Tango 1998; DeLong et al. 1988; Efron 1979; Student 1908"),
        "margin": Entry("difference of figures, or share of a loss", "declared"), "confidence": Entry("probability", "declared"),
        "power": Entry("probability", "Blackwelder 1982"), "pValue": Entry("probability"), "adjusted": Entry("probability", "Holm 1979"),
        "statistic": Entry("statistic"),
        // Data
        "newest": Entry("RFC 3339"), "validUntil": Entry("RFC 3339"), "date": Entry("RFC 3339"),
        // Explanation
        "explanation": Entry("", "Lundberg and Lee 2017"), "additivityError": Entry("log-odds", "Lundberg and Lee 2017, local accuracy"),
        "FeatureImportance.value": Entry("log-odds", "Lundberg et al. 2020"),
        "share": Entry(share, "Proviso"), "protectedShare": Entry(share, "Proviso"), "proxyShare": Entry(share, "Proviso; Bergsma 2013"),
        "acrossSeeds": Entry("−1 to 1", "Spearman 1904"), "acrossRows": Entry("−1 to 1", "Spearman 1904"),
        "acrossBackgrounds": Entry("−1 to 1", "Spearman 1904"), "acrossModels": Entry("−1 to 1", "Spearman 1904"),
        "rankCorrelation": Entry("−1 to 1", "Spearman 1904"), "ndcg": Entry(share, "Järvelin and Kekäläinen 2002"),
        "faithfulness": Entry("", "Petsiuk, Das and Saenko 2018"), "deletion": Entry("log-odds", "Petsiuk, Das and Saenko 2018"),
        "insertion": Entry("log-odds", "Petsiuk, Das and Saenko 2018"),
        "deletionArea": Entry("log-odds", "Petsiuk, Das and Saenko 2018"), "insertionArea": Entry("log-odds", "Petsiuk, Das and Saenko 2018"),
        "randomDeletionArea": Entry("log-odds", "Petsiuk, Das and Saenko 2018"),
        "randomInsertionArea": Entry("log-odds", "Petsiuk, Das and Saenko 2018"), "gain": Entry("log-odds", "Proviso"),
        "trainingShare": Entry(share, "Lundberg et al. 2020"), "testShare": Entry(share, "Lundberg et al. 2020"),
        "AttributionChange.difference": Entry("log-odds", "Welch 1947"), "AttributionChange.lower": Entry("log-odds", "Welch 1947"),
        "AttributionChange.upper": Entry("log-odds", "Welch 1947"), "distance": Entry(share, "Smirnov 1939"),
        "AttributionGap.difference": Entry("log-odds", "Proviso"),
        "FeatureImportance.lower": Entry("log-odds", "normal, of a mean"), "FeatureImportance.upper": Entry("log-odds", "normal, of a mean"),
    ]
}
