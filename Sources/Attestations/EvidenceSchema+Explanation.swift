extension EvidenceSchema {
    private static let importance = EvidenceObject(
        "FeatureImportance", "How much a feature contributes.",
        [
            EvidenceField("value", .number, "mean |φ| over the rows, in log-odds."),
            EvidenceField("share", .number, "Of the sum over all features."),
            EvidenceField("lower", .number, "The lower end of the 95 % interval.", undefinedWhen: "one row was explained"),
            EvidenceField("upper", .number, "Its upper end.", undefinedWhen: "one row was explained"),
        ])

    static let explanation = EvidenceObject(
        "ExplanationEvidence", "What contributed to predictions (Lundberg and Lee 2017; Janzing et al. 2020).",
        [
            EvidenceField(
                "method", .string,
                "`interventional` (TreeSHAP) or `linear`: exact against a background; `kernel` or `permutation`: sampled, as `explanation.method` asks."
            ),
            EvidenceField("rows", .integer, "Test rows that were explained."),
            EvidenceField("background", .string, "The digest of the background's numbers."),
            EvidenceField("additivityError", .number, "The largest |Σφ − (prediction − base)|, in log-odds; of any output."),
            EvidenceField(
                "features",
                .map(
                    .object(
                        importance)), "By feature; of several classes the sum over them."),
            EvidenceField(
                "classes",
                .map(
                    .object(
                        EvidenceObject(
                            "ClassExplanation", "What contributes to a class's score.",
                            [EvidenceField("features", .map(.object(importance)), "By feature.")]))),
                "By class.", undefinedWhen: "the model has one output"),
            EvidenceField(
                "protectedShare", .number, "The share of all attribution on features that are protected attributes.",
                undefinedWhen: "no column is a protected attribute"),
            EvidenceField(
                "proxyShare", .number,
                "The share on other features whose Cramér's V with a protected attribute is `explanation.proxyThreshold` or more.",
                undefinedWhen: "no column is a protected attribute, or none varies"),
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
                            ]))), "By feature that is no protected attribute.",
                undefinedWhen: "a column has one value only, or no column is a protected attribute"),
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
                            EvidenceField(
                                "acrossModels", .number,
                                "The least between the model and any of `models` others, each trained on training rows drawn with replacement.",
                                undefinedWhen: "there is one feature, or `explanation.bootstrapModels` is 0"),
                            EvidenceField("models", .integer, "Models that were trained for it: `explanation.bootstrapModels`."),
                            EvidenceField(
                                "acrossSeeds", .number, "The least between the seed and either of two others.",
                                undefinedWhen: "nothing is sampled, or there is one feature"),
                        ])), "Whether other rows, another background, another sample of training rows or another seed would tell another story."),
            EvidenceField("reasons", .object(reasons), "The principal reasons of adverse decisions.", undefinedWhen: "`adverseReasons` is not given"),
            EvidenceField(
                "faithfulness",
                .object(
                    EvidenceObject(
                        "ExplanationFaithfulness",
                        "Deletion and insertion (Petsiuk et al. 2018): features in the order of their values, largest first.",
                        [
                            EvidenceField("rows", .integer, "Rows that features were taken from and given to: `explanation.faithfulnessRows`."),
                            EvidenceField("deletion", .list(.number), "The mean prediction, in log-odds, after 0, 1, … features were taken."),
                            EvidenceField("insertion", .list(.number), "After 0, 1, … features were given."),
                            EvidenceField("deletionArea", .number, "Under the curve over the share of features: small if faithful."),
                            EvidenceField("insertionArea", .number, "Large if faithful."),
                            EvidenceField("randomDeletionArea", .number, "The same for a random order."),
                            EvidenceField("randomInsertionArea", .number, "The same for a random order."),
                            EvidenceField(
                                "gain", .number, "Insertion area minus deletion area, less that of a random order: 0 for an order that knows nothing."
                            ),
                        ])), "Whether the features named first are those that move the prediction.",
                undefinedWhen: "`explanation.faithfulnessRows` is 0, or the model has several outputs"),
            EvidenceField(
                "drift",
                .object(
                    EvidenceObject(
                        "AttributionDrift", "Attributions of test rows beside those of as many training rows.",
                        [
                            EvidenceField("rankCorrelation", .number, "Spearman's, of importances.", undefinedWhen: "there is one feature"),
                            EvidenceField(
                                "ndcg", .number, "Of the training rows' importances in the order of the test rows'; 1: the same order.",
                                undefinedWhen: "nothing contributes"),
                            EvidenceField(
                                "features",
                                .map(
                                    .object(
                                        EvidenceObject(
                                            "AttributionChange", "How a feature's attribution changed.",
                                            [
                                                EvidenceField("trainingShare", .number, "Of mean |φ| over training rows."),
                                                EvidenceField("testShare", .number, "Over test rows."),
                                                EvidenceField(
                                                    "class", .string, "The class that the rest is of: the one whose φ moved furthest.",
                                                    undefinedWhen: "the model has one output"),
                                                EvidenceField("difference", .number, "Mean φ of test rows minus that of training rows, in log-odds."),
                                                EvidenceField(
                                                    "lower", .number, "The lower end of its 95 % interval (Welch).", undefinedWhen: "it does not vary"
                                                ),
                                                EvidenceField("upper", .number, "Its upper end.", undefinedWhen: "it does not vary"),
                                                EvidenceField("distance", .number, "Kolmogorov and Smirnov's, between the distributions of φ."),
                                            ]))), "By feature."),
                        ])), "Whether the model explains itself otherwise on test rows than on training rows."),
            EvidenceField(
                "groups",
                .map(
                    .object(
                        EvidenceObject(
                            "AttributionGap", "The feature whose mean attribution differs most between two groups.",
                            [
                                EvidenceField("feature", .string, "The feature."),
                                EvidenceField(
                                    "class", .string, "The class whose score it contributes to.", undefinedWhen: "the model has one output"),
                                EvidenceField("difference", .number, "Largest minus smallest mean φ of groups of ten rows or more, in log-odds."),
                                EvidenceField("share", .number, "Of the mean sum of |φ|."),
                            ]))), "By protected attribute that falls into groups.", undefinedWhen: "fewer than two groups have ten rows"),
        ])
}
