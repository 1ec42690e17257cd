extension EvidenceSchema {
    private static let averaged = EvidenceObject(
        "AveragedEstimate", "A figure of classes as one.",
        [
            EvidenceField("macro", .object(estimate), "Every class counts alike.", undefinedWhen: "some class has none"),
            EvidenceField("weighted", .object(estimate), "By the classes' rows.", undefinedWhen: "some class has none"),
            EvidenceField("micro", .object(estimate), "Every row counts alike.", undefinedWhen: "the figure is an area under curves"),
        ])

    static let multiclass = EvidenceObject(
        "MulticlassEvidence", "Performance of a classifier of several classes on the test split. The class with the highest score is predicted.",
        multiclassFields)

    /// Of out-of-fold scores.
    static let heldOutClasses = EvidenceObject("OutOfFoldClasses", "The same of all out-of-fold scores.", multiclassFields)

    private static let multiclassFields =
        [
            EvidenceField("classes", .list(.string), "In the order of the confusion matrix."),
            EvidenceField("confusion", .list(.list(.number)), "Rows of true class i predicted as class j."),
            EvidenceField("accuracy", .object(estimate), "Rows whose class is predicted, of all."),
            EvidenceField("precision", .object(averaged), "Of the rows predicted as a class, those of it."),
            EvidenceField("recall", .object(averaged), "Of a class's rows, those predicted as it."),
            EvidenceField("f1", .object(averaged), "2·TP / (2·TP + FP + FN) of a class."),
            EvidenceField(
                "cohenKappa", .object(estimate), "Agreement beyond chance, (pₒ − pₑ) / (1 − pₑ) (Cohen 1960).",
                undefinedWhen: "labels and predictions are all of one class"),
            EvidenceField(
                "rocAUC", .object(averaged), "The area under a class's ROC curve against the rest.", undefinedWhen: "some class has all rows or none"),
            EvidenceField(
                "topK", .object(estimate), "Rows whose class is among the two with the highest scores.", undefinedWhen: "there are two classes only"),
            EvidenceField(
                "logLoss", .object(estimate), "−mean(ln p of the true class), p clipped to [ε, 1−ε] with ε = 2⁻⁵².",
                undefinedWhen: "some row's scores do not sum to 1, within 0.01"),
        ]

    static let regression = EvidenceObject(
        "RegressionEvidence", "How far predicted numbers are from true ones, on the test split.", regressionFields)

    /// Of out-of-fold predictions.
    static let heldOutNumbers = EvidenceObject("OutOfFoldNumbers", "The same of all out-of-fold predictions.", regressionFields)

    private static let regressionFields =
        [
            EvidenceField("rows", .integer, "Rows that are measured."),
            EvidenceField("rootMeanSquaredError", .object(estimate), "√mean((y − ŷ)²)."),
            EvidenceField("meanAbsoluteError", .object(estimate), "mean(|y − ŷ|)."),
            EvidenceField(
                "meanAbsolutePercentageError", .object(estimate), "mean(|(y − ŷ) / y|).", undefinedWhen: "some true number is zero"),
            EvidenceField("r2", .object(estimate), "1 − Σ(y − ŷ)² / Σ(y − ȳ)².", undefinedWhen: "all true numbers are the same"),
            EvidenceField("quantileLoss", .object(estimate), "mean(q·max(y − ŷ, 0) + (1 − q)·max(ŷ − y, 0)), q the task's quantile or 0.5."),
            EvidenceField(
                "poissonDeviance", .object(estimate), "mean(2(y·ln(y/ŷ) − y + ŷ)).",
                undefinedWhen: "a prediction is not above zero, or a true number below it"),
            EvidenceField(
                "gammaDeviance", .object(estimate), "mean(2(ln(ŷ/y) + y/ŷ − 1)).", undefinedWhen: "a prediction or a true number is not above zero"),
        ]
}
