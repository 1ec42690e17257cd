import Basics

/// Every kind of resource that Proviso knows.
public enum Kinds {
    public static let all = [repository, dataset, model, policy, policyPack, policyParameters, policyTest, waiver, environment]

    public static func named(_ kind: String) -> KindDeclaration? { all.first { $0.kind == kind } }

    private static let anyNumber = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    private static let positive = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude

    static let repository = KindDeclaration(
        "Repository", folder: nil, guarded: true, "Settings of the whole repository, in `proviso.yaml`.",
        [
            SpecField("branch", .string(.text), "The branch that is judged, and that nothing reaches but through the gate.", default: "main"),
            SpecField("ledgerBranch", .string(.text), "The branch that the ledger lies on.", default: "proviso/ledger"),
            SpecField("baselineEnvironment", .string(.reference("Environment")), "What is live there is `baseline` in policies."),
            SpecField("maximumWaiverDays", .integer(1...3650), "How far ahead a waiver may expire.", default: 90),
        ])

    static let dataset = KindDeclaration(
        "Dataset", folder: "datasets", "A table: where its bytes are, what its columns mean, how it is split.",
        [
            SpecField("description", .string(.text), "What the data are and where they come from."),
            SpecField(
                "source",
                .object(SpecObject([SpecField("path", .string(.path), "A file of the repository, from its root.", required: true)])),
                "Where the bytes are.", required: true),
            SpecField(
                "digest", .string(.digest), "SHA-256 of the bytes. Other bytes are an error; `proviso dataset pin` writes it.", guarded: true),
            SpecField("format", .string(.oneOf(["parquet", "csv"])), "How the bytes are read. Default: by the path's ending.", guarded: true),
            SpecField(
                "columns", .list(.object(column), minimum: 1), "The columns that may be used. Others are not read.", required: true, guarded: true),
            SpecField("split", .object(split), "Which rows train and which test.", required: true, guarded: true),
            SpecField(
                "expectations", .list(.object(dataExpectation), minimum: 1), "What the data must be; measured if a policy asks.", guarded: true),
        ])

    static let column = SpecObject([
        SpecField("name", .string(.text), "As in the file.", required: true),
        SpecField(
            "type", .string(.oneOf(["integer", "float", "boolean", "category", "string", "timestamp"])), "What the values are.", required: true),
        SpecField(
            "role", .string(.oneOf(["feature", "label", "split", "ignored"])), "What the column is used for.", default: "feature"),
        SpecField("protected", .boolean, "Whether groups by this column are compared.", default: false),
        SpecField("positive", .scalar, "For a label: the value of the positive class."),
        SpecField("description", .string(.text), "What the column means."),
    ])

    static let split = SpecObject([
        SpecField("column", .string(.text), "A column that says which rows train and which test."),
        SpecField("train", .scalar, "Its value in training rows."),
        SpecField("test", .scalar, "Its value in test rows."),
        SpecField(
            "random",
            .object(
                SpecObject([
                    SpecField("seed", .integer(0...Int64.max), "The seed of the pseudo-random order.", required: true),
                    SpecField("testShare", .number(0.001...0.999), "The share of rows that test.", required: true),
                ])), "Instead of a column: a seeded random split."),
    ])

