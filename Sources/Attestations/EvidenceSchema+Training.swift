extension EvidenceSchema {
    private static let heldOutPerformance = EvidenceObject(
        "OutOfFoldPerformance", "Of all out-of-fold scores, the mean over repetitions of figures and bounds.",
        [
            EvidenceField("rocAUC", .object(estimate), "Area under the ROC curve."),
            EvidenceField("logLoss", .object(estimate), "Mean logarithmic loss."), EvidenceField("brierScore", .object(estimate), "mean((p − y)²)."),
        ])
    private static let acrossFolds = EvidenceObject(
        "AcrossFolds", "How a figure differs between folds.",
        [
            EvidenceField("mean", .number, "Over the folds."), EvidenceField("deviation", .number, "Standard deviation of the sample."),
        ])

    static let validation = EvidenceObject(
        "ValidationEvidence", "Scores of training rows by models that never saw them, and what was fitted on them.",
        [
            EvidenceField("folds", .integer, "Parts that were held out."), EvidenceField("rows", .integer, "Training rows with a score."),
            EvidenceField(
                "performance",
                .object(heldOutPerformance), "Of two classes, before calibration.", undefinedWhen: "the task is another"),
            EvidenceField(
                "nested",
                .object(
                    EvidenceObject(
                        "NestedValidation",
                        "Of outer parts, with search, calibrator and thresholds fitted anew on the others (Cawley and Talbot 2010): the whole procedure's.",
                        [
                            EvidenceField("folds", .integer, "Outer parts."), EvidenceField("rows", .integer, "Rows that were measured."),
                            EvidenceField("acrossFolds", .map(.object(acrossFolds)), "By figure."),
                            EvidenceField("performance", .object(heldOutPerformance), "Of two classes.", undefinedWhen: "the task is another"),
                            EvidenceField("multiclass", .object(heldOutClasses), "Of several classes.", undefinedWhen: "the task is another"),
                            EvidenceField("regression", .object(heldOutNumbers), "Of numbers.", undefinedWhen: "the task is another"),
                            EvidenceField("accuracy", .object(estimate), "Of the decisions.", undefinedWhen: "the task is not of two classes"),
                        ])), "Nested validation.", undefinedWhen: "the spec says no 'outer'"),
            EvidenceField("multiclass", .object(heldOutClasses), "Of several classes, before calibration.", undefinedWhen: "the task is another"),
            EvidenceField("regression", .object(heldOutNumbers), "Of predicted numbers.", undefinedWhen: "the task is another"),
            EvidenceField(
                "acrossFolds",
                .map(
                    .object(acrossFolds)),
                "By figure: rocAUC, logLoss and accuracy of classes; of numbers rootMeanSquaredError, meanAbsoluteError and r2, of counts poissonDeviance for the last, of quantiles quantileLoss."
            ),
            EvidenceField(
                "calibration",
                .object(
                    EvidenceObject(
                        "CalibrationFit", "The calibrator.",
                        [
                            EvidenceField("method", .string, "platt, isotonic or beta."),
                            EvidenceField(
                                "before", .object(estimate),
                                "Expected calibration error of the out-of-fold scores; of several classes the mean of the classes' own."),
                            EvidenceField("after", .object(estimate), "The same of scores that are calibrated by the other folds' rows."),
                        ])), "What was fitted.", undefinedWhen: "none is declared"),
            EvidenceField(
                "threshold",
                .object(
                    EvidenceObject(
                        "ChosenThreshold", "The threshold.",
                        [
                            EvidenceField("value", .number, "At or above it a score is a positive decision."),
                            EvidenceField("objective", .string, "What it is best for."), EvidenceField("reached", .number, "The objective there."),
                            EvidenceField("candidates", .integer, "How many were compared."),
                            EvidenceField("constraints", .list(.number), "The constraints' measures there, in their order."),
                            EvidenceField(
                                "smallGroups", .map(.list(.string)),
                                "By attribute whose groups a constraint compares: those of fewer such rows than `evaluation.minimumGroupRows`, which it leaves out."
                            ),
                        ])), "What was chosen.", undefinedWhen: "the threshold is declared"),
            EvidenceField(
                "groupThresholds",
                .object(
                    EvidenceObject(
                        "FittedGroupThresholds", "Thresholds by group (Hardt, Price and Srebro 2016).",
                        [
                            EvidenceField("attribute", .string, "Whose groups."), EvidenceField("goal", .string, "What is made equal."),
                            EvidenceField("randomised", .boolean, "Whether draws decide for some rows, each row always alike."),
                            EvidenceField(
                                "groups",
                                .map(
                                    .object(
                                        EvidenceObject(
                                            "GroupRule", "How a group is decided.",
                                            [
                                                EvidenceField("first", .number, "A threshold; 2 selects nobody."),
                                                EvidenceField("second", .number, "Another."),
                                                EvidenceField("firstShare", .number, "The chance that the first decides."),
                                                EvidenceField("ignored", .number, "The share that is decided by chance alone."),
                                                EvidenceField("rows", .integer, "Of how many rows it was fitted."),
                                            ]))), "By group."),
                        ])), "What was fitted.", undefinedWhen: "none are declared"),
        ])

    private static let change = EvidenceObject(
        "WithAndWithout", "A figure of the model as declared, and without its mitigation.",
        [
            EvidenceField("with", .object(estimate), "As declared."), EvidenceField("without", .object(estimate), "Without."),
            EvidenceField(
                "change", .object(estimate),
                "With less without, on the same rows: of a share with Tango's bounds, of a gap between groups with those of a paired bootstrap, in which a quarter of a row of each group and label stands for either change that none of them shows."
            ),
        ])

    private static let effectFields = [
        EvidenceField("changedDecisions", .object(estimate), "The share of rows that are decided otherwise."),
        EvidenceField("accuracy", .object(change), "(TP + TN) / n."),
        EvidenceField(
            "attributes",
            .map(
                .object(
                    EvidenceObject(
                        "AttributeTradeoff", "Gaps between groups.",
                        [
                            EvidenceField("selectionRateRatio", .object(change), "Smallest over largest selection rate."),
                            EvidenceField("selectionRateDifference", .object(change), "Largest minus smallest selection rate."),
                            EvidenceField("equalizedOddsDifference", .object(change), "The larger of both rates' differences."),
                            EvidenceField(
                                "smallGroups", .list(.string), "Groups of fewer rows than `evaluation.minimumGroupRows`: reported, and not compared."),
                            EvidenceField(
                                "groups",
                                .map(
                                    .object(
                                        EvidenceObject(
                                            "GroupTradeoff", "A group's rates.",
                                            [
                                                EvidenceField("selectionRate", .object(change), "P(prediction positive)."),
                                                EvidenceField("truePositiveRate", .object(change), "P(prediction positive | label positive)."),
                                                EvidenceField("falsePositiveRate", .object(change), "P(prediction positive | label negative)."),
                                            ]))), "By group."),
                        ]))), "By protected attribute."),
    ]

    private static let effect = EvidenceObject("TradeoffEffect", "What one part did.", effectFields)

    static let tradeoff = EvidenceObject(
        "TradeoffEvidence",
        "What is done for groups gives and takes, on the test split, beside the same model without it, which is calibrated and has its threshold chosen alike.",
        [
            EvidenceField("methods", .list(.string), "What is declared, such as `reweighing`, `groupThresholds` or `thresholdConstraints`."),
            EvidenceField(
                "effects",
                .object(
                    EvidenceObject(
                        "TradeoffEffects", "What each part did, the other being the same.",
                        [
                            EvidenceField("training", .object(effect), "Of mitigation in training, decided without regard to groups."),
                            EvidenceField("decision", .object(effect), "Of deciding with regard to groups, added to that."),
                        ])), "The parts of the whole change.", undefinedWhen: "one of training and decision, and not both, does something for groups"),
            EvidenceField(
                "rocAUC",
                .object(
                    EvidenceObject(
                        "AreaWithAndWithout", "Areas under the ROC curve.",
                        [EvidenceField("with", .object(estimate), "As declared."), EvidenceField("without", .object(estimate), "Without.")])),
                "Of the scores."
            ),
            EvidenceField(
                "groupDependentDecisions", .boolean, "Whether a row's group decides with its score: thresholds by group, or a repair of its features."
            ),
            EvidenceField("jurisdictions", .list(.string), "Where the model decides, as its spec says."),
            EvidenceField("legalWarnings", .list(.string), "Laws of those jurisdictions that forbid such decisions, where any are known."),
            EvidenceField(
                "forbiddenByLaw", .boolean, "Whether there are such laws and such decisions.",
                undefinedWhen:
                    "decisions depend on groups, and the spec states no jurisdiction, or one whose law is not known to Proviso (all but US)"),
        ] + effectFields)

    private static let trial = EvidenceObject(
        "Trial", "One set of parameters that was tried.",
        [
            EvidenceField("number", .integer, "From 0, in order."), EvidenceField("effort", .number, "The share of `rounds` that it was given."),
            EvidenceField("violation", .number, "By how much it breaks the constraints in all."),
            EvidenceField("parameters", .map(.string), "As text, by name."), EvidenceField("measures", .map(.number), "By name."),
            EvidenceField("failure", .string, "Why it failed.", undefinedWhen: "it did not"),
            EvidenceField(
                "repeats", .integer, "The number of the earlier trial with the same parameters and effort, whose figures these are.",
                undefinedWhen: "its parameters were new"),
        ])

    static let search = EvidenceObject(
        "SearchEvidence", "Which parameters were tried, on held-out training rows.",
        [
            EvidenceField("trials", .integer, "How many, promotions included."), EvidenceField("failed", .integer, "How many of them failed."),
            EvidenceField("objectives", .list(.string), "What was made best; of several, the first decides among the front."),
            EvidenceField("best", .object(trial), "The one that the model is trained with."),
            EvidenceField(
                "budget",
                .object(
                    EvidenceObject(
                        "SearchBudget", "What the trials were allowed to cost, and did.",
                        [
                            EvidenceField("cpuSeconds", .number, "The limit in processor time.", undefinedWhen: "none is declared"),
                            EvidenceField("joules", .number, "The limit in energy.", undefinedWhen: "none is declared"),
                            EvidenceField("spentCPUSeconds", .number, "Processor time of all trials, as it was measured and recorded."),
                            EvidenceField("spentJoules", .number, "12 W for each of those seconds."),
                            EvidenceField("exhausted", .boolean, "Whether it ended the search before its trials were done."),
                        ])), "In time or energy.", undefinedWhen: "the search is limited by its trials only"),
            EvidenceField(
                "grid",
                .object(
                    EvidenceObject(
                        "SearchGrid", "How much of the grid was tried.",
                        [
                            EvidenceField("points", .integer, "How many it has."),
                            EvidenceField("leftOut", .integer, "Those that were not tried: the last, in the order of the parameters' names."),
                        ])), "Of a grid.", undefinedWhen: "the sampler is another"),
            EvidenceField(
                "smallGroups", .map(.list(.string)),
                "By attribute whose groups are compared: those of fewer such rows than `evaluation.minimumGroupRows`, which are left out."),
            EvidenceField("front", .list(.object(trial)), "Trials that no other beats in all objectives, none that repeats another."),
            EvidenceField("table", .list(.object(trial)), "All of them, in order."),
        ])
}
