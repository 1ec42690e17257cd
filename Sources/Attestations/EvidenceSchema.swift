/// Everything a policy can read as `evidence.…` (and as `baseline.…`, of what is live).
public enum EvidenceSchema {
    /// The sections of `evidence`, each filled by one kind of step.
    public enum Section: String, CaseIterable, Hashable, Sendable {
        case data, model, performance, multiclass, regression, calibration, fairness, individualFairness, explanation, dataQuality, drift, documents
        case validation, tradeoff, search, resources, footprint, distillation
        case comparison, significance, conceptDrift, predictionDrift, domainClassifier, thresholds
    }

    public static let root = EvidenceObject(
        "Evidence", "What was measured for one subject.",
        [
            EvidenceField(Section.data.rawValue, .object(data), "The data set and its split."),
            EvidenceField(Section.model.rawValue, .object(model), "The trained model as an artefact."),
            EvidenceField(Section.performance.rawValue, .object(performance), "Performance on the test split."),
            EvidenceField(
                Section.thresholds.rawValue, .object(thresholds), "What other thresholds would decide on the test split, whatever decides now.",
                undefinedWhen: "the task is not binary classification"),
            EvidenceField(
                Section.multiclass.rawValue, .object(multiclass), "Performance on the test split of a model of several classes.",
                undefinedWhen: "the task is another"),
            EvidenceField(
                Section.regression.rawValue, .object(regression), "How far predicted numbers are from true ones on the test split.",
                undefinedWhen: "the task predicts no number"),
            EvidenceField(
                Section.calibration.rawValue, .object(calibration), "How far scores are the chances that they claim to be, on the test split."),
            EvidenceField(
                Section.fairness.rawValue, .map(.object(attributeFairness)),
                "Group measures on the test split, keyed by protected attribute."),
            EvidenceField(
                Section.individualFairness.rawValue, .object(individualFairness), "How single test rows are treated, whatever their groups."),
            EvidenceField(Section.dataQuality.rawValue, .object(dataQuality), "What the data hold, and whether they are as expected."),
            EvidenceField(
                Section.documents.rawValue,
                .map(
                    .object(
                        EvidenceObject(
                            "SignedDocument", "A document that the model names.",
                            [
                                EvidenceField("path", .string, "Where it lies."), EvidenceField("digest", .string, "SHA-256 of its bytes."),
                                EvidenceField(
                                    "date", .string, "What its line `date:` says, in RFC 3339.",
                                    undefinedWhen: "none of its first twenty lines says so, or it lies after the decision"),
                                EvidenceField(
                                    "states", .map(.string),
                                    "What its first twenty lines say as `name: value`, the names in lower case: what a rule may compare with what is measured."
                                ),
                                EvidenceField("signers", .list(.string), "Whose signatures beside it verify, by `.proviso/allowed_signers`."),
                            ]))),
                "Documents, by the names that the Model spec gives them. Made by the judge's caller from files and signatures, not by a step.",
                undefinedWhen: "a document is not there"),
            EvidenceField(
                Section.validation.rawValue, .object(validation), "Out-of-fold scores of training rows, and what was fitted on them.",
                undefinedWhen: "the model declares no validation, calibration or chosen threshold"),
            EvidenceField(
                Section.tradeoff.rawValue, .object(tradeoff), "What mitigation gave and took, on the test split.",
                undefinedWhen: "the model declares no mitigation and no thresholds by group"),
            EvidenceField(
                Section.search.rawValue, .object(search), "Which parameters were tried.", undefinedWhen: "the model declares no search"),
            EvidenceField(
                Section.resources.rawValue, .object(resources),
                "What the work cost: CPU time, memory, energy, carbon. Measured while steps ran, and recorded beside the decision."),
            EvidenceField(
                Section.footprint.rawValue, .object(footprint),
                "How large the model is, and how much work a prediction takes. Compare `baseline.footprint`, of what is live."),
            EvidenceField(
                Section.distillation.rawValue, .object(distillation), "The model beside its teacher, on the test split.",
                undefinedWhen: "the model declares no teacher"),
            EvidenceField(Section.drift.rawValue, .object(drift), "How far the test rows' columns lie from the training rows'."),
            EvidenceField(
                Section.explanation.rawValue, .object(explanation),
                "What contributed to predictions: exact interventional SHAP values of test rows' margins against training rows."),
        ] + comparisons)

