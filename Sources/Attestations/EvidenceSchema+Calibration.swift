extension EvidenceSchema {
    private static let errors = [
        EvidenceField("expectedCalibrationError", .object(estimate), "Σ nₖ/n · |observed rate − mean score| over ten bins."),
        EvidenceField("maximumCalibrationError", .object(estimate), "max |observed rate − mean score| over the bins."),
        EvidenceField(
            "hosmerLemeshow",
            .object(
                EvidenceObject(
                    "HosmerLemeshow", "The test of Hosmer and Lemeshow.",
                    [
                        EvidenceField("statistic", .number, "χ² with the number of bins less 2 degrees of freedom."),
                        EvidenceField("pValue", .number, "Its p-value."),
                    ])), "Whether the bins' rates are those of their scores.",
            undefinedWhen: "fewer than three bins have rows, or some bin's mean score is 0 or 1 and a label of it disagrees"),
        EvidenceField(
            "bins",
            .list(
                .object(
                    EvidenceObject(
                        "CalibrationBin", "One point of the reliability curve.",
                        [
                            EvidenceField("rows", .integer, "Its rows."), EvidenceField("predicted", .number, "Their mean score."),
                            EvidenceField("observed", .object(estimate), "The share of them whose label is positive."),
                        ]))), "The reliability curve."),
    ]

    static let calibration = EvidenceObject(
        "CalibrationEvidence", "How far scores are the chances that they claim to be, on the test split.",
        [EvidenceField("binning", .string, "`quantile`: bins of about as many rows each.")] + errors + [
            EvidenceField(
                "groups",
                .map(
                    .map(
                        .object(
                            EvidenceObject(
                                "GroupCalibration", "The same of one group's rows, in bins of their own.",
                                [EvidenceField("rows", .integer, "Its rows.")] + errors)))), "By protected attribute and group.",
                undefinedWhen: "the model has no protected columns")
        ])
}
