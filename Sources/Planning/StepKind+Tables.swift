extension StepKind {
    /// A data set's declared columns as a table.
    public static let load = StepKind("load", version: 1)
    /// The rows of a table for which an expression is true.
    public static let filter = StepKind("filter", version: 1)
    /// A table with columns worked out of others.
    public static let derive = StepKind("derive", version: 2)
    /// Rows of two tables with equal keys.
    public static let join = StepKind("join", version: 1)
    /// A table with what was known at each row's time.
    public static let pointInTime = StepKind("pointInTime", version: 1)
    /// A table's rows in two parts.
    public static let split = StepKind("split", version: 1)
    /// The scores of every row of a table.
    public static let score = StepKind("score", version: 5)
    /// How far one data set's features lie from another's.
    public static let dataDrift = StepKind("dataDrift", version: 7)
}