    public static let estimate = EvidenceObject(
        "Estimate", "A measured figure.",
        [
            EvidenceField(
                "value", .number, "The figure itself.", undefinedWhen: "its denominator is empty; `undefined` then says why"),
            EvidenceField("n", .integer, "The number of rows that the figure rests on: a rate's denominator."),
            EvidenceField("numerator", .integer, "For a rate, the rows counted in its numerator.", undefinedWhen: "the figure is no rate"),
            EvidenceField("undefined", .string, "Why there is no value.", undefinedWhen: "there is a value"),
            EvidenceField("lower", .number, "The lower end of the 95 % interval.", undefinedWhen: "no interval is known for the figure"),
            EvidenceField("upper", .number, "Its upper end.", undefinedWhen: "no interval is known for the figure"),
            EvidenceField("method", .string, "How the interval is made, by the field's name for it.", undefinedWhen: "there is none"),
        ])

    static let data = EvidenceObject(
        "DataEvidence", "The data set and its split.",
        [
            EvidenceField("digest", .string, "SHA-256 of the data file's bytes, as pinned."),
            EvidenceField("pinned", .boolean, "Whether the Dataset spec pins the bytes by their digest, so that others would be an error."),
            EvidenceField("rows", .integer, "Rows in the file."),
            EvidenceField("trainRows", .integer, "Rows in the training split."),
            EvidenceField("testRows", .integer, "Rows in the test split."),
        ])

    static let model = EvidenceObject(
        "ModelEvidence", "The trained model as an artefact.",
        [
            EvidenceField("digest", .string, "SHA-256 of the model artefact in the store."),
            EvidenceField("task", .string, "What it predicts, as the spec names it."),
            EvidenceField("bytes", .integer, "Its size in bytes."),
            EvidenceField("features", .list(.string), "The columns that the model reads, in order."),
            EvidenceField(
                "dualityGap", .number, "Of exponentiatedGradient: what learner or constraints could still gain; far above 0, it has not converged.",
                undefinedWhen: "the model is of another kind"),
            EvidenceField("fits", .integer, "How often the learner was called for that.", undefinedWhen: "the model is of another kind"),
        ])

