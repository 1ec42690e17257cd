import Basics

extension Kinds {
    static let pipeline = KindDeclaration(
        "Pipeline", folder: "pipelines", "A graph of stages that make tables, models and files out of data: built-in steps and programs.",
        [
            SpecField("description", .string(.text), "What it is for."),
            SpecField(
                "parameters", .map(.any), "Values that stages read as `${parameters.name}`, and expressions as `parameters.name`.", default: [:],
                guarded: true),
            SpecField(
                "schedule", .string(.schedule),
                "When its programs run anew though nothing changed. They find the time that was due in `PROVISO_TICK`; built-in steps run only if what they read changed.",
                guarded: true),
            SpecField("carbonAware", .object(carbonAware), "Its stages may wait for cleaner electricity. No key depends on it."),
            SpecField("retrain", .object(retrain), "When changed data lead to its models being trained anew. Default: at once.", guarded: true),
            SpecField("stages", .list(.object(stage), minimum: 1), "The stages, in any order.", required: true, guarded: true),
        ])

    static let retrain = SpecObject([
        SpecField(
            "on", .list(.string(.oneOf(["data", "drift", "age"])), minimum: 1),
            "`data`: at once. `drift`: once a feature of the data has drifted from what was trained on. `age`: once what was trained is too old. A changed spec trains anew in any case.",
            required: true),
        SpecField("maximumAgeDays", .integer(1...3650), "For `age`: days since the training was recorded."),
        SpecField(
            "maximumDrift", .number(0...positive.upperBound), "For `drift`: the largest population stability index of a feature that is let be.",
            default: 0.25),
        SpecField(
            "maximumMissingDifference", .number(0...1),
            "For `drift`: by how much the share of a feature's missing values may differ. Of dates, which are later in every later table, that alone is asked.",
            default: 0.1),
    ])

    private static func input(_ what: String) -> SpecField {
        SpecField("input", .string(.text), "\(what): a stage, or one of its outputs, as `stage.output`.", required: true)
    }

    static let stage = SpecObject([
        SpecField("name", .string(.stageName), "Unique in the pipeline.", required: true),
        SpecField("description", .string(.text), "What it does."),
        SpecField(
            "load",
            .object(
                SpecObject([
                    SpecField("dataset", .string(.reference("Dataset")), "The data set.", required: true),
                    SpecField("columns", .list(.string(.text), minimum: 1), "Just these of its columns, in this order."),
                ])), "Reads a data set's declared columns, but for those whose role is `ignored`. Makes `table`."),
        SpecField(
            "filter",
            .object(
                SpecObject([
                    input("The table"),
                    SpecField(
                        "where", .string(.expression), "True of a row that stays; columns are fields of `row`. A missing value is null.",
                        required: true),
                ])), "Keeps some rows. Makes `table`."),
        SpecField(
            "derive",
            .object(
                SpecObject([
                    input("The table"),
                    SpecField(
                        "columns",
                        .list(
                            .object(
                                SpecObject([
                                    SpecField("name", .string(.text), "The column; one of that name is replaced.", required: true),
                                    SpecField(
                                        "type", .string(.oneOf(["integer", "float", "boolean", "category", "timestamp"])), "What its values are.",
                                        required: true),
                                    SpecField(
                                        "expression", .string(.expression),
                                        "The value; earlier columns of the list are fields of `row` too. Null is missing.",
                                        required: true),
                                ])), minimum: 1), "Columns that are worked out of others, one after another."),
                    SpecField("drop", .list(.string(.text), minimum: 1), "Columns that are left out afterwards."),
                ])), "Adds, replaces and drops columns. Makes `table`."),
        SpecField(
            "join",
            .object(
                SpecObject([
                    SpecField("left", .string(.text), "A table; its rows keep their order.", required: true),
                    SpecField("right", .string(.text), "The other table.", required: true),
                    SpecField(
                        "on", .list(.string(.text), minimum: 1), "Columns of both tables that must be equal. A missing value equals nothing.",
                        required: true),
                    SpecField(
                        "how", .string(.oneOf(["inner", "left"])), "Whether rows of the left table without a partner are left out, or stay.",
                        default: "inner"),
                    SpecField(
                        "expect", .string(.oneOf(["one", "many"])), "`one`: a row with several partners is an error. `many`: it is repeated.",
                        default: "one"),
                    SpecField("suffix", .string(.text), "Behind names of the right table that the left one has too.", default: "_right"),
                ])), "Rows of two tables side by side. Makes `table`."),
        SpecField(
            "features",
            .object(
                SpecObject([
                    input("The table with a row for each decision"),
                    SpecField("time", .string(.text), "The column that says when each decision is made.", required: true),
                    SpecField(
                        "views",
                        .list(
                            .object(
                                SpecObject([
                                    SpecField("view", .string(.reference("FeatureView")), "The features.", required: true),
                                    SpecField(
                                        "entities", .map(.string(.text)), "By entity of the view, the table's column, where its name differs.",
                                        default: [:]),
                                    SpecField("prefix", .string(.text), "Before the names of the features."),
                                ])), minimum: 1), "What is looked up.", required: true),
                ])), "Adds what was known at each row's time, and nothing later. Makes `table`."),
        SpecField(
            "split",
            .object(
                SpecObject([input("The table")] + splitWays)), "Two tables out of one. Makes `train` and `test`."),
        SpecField(
            "train",
            .object(
                SpecObject([
                    SpecField("model", .string(.reference("Model")), "The model, trained as its spec says.", required: true),
                    SpecField("input", .string(.text), "The table that takes the place of its data set's."),
                ])), "Fits a model. Makes `model`."),
        SpecField(
            "evaluate", .object(SpecObject([trained])), "Measures a trained model on its test rows. Makes `scores`, `performance` and `calibration`."),
        SpecField("explain", .object(SpecObject([trained])), "Explains a trained model's test rows. Makes `explanation`."),
        SpecField(
            "score",
            .object(
                SpecObject([
                    trained, input("The table whose rows are scored"),
                    SpecField("keep", .list(.string(.text), minimum: 1), "Columns that stand beside the scores."),
                ])), "Scores every row of a table, and decides as the model is judged. Makes `scores`."),
        SpecField("run", .object(program), "Runs a program in the sandbox. Makes its declared outputs, and `log`."),
        SpecField(
            "matrix", .map(.list(.scalar, minimum: 0)),
            "The stage once for each combination of values, read as `${matrix.name}`; the instances are `stage@value-value`, in the order of the names."
        ),
        SpecField("when", .string(.expression), "False: the stage, and what needs it, is left out. Sees `parameters` and `matrix`."),
        SpecField(
            "resources", .object(attemptResources), "What one attempt may use."),
        SpecField("timeout", .string(.duration), "How long one attempt may take."),
        SpecField("carbonAware", .object(Kinds.carbonAware), "It may wait for cleaner electricity; in place of what the pipeline says."),
        SpecField(
            "retry",
            .object(
                SpecObject([
                    SpecField("attempts", .integer(1...100), "Attempts in all.", required: true),
                    SpecField(
                        "backoff", .string(.duration), "The pause before the second attempt; twice as long before each further one.", default: "1s"),
                    SpecField(
                        "on", .list(.string(.oneOf(["exitCode", "timeout", "workerLost"])), minimum: 1), "After what another attempt is made.",
                        default: ["exitCode", "timeout", "workerLost"]),
                ])), "What is tried again."),
    ])

