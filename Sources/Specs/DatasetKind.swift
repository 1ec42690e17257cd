import Basics

extension Kinds {
    static let dataset = KindDeclaration(
        "Dataset", folder: "datasets", "A table: where its bytes are, what its columns mean, how it is split.",
        [
            SpecField("description", .string(.text), "What the data are and where they come from."),
            SpecField(
                "source",
                .object(
                    SpecObject([
                        SpecField("path", .string(.path), "A file of the repository, from its root."),
                        SpecField("dvc", .string(.path), "A pointer of DVC's (`data/table.csv.dvc`), whose bytes lie in its cache."),
                        SpecField("pipeline", .string(.reference("Pipeline")), "A pipeline that makes the data; needs `output`.", guarded: true),
                        SpecField("output", .string(.text), "What of it: a stage, or one of its outputs, as `stage.output`.", guarded: true),
                    ])), "Where the bytes are: one of `path`, `dvc` and `pipeline`.", required: true),
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
            "role", .string(.oneOf(["feature", "label", "weight", "split", "ignored"])),
            "What the column is used for; a weight says how much its row counts in training and in what is measured.", default: "feature"),
        SpecField("protected", .boolean, "Whether groups by this column are compared.", default: false),
        SpecField("positive", .scalar, "For a label: the value of the positive class."),
        SpecField("description", .string(.text), "What the column means."),
    ])
}