    static let performance = EvidenceObject(
        "PerformanceEvidence", "Performance of a binary classifier on the test split.",
        [
            EvidenceField("rows", .integer, "Rows in the test split."),
            EvidenceField("positives", .integer, "Rows whose label is the positive class."),
            EvidenceField(
                "threshold", .number, "The decision threshold: a score at or above it is a positive prediction.",
                undefinedWhen: "thresholds by group or draws decide"),
            EvidenceField(
                "rocAUC", .object(estimate),
                "Area under the ROC curve: the probability that a positive row scores above a negative one, ties counting half (Mann–Whitney).",
                undefinedWhen: "the test split has one class only"),
            EvidenceField(
                "prAUC", .object(estimate), "Average precision: Σ (Rₖ − Rₖ₋₁)·Pₖ over the distinct scores.",
                undefinedWhen: "there is no positive row"),
            EvidenceField("logLoss", .object(estimate), "−mean(y·ln p + (1−y)·ln(1−p)), p clipped to [ε, 1−ε] with ε = 2⁻⁵²."),
            EvidenceField("brierScore", .object(estimate), "mean((p − y)²) (Brier 1950)."),
            EvidenceField(
                "kolmogorovSmirnov", .object(estimate),
                "max |TPR − FPR| over all thresholds. Newcombe's bounds of both rates at the threshold where it is largest; the lower one less the bias of choosing that threshold (200 Brownian bridges about the functions of both classes), and zero where Kolmogorov and Smirnov's test does not tell the classes apart.",
                undefinedWhen: "the test split has one class only"),
            EvidenceField(
                "liftTopDecile", .object(estimate), "The positives' rate among the tenth with the highest scores, over their rate among all.",
                undefinedWhen: "there is no positive row"),
            EvidenceField(
                "gainTopDecile", .object(estimate), "The share of the positives that are among the tenth with the highest scores.",
                undefinedWhen: "there is no positive row"),
            EvidenceField("accuracy", .object(estimate), "(TP + TN) / n."),
            EvidenceField(
                "balancedAccuracy", .object(estimate), "(recall + specificity) / 2.", undefinedWhen: "the test split has one class only"),
            EvidenceField("specificity", .object(estimate), "TN / (TN + FP).", undefinedWhen: "there is no negative row"),
            EvidenceField(
                "matthewsCorrelation", .object(estimate), "(TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)) (Matthews 1975).",
                undefinedWhen: "labels or predictions are all of one class"),
            EvidenceField(
                "cohenKappa", .object(estimate), "Agreement beyond chance, (pₒ − pₑ) / (1 − pₑ) (Cohen 1960).",
                undefinedWhen: "labels and predictions are all of one class"),
            EvidenceField("precision", .object(estimate), "TP / (TP + FP).", undefinedWhen: "nothing is predicted positive"),
            EvidenceField("recall", .object(estimate), "TP / (TP + FN).", undefinedWhen: "there is no positive row"),
            EvidenceField("f1", .object(estimate), "2·TP / (2·TP + FP + FN).", undefinedWhen: "no row is positive or predicted positive"),
            EvidenceField(
                "fBeta", .object(estimate),
                "(1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP): recall counts β times as much as precision (van Rijsbergen 1979).",
                undefinedWhen: "no row is positive or predicted positive"),
            EvidenceField("beta", .number, "β of `fBeta`: `evaluation.beta` of the Model spec, or 2."),
            EvidenceField(
                "leastCost", .object(leastCost), "What the cheapest threshold would be.",
                undefinedWhen: "the Model spec has no `evaluation.costs`, or the test split has one class only"),
        ])

    static let groupComparison = EvidenceObject(
        "GroupComparison", "How a group compares with the reference group.",
        [
            EvidenceField("difference", .object(estimate), "The group's rate minus the reference's, with Newcombe's bounds."),
            EvidenceField(
                "ratio", .object(estimate), "The group's rate divided by the reference's, with Katz's bounds: the impact ratio.",
                undefinedWhen: "the reference's rate is zero"),
            EvidenceField(
                "significance",
                .object(
                    EvidenceObject(
                        "Significance", "A test that two groups' rates are equal.",
                        [
                            EvidenceField("test", .string, "`Fisher exact` where a cell is under 5, else `two-proportion z`."),
                            EvidenceField("pValue", .number, "Two-sided."),
                            EvidenceField(
                                "choicePValue", .number,
                                "What is corrected: `pValue`, times half the number of compared groups where no reference is named (`evaluation.references`) and the rows choose the highest."
                            ),
                            EvidenceField(
                                "holm", .number,
                                "Adjusted over all attributes, groups and the measures selectionRate, truePositiveRate, falsePositiveRate and positivePredictiveValue (Holm 1979)."
                            ), EvidenceField("benjaminiHochberg", .number, "The same for the false discovery rate (Benjamini and Hochberg 1995)."),
                        ])), "Whether the difference may be chance.",
                undefinedWhen: "rows have weights, all or none of both groups have what is counted, or the measure is another than those four"),
        ])

