extension EvidenceUnits {
    private static let paired = "DeLong et al. 1988; McNemar 1947; Efron 1979; Student 1908; Diebold and Mariano 1995"
    private static let shown = "DeLong et al. 1988; Tango 1998; Efron 1987"

    /// Of fields whose names mean something else in other types.
    static let byType: [String: Entry] = [
        "ModelEvidence.dualityGap": Entry("as the Lagrangian: error plus violations", "Agarwal et al. 2018"),
        "PerformanceEvidence.threshold": Entry("score", "declared, or chosen in validation"), "LeastCost.threshold": Entry("score", "Elkan 2001"),
        "ThresholdPoint.threshold": Entry("score", "scikit-learn `roc_curve`"),
        "ThresholdPoint.truePositiveRate": Entry(share, "scikit-learn `roc_curve`; bounds Wilson 1927"),
        "ThresholdPoint.falsePositiveRate": Entry(share, "scikit-learn `roc_curve`; bounds Wilson 1927"),
        "ThresholdPoint.precision": Entry(share, "scikit-learn `precision_recall_curve`; bounds Wilson 1927"),
        "ThresholdPoint.selectionRate": Entry(share, "counted; bounds Wilson 1927"),
        // Tasks
        "AveragedEstimate.macro": Entry(share, "Sokolova and Lapalme 2009"), "AveragedEstimate.micro": Entry(share, "Sokolova and Lapalme 2009"),
        "AveragedEstimate.weighted": Entry(share, "scikit-learn `average=\"weighted\"`"),
        "HosmerLemeshow.statistic": Entry("statistic", "Hosmer and Lemeshow 1980"),
        "HosmerLemeshow.pValue": Entry("probability", "Hosmer and Lemeshow 1980"),
        // Fairness
        "Significance.choicePValue": Entry("probability", "Bonferroni, over all pairs of groups"),
        "Significance.pValue": Entry("probability", "Fisher 1922; Pearson 1900"), "Independence.statistic": Entry("statistic", "Pearson 1900"),
        "Independence.pValue": Entry("probability", "Pearson 1900"),
        // Data
        "ColumnProfile.minimum": Entry("as the column", "pandas `min`"), "ColumnProfile.maximum": Entry("as the column", "pandas `max`"),
        "ColumnProfile.mean": Entry("as the column", "pandas `mean`"), "ColumnProfile.deviation": Entry("as the column", "pandas `std(ddof=0)`"),
        "ColumnProfile.personalData": Entry("count", "counted; ISO/IEC 7812-1, ISO 13616"),
        "DataQualityEvidence.personalData": Entry("count", "counted; ISO/IEC 7812-1, ISO 13616"),
        // Training
        "AcrossFolds.mean": Entry("as the figure", "Kohavi 1995"), "AcrossFolds.deviation": Entry("as the figure", "Kohavi 1995"),
        "CalibrationFit.before": Entry(share, "Naeini, Cooper and Hauskrecht 2015"), "CalibrationFit.after": Entry(share, "Naeini et al. 2015"),
        "ChosenThreshold.value": Entry("score", "Proviso"), "ChosenThreshold.reached": Entry("as the objective", "as the objective's"),
        "ChosenThreshold.constraints": Entry("as their measures", "as the measures'"),
        "GroupRule.first": Entry("score", "Hardt, Price and Srebro 2016"), "GroupRule.second": Entry("score", "Hardt, Price and Srebro 2016"),
        "GroupRule.firstShare": Entry("probability", "Hardt, Price and Srebro 2016"),
        "GroupRule.ignored": Entry("probability", "fairlearn `ThresholdOptimizer`, `p_ignore`"),
        "TradeoffEffect.changedDecisions": Entry(share, "counted; bounds Wilson 1927"),
        "TradeoffEvidence.changedDecisions": Entry(share, "counted; bounds Wilson 1927"),
        "WithAndWithout.with": Entry("as the figure", "as the figure's"), "WithAndWithout.without": Entry("as the figure", "as the figure's"),
        "WithAndWithout.change": Entry("difference of figures", "bounds Tango 1998; Efron 1979"),
        "AreaWithAndWithout.with": Entry(share, "Hanley and McNeil 1982; bounds DeLong et al. 1988"),
        "AreaWithAndWithout.without": Entry(share, "Hanley and McNeil 1982; bounds DeLong et al. 1988"),
        "Trial.effort": Entry(share, "Jamieson and Talwalkar 2016; Li et al. 2018"), "Trial.violation": Entry("as the measures, summed", "Deb 2000"),
        "Trial.measures": Entry("as the measures", "as the measures'"), "SearchBudget.cpuSeconds": Entry("seconds", "declared"),
        "SearchBudget.joules": Entry("joules", "declared"), "SearchBudget.spentCPUSeconds": Entry("seconds", "measured"),
        "SearchBudget.spentJoules": Entry("joules", "Proviso"),
        // Cost and size
        "ResourcesEvidence.cpuSeconds": Entry("seconds", "measured"), "StepResources.cpuSeconds": Entry("seconds", "measured"),
        "ResourcesEvidence.wallSeconds": Entry("seconds", "measured"), "StepResources.wallSeconds": Entry("seconds", "measured"),
        "ResourcesEvidence.peakMemoryBytes": Entry("bytes", "measured"), "StepResources.peakMemoryBytes": Entry("bytes", "measured"),
        "ResourcesEvidence.joules": Entry("joules", "measured, or modelled as Docs/Operators.md says"),
        "StepResources.joules": Entry("joules", "measured, or modelled as Docs/Operators.md says"),
        "ResourcesEvidence.gramsCO2e": Entry("g CO₂e", "ISO/IEC 21031:2024, E · I"),
        "StepResources.gramsCO2e": Entry("g CO₂e", "ISO/IEC 21031:2024, E · I"),
        "FootprintEvidence.operationsPerRow": Entry("operations a row", "Proviso"),
        "DistillationEvidence.teacherBytes": Entry("bytes", "counted"), "DistillationEvidence.sizeRatio": Entry("ratio", "counted"),
        "DistillationEvidence.agreement": Entry(share, "Stanton et al. 2021; bounds Wilson 1927"),
        "DistillationEvidence.meanDistance": Entry("as the prediction", "Willmott and Matsuura 2005"),
        "DistillationEvidence.largestDistance": Entry("as the prediction", "Chebyshev's distance"),
        "DataProxy.lower": Entry(share, "Bishop, Fienberg and Holland 1975"), "DataProxy.upper": Entry(share, "Bishop, Fienberg and Holland 1975"),
        "StrongestFeature.lower": Entry(share, "DeLong et al. 1988"), "StrongestFeature.upper": Entry(share, "DeLong et al. 1988"),
        // Drift
        "DriftTest.statistic": Entry("statistic", "Smirnov 1939; Pearson 1900"),
        "DriftTest.pValue": Entry("probability", "Hodges 1957; Pearson 1900"),
        "ColumnDrift.score": Entry("as `method` says", "as the method's"), "DriftInterval.lower": Entry("as the distance", "as `method` says"),
        "DriftInterval.upper": Entry("as the distance", "as `method` says"),
        "StreamAlarms.rows": Entry("row, from 1", "counted"), "PerformanceWindow.positives": Entry(share, "bounds Wilson 1927"),
        "PerformanceWindow.selected": Entry(share, "bounds Wilson 1927"),
        // Comparison
        "Champion.threshold": Entry("score", "declared, or chosen in validation"),
        "NotWorseResult.champion": Entry("as the figure", "as `evidence.performance`'s, `multiclass`'s or `regression`'s"),
        "NotWorseResult.challenger": Entry("as the figure", "as `evidence.performance`'s, `multiclass`'s or `regression`'s"),
        "NotWorseResult.difference": Entry("difference of figures", shown), "NotWorseResult.pValue": Entry("probability", paired),
        "NonInferiorResult.champion": Entry("as the figure", "as `evidence.performance`'s, `multiclass`'s or `regression`'s"),
        "NonInferiorResult.challenger": Entry("as the figure", "as `evidence.performance`'s, `multiclass`'s or `regression`'s"),
        "NonInferiorResult.difference": Entry("difference of figures", shown), "NonInferiorResult.pValue": Entry("probability", shown),
        "CorrectedTest.pValue": Entry("probability", "as the test's"),
        // Explanation
        "ReasonsEvidence.acrossBackgrounds": Entry(share, "Jaccard 1912"), "ReasonsEvidence.maximum": Entry("count", "declared"),
        "ReasonShare.first": Entry(share, "counted"), "ReasonShare.any": Entry(share, "counted"),
    ]
}