    static let model = KindDeclaration(
        "Model", folder: "models", "A model: what it is for, how it is trained, how it decides, what is evaluated.",
        [
            SpecField("purpose", .string(.text), "What the model is used for, in words.", required: true),
            SpecField("risk", .string(.oneOf(["low", "limited", "high"])), "The risk tier; policies select by it.", required: true, guarded: true),
            SpecField("owners", .list(.string(.email), minimum: 1), "Who answers for the model.", required: true, guarded: true),
            SpecField("task", .string(.oneOf(["binaryClassification"])), "What is predicted.", default: "binaryClassification", guarded: true),
            SpecField("dataset", .string(.reference("Dataset")), "The data it is trained and tested on.", required: true, guarded: true),
            SpecField(
                "features",
                .object(
                    SpecObject([
                        SpecField("include", .list(.string(.text), minimum: 1), "Just these columns, in this order."),
                        SpecField("exclude", .list(.string(.text), minimum: 1), "All feature columns but these."),
                    ])), "Which columns the model reads. Default: all of role `feature`."),
            SpecField("estimator", .object(estimator), "The learner and its parameters.", required: true),
            SpecField(
                "decision",
                .object(
                    SpecObject([
                        SpecField("threshold", .number(0...1), "A score at or above it is a positive decision.", default: 0.5, guarded: true)
                    ])), "How a score becomes a decision.", default: ["threshold": 0.5]),
            SpecField(
                "evaluation",
                .object(
                    SpecObject([
                        SpecField("protected", .list(.string(.text), minimum: 1), "Which columns' groups are compared. Default: the protected ones."),
                        SpecField(
                            "intersections", .list(.list(.string(.text), minimum: 2), minimum: 1),
                            "Protected columns whose combinations are groups too, such as `[[sex, race]]`: `evidence.fairness['sex,race']`."),
                        SpecField(
                            "bins", .map(.list(.number(-1e300...1e300), minimum: 1)),
                            "By column of numbers, the ascending edges between its groups, such as `{age: [40]}`."),
                        SpecField(
                            "references", .map(.string(.text)),
                            "By column, the group that others are compared with. Default: the one with the highest rate."),
                        SpecField(
                            "minimumGroupRows", .integer(0...1_000_000_000),
                            "Groups of fewer rows are reported, but left out of differences and ratios.", default: 0),
                    ])), "What is measured on the test rows.", guarded: true),
            SpecField(
                "documents",
                .list(
                    .object(
                        SpecObject([
                            SpecField("name", .string(.name), "`evidence.documents['…']`.", required: true),
                            SpecField("path", .string(.path), "A file of the repository; signatures lie beside it, in `<path>.sig`.", required: true),
                        ])), minimum: 1),
                "What somebody must answer for: dated by a line `date: …` at its head, signed with `ssh-keygen -Y sign -n proviso-document`."),
            SpecField(
                "explanation",
                .object(
                    SpecObject([
                        SpecField("rows", .integer(2...1_000_000), "At most so many test rows are explained, evenly over them.", default: 1000),
                        SpecField("background", .integer(1...10_000), "At most so many training rows stand for what is not known.", default: 100),
                        SpecField(
                            "proxyThreshold", .number(0...1), "A feature with at least this Cramér's V with a protected attribute is its proxy.",
                            default: 0.5),
                    ])), "How predictions are explained, if a policy asks.", guarded: true),
        ])

    static let estimator = SpecObject([
        SpecField("type", .string(.oneOf(["xgboost"])), "The learner: gradient boosted trees.", required: true),
        SpecField("seed", .integer(0...Int64(Int32.max)), "The seed of everything random in training.", required: true, guarded: true),
        SpecField("rounds", .integer(1...100_000), "Trees to grow.", default: 100),
        SpecField("maxDepth", .integer(1...64), "The depth of a tree.", default: 6),
        SpecField("learningRate", .number(positive.lowerBound...1), "Shrinkage of each tree (eta).", default: 0.3),
        SpecField("minChildWeight", .number(0...positive.upperBound), "Smallest sum of hessians in a leaf.", default: 1.0),
        SpecField("subsample", .number(positive.lowerBound...1), "Share of rows drawn for each tree.", default: 1.0),
        SpecField("columnSample", .number(positive.lowerBound...1), "Share of columns drawn for each tree.", default: 1.0),
        SpecField("lambda", .number(0...positive.upperBound), "L2 penalty on leaf weights.", default: 1.0),
        SpecField("alpha", .number(0...positive.upperBound), "L1 penalty on leaf weights.", default: 0.0),
        SpecField("gamma", .number(0...positive.upperBound), "Smallest loss reduction of a split.", default: 0.0),
    ])
}
