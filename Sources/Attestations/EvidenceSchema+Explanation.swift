extension EvidenceSchema {
    static let explanation = EvidenceObject(
        "ExplanationEvidence", "What contributed to predictions (Lundberg and Lee 2017; Janzing et al. 2020).",
        [
            EvidenceField("method", .string, "`interventional`: exact TreeSHAP against a background."),
            EvidenceField("rows", .integer, "Test rows that were explained."),
            EvidenceField("background", .string, "The digest of the background's numbers."),
            EvidenceField("additivityError", .number, "The largest |Σφ − (prediction − base)|, in log-odds."),
            EvidenceField(
                "features",
                .map(
                    .object(
                        EvidenceObject(
                            "FeatureImportance", "How much a feature contributes.",
                            [
                                EvidenceField("value", .number, "mean |φ| over the rows, in log-odds."),
                                EvidenceField("share", .number, "Of the sum over all features."),
                                EvidenceField("lower", .number, "The lower end of the 95 % interval.", undefinedWhen: "one row was explained"),
                                EvidenceField("upper", .number, "Its upper end.", undefinedWhen: "one row was explained"),
                            ]))), "By feature."),
            EvidenceField("protectedShare", .number, "The share of all attribution on features that are protected attributes."),
            EvidenceField(
                "proxyShare", .number,
                "The share on other features whose Cramér's V with a protected attribute is `explanation.proxyThreshold` or more."),
            EvidenceField(
                "proxies",
                .map(
                    .object(
                        EvidenceObject(
                            "Proxy", "The protected attribute that a feature tells most of.",
                            [
                                EvidenceField("attribute", .string, "The attribute."),
                                EvidenceField(
                                    "cramersV", .number, "Bias-corrected Cramér's V on the training rows (Bergsma 2013); numbers in deciles."),
                            ]))), "By feature that is no protected attribute.", undefinedWhen: "a column has one value only"),
            EvidenceField(
                "stability",
                .object(
                    EvidenceObject(
                        "ExplanationStability", "Spearman's correlation of the features' importances.",
                        [
                            EvidenceField(
                                "acrossRows", .number, "Between every other row and the rest.", undefinedWhen: "there is one feature or row"),
                            EvidenceField(
                                "acrossBackgrounds", .number, "Between two backgrounds that share no row.", undefinedWhen: "there is one feature"),
                        ])), "Whether other rows or another background would tell another story."),
            EvidenceField(
                "groups",
                .map(
                    .object(
                        EvidenceObject(
                            "AttributionGap", "The feature whose mean attribution differs most between two groups.",
                            [
                                EvidenceField("feature", .string, "The feature."),
                                EvidenceField("difference", .number, "Largest minus smallest mean φ of groups of ten rows or more, in log-odds."),
                                EvidenceField("share", .number, "Of the mean sum of |φ|."),
                            ]))), "By protected attribute that falls into groups.", undefinedWhen: "fewer than two groups have ten rows"),
        ])
}
