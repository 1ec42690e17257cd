import Basics

/// How a model is validated, calibrated, mitigated and searched for: parts of the Model spec.
extension Kinds {
    static let parities = ["demographicParity", "equalizedOdds", "equalOpportunity", "falsePositiveParity", "errorRateParity"]

    static let foldSettings = SpecObject([
        SpecField(
            "scheme", .string(.oneOf(["stratified", "random", "grouped", "timeOrdered"])),
            "How training rows are divided: each class evenly (numbers: at random), at random, whole groups, or by time with only the past to train on.",
            default: "stratified", guarded: true),
        SpecField("folds", .integer(2...1000), "How many parts; each is held out once.", default: 5, guarded: true),
        SpecField("repeats", .integer(1...1000), "How often, each time in another order.", default: 1, guarded: true),
        SpecField("seed", .integer(0...Int64.max), "The seed of the order.", default: 0, guarded: true),
        SpecField("column", .string(.text), "The column that says a row's group or time.", guarded: true),
        SpecField(
            "outer", .integer(2...100),
            "Nested validation: so many outer parts, on each of which a search, calibrator and thresholds that were fitted anew on the others are measured.",
            guarded: true),
    ])

    static let calibration = SpecObject([
        SpecField(
            "method", .string(.oneOf(["platt", "isotonic", "beta"])),
            "Fitted on out-of-fold scores of the training rows; part of the model. Of several classes: each against the rest, a row's chances then divided by their sum.",
            required: true)
    ])

    static let thresholdObjective = SpecObject([
        SpecField(
            "measure", .string(.oneOf(["accuracy", "balancedAccuracy", "youden", "matthewsCorrelation", "fBeta", "cost"])),
            "What the threshold is best for, on out-of-fold scores of the training rows.", required: true),
        SpecField("beta", .number(0.001...1000), "For fBeta: how much recall counts beside precision.", default: 1.0),
        SpecField("falsePositive", .number(0...positive.upperBound), "For cost: what a false positive costs.", default: 1.0),
        SpecField("falseNegative", .number(0...positive.upperBound), "For cost: what a false negative costs.", default: 1.0),
    ])

    static let thresholdConstraint = SpecObject([
        SpecField(
            "measure",
            .string(
                .oneOf([
                    "accuracy", "recall", "precision", "specificity", "selectionRate", "selectionRateRatio", "selectionRateDifference",
                    "truePositiveRateDifference", "falsePositiveRateDifference", "equalizedOddsDifference",
                ])), "What is bounded.", required: true),
        SpecField("attribute", .string(.text), "For a ratio or difference: the protected column whose groups are compared."),
        SpecField("minimum", .number(-1...1), "At least."),
        SpecField("maximum", .number(-1...1), "At most."),
    ])

    static let groupThresholds = SpecObject([
        SpecField("attribute", .string(.text), "The protected column: each of its groups has thresholds of its own.", required: true),
        SpecField(
            "goal", .string(.oneOf(["demographicParity", "equalOpportunity", "falsePositiveParity", "equalizedOdds"])), "What is made equal.",
            required: true),
        SpecField(
            "objective", .string(.oneOf(["accuracy", "balancedAccuracy"])), "What is made best beside that.", default: "accuracy"),
        SpecField("minimumRatio", .number(0.01...1), "Let rates differ by a ratio no less than that, such as 0.8."),
        SpecField("maximumDifference", .number(0...1), "Let rates differ by no more than that."),
        SpecField("seed", .integer(0...Int64.max), "Of the draws between two thresholds: each row's is its own.", default: 0),
    ])

    static let mitigation = SpecObject([
        SpecField(
            "method", .string(.oneOf(["reweighing", "exponentiatedGradient", "gridSearch", "disparateImpactRemover"])),
            "Weights (Kamiran and Calders 2012), reductions (Agarwal et al. 2018), or repaired features (Feldman et al. 2015).", required: true),
        SpecField("attribute", .string(.text), "The protected column whose groups are to fare alike.", required: true),
        SpecField("constraint", .string(.oneOf(parities)), "For reductions: what is made equal.", default: "demographicParity"),
        SpecField("bound", .number(0...1), "For exponentiatedGradient: by how much a group's rate may differ from all rows'.", default: 0.01),
        SpecField("iterations", .integer(1...10_000), "For exponentiatedGradient: steps at most.", default: 50),
        SpecField("size", .integer(1...10_000), "For gridSearch: multipliers to try, at least.", default: 10),
        SpecField("level", .number(0...1), "For disparateImpactRemover: from 0, nothing is moved, to 1.", default: 1.0),
    ])

