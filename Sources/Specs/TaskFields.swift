import Basics

// What a Model spec says of its task: what is predicted, how much rows count, what is done with columns first.
extension Kinds {
    static let taskFields = [
        SpecField(
            "task", .string(.oneOf(["binaryClassification", "multiclassClassification", "regression", "count", "quantile"])),
            "What is predicted: one of two classes, one of several, a number, a count (Poisson), or a quantile of a number.",
            default: "binaryClassification", guarded: true),
        SpecField("quantile", .number(0.0001...0.9999), "For the task `quantile`: which, such as 0.9.", guarded: true),
        SpecField(
            "classWeights",
            .object(
                SpecObject([
                    SpecField("balanced", .boolean, "Every class counts alike: rows / (classes · rows of the class)."),
                    SpecField("weights", .map(.number(0...1e9)), "By class, how much a row of it counts; 1 where nothing is said."),
                ])),
            "How much rows of a class count in training, times the column of role `weight`.", guarded: true),
        SpecField(
            "preprocessing", .list(.object(preprocessingStep), minimum: 1),
            "What is done with the features before the model sees them, in order: fitted on training rows only, kept in the model."),
    ]

    static let preprocessingStep = SpecObject([
        SpecField(
            "type", .string(.oneOf(["impute", "oneHot", "targetEncode", "frequencyEncode", "scale", "bin", "dateParts", "hashText"])),
            "What is done.",
            required: true),
        SpecField("columns", .list(.string(.text), minimum: 1), "Features, or columns that a step before made of them.", required: true),
        SpecField(
            "strategy", .string(.oneOf(["mean", "median", "mostFrequent", "constant"])), "impute: what stands for a missing value. Default: median."),
        SpecField("value", .scalar, "impute: the constant."),
        SpecField("indicator", .boolean, "impute: whether a column `NAME:missing` keeps what was missing."),
        SpecField(
            "unseen", .string(.oneOf(["neutral", "missing", "error"])),
            "oneHot, targetEncode, frequencyEncode: the fate of a category that training did not see: as if nothing were known (the default), as a missing value, or an error."
        ),
        SpecField(
            "minimumRows", .integer(1...1_000_000_000),
            "oneHot: categories of fewer training rows share the column `NAME:other`, with those that training did not see. targetEncode, frequencyEncode: they are encoded as if nothing were known, as those are. "
                + "The model names none of them."
        ),
        SpecField("smoothing", .number(0...1e12), "targetEncode: rows of the overall mean that are added to each category. Default: 10."),
        SpecField("folds", .integer(2...1000), "targetEncode, frequencyEncode: training rows are encoded by the other folds. Default: 5."),
        SpecField(
            "method", .string(.oneOf(["standard", "minMax", "robust", "quantile", "uniform"])),
            "scale: standard (the default), minMax or robust; bin: quantile (the default) or uniform."),
        SpecField("bins", .integer(2...10_000), "bin: how many. Default: 10."),
        SpecField(
            "parts", .list(.string(.oneOf(["year", "quarter", "month", "day", "dayOfYear", "weekday", "hour", "minute"])), minimum: 1),
            "dateParts: which, in UTC. Default: year, month, day, weekday."),
        SpecField("buckets", .integer(1...1_000_000), "hashText: into how many columns `NAME#0`… words are counted. Default: 64."),
    ])

    /// Which fields belong to which type of step, beside `type` and `columns`.
    static let preprocessingFields: [String: Set<String>] = [
        "impute": ["strategy", "value", "indicator"], "oneHot": ["unseen", "minimumRows"],
        "targetEncode": ["unseen", "smoothing", "folds", "minimumRows"],
        "frequencyEncode": ["unseen", "folds", "minimumRows"], "scale": ["method"], "bin": ["method", "bins"], "dateParts": ["parts"],
        "hashText": ["buckets"],
    ]

    /// The objective of a decision that each field belongs to; the others belong to all.
    static let objectiveFields = ["beta": "fBeta", "falsePositive": "cost", "falseNegative": "cost"]

    /// The methods of mitigation that each field belongs to; the others belong to all.
    static let mitigationFields = [
        "constraint": ["exponentiatedGradient", "gridSearch"], "bound": ["exponentiatedGradient"], "iterations": ["exponentiatedGradient"],
        "size": ["gridSearch"], "level": ["disparateImpactRemover"],
    ]
}
