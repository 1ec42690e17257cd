/// Everything a policy can read as `evidence.…` (and as `baseline.…`, of what is live).
public enum EvidenceSchema {
    /// The sections of `evidence`, each filled by one kind of step.
    public enum Section: String, CaseIterable, Hashable, Sendable {
        case data, model, performance, fairness
    }

    public static let root = EvidenceObject(
        "Evidence", "What was measured for one subject.",
        [
            EvidenceField(Section.data.rawValue, .object(data), "The data set and its split."),
            EvidenceField(Section.model.rawValue, .object(model), "The trained model as an artefact."),
            EvidenceField(Section.performance.rawValue, .object(performance), "Performance on the test split."),
            EvidenceField(
                Section.fairness.rawValue, .map(.object(attributeFairness)),
                "Group measures on the test split, keyed by protected attribute."),
        ])

    public static let estimate = EvidenceObject(
        "Estimate", "A measured figure.",
        [
            EvidenceField(
                "value", .number, "The figure itself.", undefinedWhen: "its denominator is empty; `undefined` then says why"),
            EvidenceField("n", .integer, "The number of rows that the figure rests on: a rate's denominator."),
            EvidenceField("numerator", .integer, "For a rate, the rows counted in its numerator.", undefinedWhen: "the figure is no rate"),
            EvidenceField("undefined", .string, "Why there is no value.", undefinedWhen: "there is a value"),
        ])

    static let data = EvidenceObject(
        "DataEvidence", "The data set and its split.",
        [
            EvidenceField("digest", .string, "SHA-256 of the data file's bytes, as pinned."),
            EvidenceField("rows", .integer, "Rows in the file."),
            EvidenceField("trainRows", .integer, "Rows in the training split."),
            EvidenceField("testRows", .integer, "Rows in the test split."),
        ])

    static let model = EvidenceObject(
        "ModelEvidence", "The trained model as an artefact.",
        [
            EvidenceField("digest", .string, "SHA-256 of the model artefact in the store."),
            EvidenceField("bytes", .integer, "Its size in bytes."),
            EvidenceField("features", .list(.string), "The columns that the model reads, in order."),
        ])

    static let performance = EvidenceObject(
        "PerformanceEvidence", "Performance of a binary classifier on the test split.",
        [
            EvidenceField("rows", .integer, "Rows in the test split."),
            EvidenceField("positives", .integer, "Rows whose label is the positive class."),
            EvidenceField("threshold", .number, "The decision threshold: a score at or above it is a positive prediction."),
            EvidenceField(
                "rocAUC", .object(estimate),
                "Area under the ROC curve: the probability that a positive row scores above a negative one, ties counting half (Mann–Whitney).",
                undefinedWhen: "the test split has one class only"),
            EvidenceField("logLoss", .object(estimate), "−mean(y·ln p + (1−y)·ln(1−p)), p clipped to [ε, 1−ε] with ε = 2⁻⁵²."),
            EvidenceField("brierScore", .object(estimate), "mean((p − y)²) (Brier 1950)."),
            EvidenceField("accuracy", .object(estimate), "(TP + TN) / n."),
            EvidenceField("precision", .object(estimate), "TP / (TP + FP).", undefinedWhen: "nothing is predicted positive"),
            EvidenceField("recall", .object(estimate), "TP / (TP + FN).", undefinedWhen: "there is no positive row"),
            EvidenceField("f1", .object(estimate), "2·TP / (2·TP + FP + FN).", undefinedWhen: "no row is positive or predicted positive"),
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
            EvidenceField("equalizedOdds", .object(equalizedOdds), "Equalized odds over this attribute's groups."),
        ])
}