    /// The fields of a Model that these are.
    static let training = [
        SpecField(
            "jurisdictions", .list(.string(.oneOf(["US", "EU", "UK", "other"])), minimum: 1),
            "Where the model decides. In the US, thresholds by group of a protected attribute are forbidden in employment and credit.", guarded: true),
        SpecField("validation", .object(foldSettings), "How training rows are held out in turn, for what must not be fitted on rows seen before."),
        SpecField("calibration", .object(calibration), "How scores are made chances."),
        SpecField("mitigation", .object(mitigation), "What is done in training so that groups fare alike."),
        SpecField(
            "teacher",
            .object(
                SpecObject(
                    [SpecField("model", .string(.reference("Model")), "A model of the same data set, trained as its own spec says; or")]
                        + readyModel.map {
                            SpecField($0.name, $0.shape, $0.documentation.replacing("onnx, command: ", with: "").replacing("onnx: ", with: ""))
                        })),
            "Whose predictions are learnt instead of labels (distillation), and compared with on the test rows: another model, or an ONNX file. A ready model learns nothing and is compared only."
        ),
        SpecField("search", .object(search), "Which parameters of the estimator are searched for, and by what."),
    ]

    static let decision = SpecObject([
        SpecField("threshold", .number(0...1), "A score at or above it is a positive decision.", default: 0.5, guarded: true),
        SpecField("objective", .object(thresholdObjective), "Instead of `threshold`: choose the best one.", guarded: true),
        SpecField("constraints", .list(.object(thresholdConstraint), minimum: 1), "What the chosen threshold must keep.", guarded: true),
        SpecField("groups", .object(groupThresholds), "Thresholds by group instead of one for all.", guarded: true),
    ])

    /// What a search of a task can make best or bound.
    static let searchMeasures: [String: [String]] = {
        let numbers = ["rootMeanSquaredError", "meanAbsoluteError", "r2", "quantileLoss", "poissonDeviance", "gammaDeviance"]
        return [
            "binaryClassification": [
                "rocAUC", "logLoss", "brierScore", "accuracy", "balancedAccuracy", "f1", "selectionRateRatio", "selectionRateDifference",
                "truePositiveRateDifference", "falsePositiveRateDifference", "equalizedOddsDifference",
            ],
            "multiclassClassification": ["rocAUC", "logLoss", "accuracy", "balancedAccuracy", "f1"], "regression": numbers, "count": numbers,
            "quantile": numbers,
        ]
    }()

    static let searchMeasure = SpecObject([
        SpecField(
            "measure",
            .string(
                .oneOf(searchMeasures["binaryClassification", default: []] + (searchMeasures["quantile"] ?? []))),
            "Of out-of-fold scores of the training rows: of two classes at the threshold 0.5; of several classes the mean over them; the last six are of numbers.",
            required: true),
        SpecField("attribute", .string(.text), "For a ratio or difference: the protected column whose groups are compared."),
        SpecField("minimum", .number(-1e300...1e300), "As a constraint: at least."),
        SpecField("maximum", .number(-1e300...1e300), "As a constraint: at most."),
    ])

    static let search = SpecObject([
        SpecField("sampler", .string(.oneOf(["tpe", "random", "latinHypercube", "grid"])), "How trials are drawn.", default: "tpe"),
        SpecField("trials", .integer(1...100_000), "The budget: new points to try, at the most.", required: true),
        SpecField(
            "budget",
            .object(
                SpecObject([
                    SpecField("cpuSeconds", .number(0.001...1e12), "Processor time of all trials together."),
                    SpecField("joules", .number(0.001...1e15), "Their energy, worked out as 12 W for a busy core (Green Algorithms)."),
                ])),
            "No batch begins once so much is spent. What each trial cost is written down, and decides: the same trials follow at any parallelism."),
        SpecField("batch", .integer(1...1000), "Trials that know nothing of each other, and may run side by side.", default: 4),
        SpecField("seed", .integer(0...Int64.max), "Of the draws.", required: true, guarded: true),
        SpecField(
            "schedule",
            .object(
                SpecObject([
                    SpecField("type", .string(.oneOf(["successiveHalving", "hyperband"])), "How trials are given up early.", required: true),
                    SpecField("eta", .integer(2...100), "The best one in so many goes on.", default: 3),
                    SpecField("minimumEffort", .number(0.000001...0.999), "The share of `rounds` that the first trials get.", default: 0.111),
                ])), "Give bad trials less effort."),
        SpecField(
            "objectives", .list(.object(searchMeasure), minimum: 1), "What is made best; of several, the Pareto front is kept.", required: true),
        SpecField("constraints", .list(.object(searchMeasure), minimum: 1), "What a trial must keep."),
        SpecField(
            "preset", .string(.oneOf(["auto"])),
            "Instead of `space`: trees and linear models, with ranges that suit most tables. For linear ones, what they cannot read is imputed or made one-hot."
        ),
        SpecField(
            "space",
            .map(
                .object(
                    SpecObject([
                        SpecField("values", .list(.scalar, minimum: 1), "One of these."),
                        SpecField("low", .number(-1e300...1e300), "Or a number from here"), SpecField("high", .number(-1e300...1e300), "to here,"),
                        SpecField("logarithmic", .boolean, "on a logarithmic scale,", default: false),
                        SpecField("integer", .boolean, "a whole one.", default: false),
                    ]))), "By parameter of the estimator, what it may be."),
    ])
}