    static let groupedMeasure = EvidenceObject(
        "GroupedMeasure", "One rate, by group of a protected attribute.",
        [
            EvidenceField(
                "groups", .map(.object(estimate)), "The rate in each group. Rows whose group is missing form the group `(missing)`."),
            EvidenceField("overall", .object(estimate), "The rate over all rows."),
            EvidenceField(
                "difference", .object(estimate), "Largest minus smallest group rate.",
                undefinedWhen: "a group's rate is undefined, or there is one group only"),
            EvidenceField(
                "ratio", .object(estimate), "Smallest divided by largest group rate.",
                undefinedWhen: "a group's rate is undefined, there is one group only, or the largest is zero"),
            EvidenceField(
                "overallDifference", .object(estimate), "The largest distance of a group's rate from the overall one.",
                undefinedWhen: "difference is"),
            EvidenceField(
                "overallRatio", .object(estimate), "The smallest ratio of a group's rate and the overall one, the smaller over the larger.",
                undefinedWhen: "ratio is, or the overall rate is zero"),
            EvidenceField(
                "reference", .string, "The declared reference group, or the one with the highest rate.",
                undefinedWhen: "no group has a rate, or the declared one has too few rows"),
            EvidenceField("comparisons", .map(.object(groupComparison)), "Of every other group that is compared, with the reference."),
        ])

    static let equalizedOdds = EvidenceObject(
        "EqualizedOdds", "Equalized odds (Hardt, Price and Srebro 2016), as fairlearn defines its summary.",
        [
            EvidenceField(
                "difference", .object(estimate), "The larger of the differences of true- and false-positive rate.",
                undefinedWhen: "either is undefined"),
            EvidenceField(
                "ratio", .object(estimate), "The smaller of the ratios of true- and false-positive rate.",
                undefinedWhen: "either is undefined"),
        ])

    static let attributeFairness = EvidenceObject(
        "AttributeFairness", "Group measures for one protected attribute.",
        [
            EvidenceField("selectionRate", .object(groupedMeasure), "P(prediction positive): demographic parity, adverse impact."),
            EvidenceField("truePositiveRate", .object(groupedMeasure), "P(prediction positive | label positive): equal opportunity."),
            EvidenceField("falsePositiveRate", .object(groupedMeasure), "P(prediction positive | label negative)."),
            EvidenceField(
                "positivePredictiveValue", .object(groupedMeasure), "P(label positive | prediction positive): predictive parity."),
            EvidenceField("trueNegativeRate", .object(groupedMeasure), "P(prediction negative | label negative)."),
            EvidenceField("falseNegativeRate", .object(groupedMeasure), "P(prediction negative | label positive)."),
            EvidenceField("falseDiscoveryRate", .object(groupedMeasure), "P(label negative | prediction positive)."),
            EvidenceField("negativePredictiveValue", .object(groupedMeasure), "P(label negative | prediction negative)."),
            EvidenceField("falseOmissionRate", .object(groupedMeasure), "P(label positive | prediction negative)."),
            EvidenceField("accuracy", .object(groupedMeasure), "P(prediction = label)."),
            EvidenceField("baseRate", .object(groupedMeasure), "P(label positive)."),
            EvidenceField(
                "scoringRate", .object(groupedMeasure), "P(score strictly above the median of all rows) (NYC Local Law 144, 6 RCNY 5-300)."),
            EvidenceField(
                "calibrationError", .object(groupedMeasure),
                "Expected calibration error within the group, over ten bins of one width. Bounds of its differences and ratios combine those of the groups; of distances from the overall error, which holds the group's own rows, they are wider than need be."
            ),
            EvidenceField(
                "averageOdds", .map(.object(estimate)),
                "By group: the mean of the differences of true- and false-positive rate from the reference group of the selection rate (AIF360).",
                undefinedWhen: "a rate is"),
            EvidenceField(
                "treatmentEquality", .map(.object(estimate)), "By group: false negatives over false positives (Berk et al. 2018).",
                undefinedWhen: "there is no false positive"),
            EvidenceField("independence", .map(.object(independence)), "By measure that is tested: whether all groups have one rate."),
            EvidenceField(
                "smallGroups", .list(.string),
                "Groups of fewer rows with a weight than `evaluation.minimumGroupRows`, or of none: reported, and not compared."),
            EvidenceField("equalizedOdds", .object(equalizedOdds), "Equalized odds over this attribute's groups."),
        ])
}
