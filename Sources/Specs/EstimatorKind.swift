import Basics

extension Kinds {
    static let estimator = SpecObject(
        [
            SpecField(
                "type", .string(.oneOf(["xgboost", "linear", "onnx", "command"])),
                "The learner: gradient boosted trees, or a generalised linear model (logistic, multinomial, linear or Poisson, by the task); a ready ONNX model; or a program that trains one.",
                required: true),
            SpecField("seed", .integer(0...Int64(Int32.max)), "The seed of everything random in training.", required: true, guarded: true),
            SpecField("rounds", .integer(1...100_000), "Trees to grow (of each class).", default: 100),
            SpecField("maxDepth", .integer(1...64), "The depth of a tree.", default: 6),
            SpecField("learningRate", .number(positive.lowerBound...1), "Shrinkage of each tree (eta).", default: 0.3),
            SpecField("minChildWeight", .number(0...positive.upperBound), "Smallest sum of hessians in a leaf.", default: 1.0),
            SpecField("subsample", .number(positive.lowerBound...1), "Share of rows drawn for each tree.", default: 1.0),
            SpecField("columnSample", .number(positive.lowerBound...1), "Share of columns drawn for each tree.", default: 1.0),
            SpecField("lambda", .number(0...positive.upperBound), "L2 penalty on leaf weights.", default: 1.0),
            SpecField("alpha", .number(0...positive.upperBound), "L1 penalty on leaf weights.", default: 0.0),
            SpecField("gamma", .number(0...positive.upperBound), "Smallest loss reduction of a split.", default: 0.0),
            SpecField(
                "treeMethod", .string(.oneOf(["hist", "exact", "approx"])), "How splits are looked for. `exact` takes no categories. Default: hist."),
            SpecField(
                "monotone", .map(.string(.oneOf(["increasing", "decreasing"]))),
                "By feature, as the trees see it: the prediction never goes the other way."),
            SpecField(
                "interactions", .list(.list(.string(.text), minimum: 1), minimum: 1),
                "Sets of features; those of different sets never meet in a tree."),
            SpecField("oneHotLimit", .integer(1...1_000_000), "A category of fewer values is split one against the rest. Default: 4."),
            SpecField("categoriesPerSplit", .integer(1...1_000_000), "At most so many categories make a split's set. Default: 64."),
            SpecField(
                "earlyStopping",
                .object(
                    SpecObject([
                        SpecField("share", .number(0.001...0.9), "The share of training rows that judge and are not fitted.", default: 0.1),
                        SpecField("rounds", .integer(1...100_000), "Rounds without a better figure before it stops.", default: 20),
                    ])),
                "Stops when the loss on held-out training rows no longer falls (log loss, squared error, Poisson deviance or quantile loss, by the task), and keeps the best round."
            ),
            SpecField("penalty", .number(0...positive.upperBound), "linear: how much coefficients cost, of the mean loss. Default: 0."),
            SpecField("l1Share", .number(0...1), "linear: 0 is ridge (L2), 1 lasso (L1), between is elastic net. Default: 0."),
            SpecField("iterations", .integer(1...100_000), "linear: Newton steps at most. Default: 100."),
        ] + readyModel + [
            SpecField("command", .list(.string(.text), minimum: 1), "command: the program and its arguments; runs in the sandbox."),
            SpecField(
                "files", .map(.string(.digest)), "command: files of the repository that lie in its work folder, each with the SHA-256 of its bytes."),
            SpecField("settings", .map(.scalar), "command: what the program finds as `settings` in its parameters."),
            SpecField("environment", .map(.string(.text)), "command: variables of its environment, which has no others."),
            SpecField("timeout", .string(.duration), "command: how long it may take, such as `30m`."),
            SpecField("resources", .object(attemptResources), "command: what it may use."),
            SpecField(
                "network", .boolean, "command: whether it may use the network. What it makes then rests on more than its inputs. Default: no.",
                guarded: true),
            SpecField("writes", .string(.path), "command: where it leaves the model, ONNX or XGBoost's UBJ. Default: model.onnx."),
        ])

    /// Where a model lies that is ready, and how it is applied.
    static let readyModel = [
        SpecField("path", .string(.path), "onnx: the file, in the repository."),
        SpecField("digest", .string(.digest), "onnx: SHA-256 of the file's bytes. Other bytes are an error."),
        SpecField(
            "inputs", .map(.list(.string(.text), minimum: 1)), "onnx, command: by ONNX input that takes several columns, those columns in order."),
        SpecField("output", .string(.text), "onnx, command: which ONNX output is the prediction. Default: the only one of numbers."),
        SpecField(
            "outputColumn", .integer(0...1_000_000),
            "onnx, command: which column of it, from 0. Default: of a classifier's two that of the positive class, where the model calls its classes as the table does; "
                + "else the second, if the positive class is the last of the two by its bytes. Needed where neither tells."),
        SpecField(
            "classes", .list(.scalar, minimum: 2),
            "onnx, command: instead, the label's values that the columns of an ONNX output are the chances of, in order. Needed where classes of texts are several, and the model counts its columns."
        ),
    ]

    /// Fields that only one learner has.
    static let estimatorFields: [String: [String]] = [
        "xgboost": [
            "rounds", "maxDepth", "learningRate", "minChildWeight", "subsample", "columnSample", "lambda", "alpha", "gamma", "treeMethod", "monotone",
            "interactions", "oneHotLimit", "categoriesPerSplit", "earlyStopping",
        ],
        "linear": ["penalty", "l1Share", "iterations"], "onnx": readyModel.map(\.name),
        "command": [
            "command", "files", "settings", "environment", "timeout", "resources", "network", "writes", "inputs", "output", "outputColumn", "classes",
        ],
    ]
}