    static let attemptResources = SpecObject([
        SpecField("cpus", .integer(1...1024), "Cores that it keeps busy.", default: 1),
        SpecField("memory", .string(.size), "Memory of all its processes."),
        SpecField("processes", .integer(1...100_000), "Processes and threads at one time."),
        SpecField("disk", .string(.size), "Its work folder, and any one file."),
    ])

    private static let trained = SpecField("model", .string(.text), "The stage that trains the model.", required: true)

    static let program = SpecObject([
        SpecField("command", .list(.string(.anyText), minimum: 1), "The program and its arguments.", required: true),
        SpecField(
            "inputs",
            .map(
                .object(
                    SpecObject([
                        SpecField("from", .string(.text), "What another stage makes. A stage with a matrix gives all of its instances, in a folder."),
                        SpecField("dataset", .string(.reference("Dataset")), "A data set's bytes."),
                        SpecField("path", .string(.path), "A file of the repository, such as a script."),
                        SpecField("dvc", .string(.path), "A pointer of DVC's, whose bytes lie in its cache; needs `digest`."),
                        SpecField("digest", .string(.digest), "What the bytes of `path` or `dvc` must be."),
                        SpecField(
                            "as", .string(.path),
                            "Where it lies in the work folder. Default: a file's own path, else the input's name with the ending of what it is, as `rows.parquet`."
                        ),
                    ]))), "What it may read; nothing else is there.", default: [:]),
        SpecField("outputs", .map(.string(.path)), "By name, the files of the work folder that it must leave.", default: [:]),
        SpecField("parameters", .map(.any), "Values that it finds as JSON in the file `PROVISO_PARAMETERS` names.", default: [:]),
        SpecField("environment", .map(.string(.anyText)), "Variables of its environment, which has no others.", default: [:]),
        SpecField("network", .boolean, "Whether it may use the network. What it makes then rests on more than its inputs.", default: false),
        SpecField("scheduled", .boolean, "Whether the pipeline's schedule makes it run anew.", default: true),
    ])
}
