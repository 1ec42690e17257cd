extension EvidenceSchema {
    /// Sections about a model beside another, beside itself, and beside others that are judged with it.
    static let comparisons = [
        EvidenceField(
            Section.comparison.rawValue, .object(comparison),
            "The model beside the one that the baseline environment has live, both on the test rows as they are now. A policy with `baseline: ifPresent` does not apply its rules that read it where nothing is live.",
            undefinedWhen: "nothing is live"),
        EvidenceField(
            Section.significance.rawValue, .object(significance),
            "The tests of groups and of the comparison, corrected over everything that the gate or the reconcile run tested anew.",
            undefinedWhen: "the task is not binary classification and nothing is live"),
        EvidenceField(
            Section.conceptDrift.rawValue, .object(conceptDrift),
            "Whether decisions stay as good over the test rows in the order of time (`evaluation.conceptDrift`).",
            undefinedWhen: "the task is not binary classification"),
        EvidenceField(
            Section.predictionDrift.rawValue, .object(drift),
            "Prediction drift: how far the scores of test rows lie from those of training rows, as `evidence.drift` has it of columns. The column is `score`; `score:…` of each of several classes; `prediction` of numbers. Training rows are those that the model learnt from."
        ),
        EvidenceField(
            Section.domainClassifier.rawValue,
            .object(
                EvidenceObject(
                    "DomainClassifierEvidence", "A classifier that was trained to tell test rows from training rows (Lopez-Paz and Oquab 2017).",
                    [
                        EvidenceField(
                            "rocAUC", .object(estimate),
                            "The area under its ROC curve, by two halves each scored by boosted trees (40 of depth 4) trained on the other, of at most 20,000 rows of each side: 0.5 if it cannot. DeLong's bounds take the trees as given.",
                            undefinedWhen: "a side has fewer than 20 rows")
                    ])), "Whether a classifier can tell the test rows from the training rows, by all features at once."),
    ]

    static let thresholds = EvidenceObject(
        "ThresholdsEvidence", "The points of the ROC, precision–recall, gain and lift curves.",
        [
            EvidenceField(
                "points",
                .list(
                    .object(
                        EvidenceObject(
                            "ThresholdPoint",
                            "What one threshold would decide. ROC: `truePositiveRate` over `falsePositiveRate`; precision and recall: `precision` over `truePositiveRate`; gain: `truePositiveRate` over `selectionRate`; lift: their ratio over `selectionRate`. Bounds are of this threshold: of one that was chosen on the same rows they are too narrow.",
                            [
                                EvidenceField("threshold", .number, "A score at or above it is a positive prediction."),
                                EvidenceField("truePositiveRate", .object(estimate), "TP / (TP + FN).", undefinedWhen: "there is no positive row"),
                                EvidenceField("falsePositiveRate", .object(estimate), "FP / (FP + TN).", undefinedWhen: "there is no negative row"),
                                EvidenceField("precision", .object(estimate), "TP / (TP + FP)."),
                                EvidenceField("selectionRate", .object(estimate), "(TP + FP) / n."),
                            ]))),
                "From the highest score down to the lowest, which selects every row. Every distinct score where there are at most 100; else, for each whole percentage, the highest score that selects at least so many of the rows."
            )
        ])

    static let leastCost = EvidenceObject(
        "LeastCost", "The threshold with the least expected cost on the test split, by `evaluation.costs` (Elkan 2001).",
        [
            EvidenceField("threshold", .number, "The threshold: (c₁·FP + c₂·FN) / n is least; the highest of several."),
            EvidenceField("cost", .number, "That cost a row, in the unit of `evaluation.costs`."),
            EvidenceField("costAtThreshold", .number, "The same at the model's own threshold."),
            EvidenceField(
                "intervals", .map(.object(driftInterval)),
                "95 % bounds of `cost` and `costAtThreshold`: Wilson's of both shares of errors, combined. Those of `cost` are for its threshold as if it were given: that it was chosen on the same rows makes the cost look lower than it will be."
            ),
        ])

    private static func question(_ name: String, _ text: String, _ passes: String, _ pValue: String, _ others: [EvidenceField]) -> EvidenceObject {
        EvidenceObject(
            name, text,
            [
                EvidenceField("passes", .boolean, passes),
                EvidenceField(
                    "isComplete", .boolean,
                    "Whether every figure of every group was compared. Of `omitted`, what another figure speaks for (R² of one truth, errors where neither model errs) does not count."
                ),
                EvidenceField("confidence", .number, "`evaluation.comparison.confidence`."),
                EvidenceField(
                    "results",
                    .map(
                        .object(
                            EvidenceObject(
                                name + "Result", "One figure of both models.",
                                [
                                    EvidenceField("champion", .number, "The live model's."), EvidenceField("challenger", .number, "The model's."),
                                    EvidenceField("difference", .object(estimate), "Challenger minus champion."),
                                    EvidenceField("pValue", .number, pValue),
                                    EvidenceField(
                                        "adjusted", .number, "After Holm over all figures of the comparison; for `nonInferior` the same as `pValue`."),
                                    EvidenceField("passes", .boolean, "Whether this figure does."),
                                    EvidenceField(
                                        "method", .string,
                                        "`DeLong` (1988) of `rocAUC`; `McNemar` (1947, exact) of `accuracy`, `paired normal` of weighted rows; `paired bootstrap` of `f1` and `macroF1`, 500 replicates (of more than 5,000 cells of truth and both decisions `paired t` of what rows add to it); `paired t` of the rest: the mean over the rows of their loss under the challenger less that under the champion, for `nonInferior` less the margin too, divided by its standard error, against Student's distribution. `nonInferior` is no surer than rows that the sample has not got let it be (the rule of three, Hanley and Lippman-Hand 1983): at least (1 − q)ⁿ, where q is the share of rows that would make up for what the mean falls short of the margin if each got worse by the dearest row's cost (of `r2` at least the truth's variance, of `rocAUC`, `accuracy`, `f1` and `macroF1` 1) more than any did; `f1` and `macroF1` no surer than Tango's score of as many rows."
                                    ),
                                ] + others))),
                    "Of two classes by `rocAUC`, `accuracy`, `f1` and `logLoss`; of several by `accuracy`, `logLoss` and `macroF1`; of numbers by `rootMeanSquaredError`, `meanAbsoluteError` and `r2`, of `count` by `poissonDeviance` too, of `quantile` by `quantileLoss` alone. Each also with `/group` behind it (`/attribute=group` of several attributes). On the same rows R² falls as squared errors rise: `notWorse` has one p-value for both."
                ),
            ])
    }

    static let comparison = EvidenceObject(
        "ComparisonEvidence", "Champion (live) and challenger (the model) on the same rows.",
        [
            EvidenceField(
                "champion",
                .object(
                    EvidenceObject(
                        "Champion", "What is live.",
                        [
                            EvidenceField("model", .string, "SHA-256 of its artefact."),
                            EvidenceField("threshold", .number, "Where it decides.", undefinedWhen: "the task is not binary classification"),
                            EvidenceField("isSameModel", .boolean, "Whether it is the model itself."),
                            EvidenceField(
                                "isSameData", .boolean,
                                "Whether it was trained on these very data. Of others, with a random split, it may have learnt some of the rows that it is tested on here.",
                                undefinedWhen: "a pipeline makes the data"),
                        ])), "The live model."),
            EvidenceField(
                "notWorse",
                .object(
                    question(
                        "NotWorse",
                        "Fails where the model is significantly worse: two equal models fail once in twenty, over all figures and groups.",
                        "Whether all figures that were compared do. What was not compared, such as a small group, does not block: ask for `isComplete` too where it must.",
                        "One-sided, of no difference against worse.", [])), "Is it shown to be worse?"),
            EvidenceField(
                "nonInferior",
                .object(
                    question(
                        "NonInferior", "Fails until it is shown that the model is at most the margin worse.",
                        "Whether all figures do and `isComplete`: what was not compared is not shown. The live model beside itself passes.",
                        "One-sided, of worse by the margin against less.",
                        [EvidenceField("power", .number, "The chance that these rows show it of two equal models (normal approximation).")])),
                "Is it shown not to be worse by the margin?"),
            EvidenceField(
                "margin", .number,
                "`evaluation.comparison.margin`: in units of the figure; of a loss (`logLoss`, the errors, `poissonDeviance`, `quantileLoss`) a share of the champion's."
            ),
            EvidenceField(
                "omitted", .map(.string), "Groups that are not compared, by their names, and figures that are not (`rocAUC/group`), and why."),
        ])

    private static let corrected = EvidenceObject(
        "CorrectedTest", "A test among all of the run.",
        [
            EvidenceField("pValue", .number, "As the test gave it."),
            EvidenceField("holm", .number, "Bounds the chance of any false alarm over the run (Holm 1979)."),
            EvidenceField("benjaminiHochberg", .number, "Bounds the share of false alarms among the alarms (Benjamini and Hochberg 1995)."),
        ])

    static let significance = EvidenceObject(
        "SignificanceEvidence", "p-values corrected over a family: the tests of all models and attributes that the run made anew.",
        [
            EvidenceField("tests", .integer, "Tests of the family."), EvidenceField("models", .list(.string), "Whose tests it holds."),
            EvidenceField(
                "fairness", .map(.map(.map(.object(corrected)))),
                "By attribute, by measure (`selectionRate`, `truePositiveRate`, `falsePositiveRate`, `positivePredictiveValue`), by group: as `evidence.fairness` has it among `comparisons`."
            ),
            EvidenceField(
                "comparison", .map(.object(corrected)),
                "By figure: as `evidence.comparison.notWorse` has it. A model beside itself is no test of the family, and has 1.",
                undefinedWhen: "nothing is live"),
        ])

    private static let alarms = EvidenceObject(
        "StreamAlarms", "What a detector found.",
        [
            EvidenceField("count", .integer, "Changes that it found."), EvidenceField("rows", .list(.integer), "At which rows, from 1."),
            EvidenceField("firstRow", .integer, "The first of them.", undefinedWhen: "it found none"),
        ])

    static let conceptDrift = EvidenceObject(
        "ConceptDriftEvidence", "Test rows in the order of time.",
        [
            EvidenceField("rows", .integer, "Rows whose weight is not zero; the others are no part of the stream."),
            EvidenceField(
                "undefined", .string, "Why there are no alarms, windows and distances.", undefinedWhen: "there are"),
            EvidenceField(
                "weighting", .string,
                "What weights do: windows, `accuracyChange`, `labelStability` and `predictionStability` count rows by weight; the detectors, whose definitions have no weights, count every row once.",
                undefinedWhen: "the data set has no column of weights, all weights are alike, or alarms are"),
            EvidenceField(
                "alarms", .map(.object(alarms)),
                "By detector: `adwin` (Bifet and Gavaldà 2007), `ddm` (Gama et al. 2004) and `pageHinkley` (Page 1954) of the errors, `labelAdwin` of the labels, `predictionAdwin` of the scores; settings as river has them. Rows count once, whatever their weight.",
                undefinedWhen: "there are fewer rows than two windows of 30"),
            EvidenceField("warnings", .integer, "Rows at which DDM warned.", undefinedWhen: "alarms are"),
            EvidenceField(
                "accuracyChange", .object(estimate),
                "The lowest accuracy of a window less that of the first; its interval holds for all windows at once.",
                undefinedWhen: "alarms are"),
            EvidenceField(
                "labelStability", .number, "Population stability index of the last window's labels against the first's.", undefinedWhen: "alarms are"),
            EvidenceField(
                "predictionStability", .number, "The same of the scores, over tenths of the first window's.", undefinedWhen: "alarms are"),
            EvidenceField(
                "intervals", .map(.object(driftInterval)),
                "95 % bounds of `labelStability` and `predictionStability`, as of a column's `populationStabilityIndex`; none where all rows are alike.",
                undefinedWhen: "alarms are"),
            EvidenceField(
                "windows",
                .list(
                    .object(
                        EvidenceObject(
                            "PerformanceWindow", "Rolling performance: rows after one another.",
                            [
                                EvidenceField("firstRow", .integer, "The first row, from 1."), EvidenceField("rows", .integer, "Its rows."),
                                EvidenceField("accuracy", .object(estimate), "Rows decided rightly, of all."),
                                EvidenceField("rocAUC", .object(estimate), "Area under the ROC curve.", undefinedWhen: "it has one class only"),
                                EvidenceField("positives", .object(estimate), "The share of positive labels."),
                                EvidenceField("selected", .object(estimate), "The share of positive decisions."),
                            ]))), "Windows of `evaluation.conceptDrift.window` rows.", undefinedWhen: "alarms are"),
        ])
}
