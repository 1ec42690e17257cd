import Basics

extension Kinds {
    static let batchInference = KindDeclaration(
        "BatchInference", folder: "inference", "A model applied to a table in shards: predictions, reasons, and what is watched on the way.",
        [
            SpecField("description", .string(.text), "What the predictions are for."),
            SpecField("model", .object(SpecObject(servedModel)), "Who decides.", required: true, guarded: true),
            SpecField(
                "data",
                .object(
                    SpecObject([
                        SpecField(
                            "path", .string(.path), "A Parquet or CSV file of the repository, or a folder of them; folders `key=value` give columns."),
                        SpecField("dataset", .string(.reference("Dataset")), "Instead: every row of a data set."),
                    ])), "What is scored: one of `path` and `dataset`.", required: true),
            SpecField(
                "shardRows", .integer(1...1_000_000_000),
                "A Parquet file of more rows is scored in parts, between its row groups; each is kept once it is done.", default: 1_000_000),
            SpecField("keep", .list(.string(.text), minimum: 1), "Columns of the data that stand beside the predictions."),
            SpecField(
                "decision",
                .object(
                    SpecObject([
                        SpecField(
                            "threshold", .number(0...1),
                            "A score at or above it is a positive decision. Not for a recorded model whose calibration or thresholds were fitted: these decide.",
                            required: true)
                    ])),
                "How a score becomes a decision. Default: there are scores only.", guarded: true),
            SpecField(
                "reasons", .integer(0...20),
                "So many reasons for each adverse decision, for Proviso's own tree models: the codes that `adverseReasons`, here or of the model that decides, "
                    + "gives its features, or else the names of the features that most lowered the score.",
                default: 0),
            adverseReasons,
            SpecField(
                "challengers",
                .list(
                    .object(
                        SpecObject([SpecField("name", .string(.name), "Unique in the list; in the columns' names.", required: true)] + servedModel)),
                    minimum: 1), "Models that score every row in the shadow."),
            SpecField(
                "canary",
                .object(
                    SpecObject(
                        servedModel + [
                            SpecField("key", .string(.text), "The column by whose value a row goes to one model or the other.", required: true),
                            SpecField("share", .number(0...1), "The share of keys that it decides.", required: true),
                            SpecField("salt", .string(.text), "Another salt picks other keys.", default: ""),
                        ])), "A model that decides a share of the rows.", guarded: true),
            SpecField(
                "limits",
                .object(
                    SpecObject([
                        SpecField(
                            "drift", .number(0...positive.upperBound),
                            "The largest population stability index of a column that the model reads; not of dates, which move on."),
                        SpecField("missing", .number(0...1), "The largest share of missing values of such a column."),
                        SpecField("unknown", .number(0...1), "The largest share of its values that are categories which the model does not know."),
                        SpecField("minimumRows", .integer(0...1_000_000_000), "A shard of fewer rows is not judged by itself.", default: 1000),
                    ])), "What the data may be, measured while they are scored.", guarded: true),
            SpecField(
                "onBreach", .string(.oneOf(["halt", "warn"])),
                "Whether a limit that is passed stops the job and denies its predictions, or is only told. No shard behind the first that passes one is started or counts, whatever the number of workers.",
                default: "halt", guarded: true),
            SpecField(
                "reference", .string(.reference("Dataset")), "Whose training rows drift is measured against. Needed where `limits.drift` is given.",
                guarded: true),
            SpecField(
                "onnx",
                .object(
                    SpecObject([
                        SpecField("columns", .map(.list(.string(.text), minimum: 1)), "By input, the columns that it takes, in order."),
                        SpecField("output", .string(.text), "The output that is the prediction."),
                        SpecField("outputColumn", .integer(0...1_000_000), "Which column of it, from 0."),
                        SpecField(
                            "positive", .scalar,
                            "Instead: the class whose chance is the score, as the file calls it. Default: of two classes 1 beside 0 or -1, true beside false; of others it must be said."
                        ),
                    ])), "What an ONNX model's file does not say.", guarded: true),
        ])

    private static let servedModel = [
        SpecField("environment", .string(.reference("Environment")), "Where the model is live; needs `model`."),
        SpecField("model", .string(.reference("Model")), "The model that is live there."),
        SpecField("record", .string(.digest), "Instead: a record of the ledger, which passed."),
        SpecField("path", .string(.path), "Instead: a file of the repository, ONNX or Proviso's own."),
    ]
}
