import Basics

extension Kinds {
    static let model = KindDeclaration(
        "Model", folder: "models", "A model: what it is for, how it is trained, how it decides, what is evaluated.",
        taskFields + [
            SpecField("purpose", .string(.text), "What the model is used for, in words.", required: true),
            SpecField("risk", .string(.oneOf(["low", "limited", "high"])), "The risk tier; policies select by it.", required: true, guarded: true),
            SpecField("owners", .list(.string(.email), minimum: 1), "Who answers for the model.", required: true, guarded: true),
            SpecField("dataset", .string(.reference("Dataset")), "The data it is trained and tested on.", required: true, guarded: true),
            SpecField(
                "features",
                .object(
                    SpecObject([
                        SpecField("include", .list(.string(.text), minimum: 1), "Just these columns, in this order."),
                        SpecField("exclude", .list(.string(.text), minimum: 1), "All feature columns but these."),
                    ])), "Which columns the model reads. Default: all of role `feature`."),
            SpecField("estimator", .object(estimator), "The learner and its parameters.", required: true),
            SpecField("carbonAware", .object(carbonAware), "Its training may wait for cleaner electricity. No key depends on it."),
            SpecField("retrain", .object(retrain), "When changed data lead to training anew. Default: at once.", guarded: true),
            SpecField(
                "decision",
                .object(decision), "How a score becomes a decision.", default: ["threshold": 0.5]),
            SpecField(
                "evaluation",
                .object(
                    SpecObject(
                        [
                            SpecField(
                                "protected", .list(.string(.text), minimum: 1), "Which columns' groups are compared. Default: the protected ones."),
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
                                "Groups of fewer rows are reported, but left out of differences and ratios; constraints and objectives of `decision` and `search` leave out those of fewer held-out rows.",
                                default: 0),
                        ] + comparisonFields)), "What is measured on the test rows.", guarded: true),
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
                        SpecField(
                            "method", .string(.oneOf(["exact", "kernel", "permutation"])),
                            "`exact`: TreeSHAP or linear, against a background. The others ask any model about coalitions, and sample.",
                            default: "exact"),
                        SpecField("rows", .integer(2...1_000_000), "At most so many test rows are explained, evenly over them.", default: 1000),
                        SpecField("background", .integer(1...10_000), "At most so many training rows stand for what is not known.", default: 100),
                        SpecField(
                            "proxyThreshold", .number(0...1), "A feature with at least this Cramér's V with a protected attribute is its proxy.",
                            default: 0.5),
                        SpecField(
                            "faithfulnessRows", .integer(0...100_000), "At most so many of the explained rows show deletion and insertion curves.",
                            default: 50),
                        SpecField(
                            "bootstrapModels", .integer(0...100),
                            "So many models more are trained, on training rows drawn with replacement, to see whether they explain alike.", default: 0
                        ),
                    ])), "How predictions are explained, if a policy asks.", guarded: true),
            adverseReasons,
        ] + training)
}
