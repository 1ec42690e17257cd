extension Kinds {
    /// One thing that a data set must be. Measured when a policy reads `evidence.dataQuality`.
    static let dataExpectation = SpecObject([
        SpecField("name", .string(.name), "Unique in the list: `evidence.dataQuality.expectations['…']`.", required: true),
        SpecField("column", .string(.text), "The column that it is about."),
        SpecField("maximumMissing", .number(0...1), "At most this share of the rows is missing."),
        SpecField("minimum", .number(-1e300...1e300), "No number is less."),
        SpecField("maximum", .number(-1e300...1e300), "No number is more."),
        SpecField("values", .list(.string(.text), minimum: 1), "No other values."),
        SpecField("pattern", .string(.text), "An RE2 regular expression that some part of each text matches; `^` and `$` bind it."),
        SpecField("unique", .boolean, "No value twice."),
        SpecField("ascending", .boolean, "No value less than that of the row before."),
        SpecField(
            "type", .string(.oneOf(["integer", "float", "double", "boolean", "category", "string", "timestamp"])),
            "What its cells are; `double` is `float`, `string` is `category`."),
        SpecField("newest", .string(.text), "Some moment of the column is this one or later, in RFC 3339: the data are fresh."),
        SpecField(
            "maximumAge", .string(.duration),
            "The newest moment of the column is at most so old when it is judged: `36h`. Past that the expectation does not hold any more."),
        SpecField("references", .string(.text), "Every value is one of this other column's, as of a key."),
        SpecField("dataset", .string(.reference("Dataset")), "Of which data set the column in `references` is. Default: this one."),
        SpecField("minimumRows", .integer(0...Int64.max), "The table has at least so many rows."),
        SpecField("maximumRows", .integer(0...Int64.max), "The table has at most so many rows."),
        SpecField("expression", expression, "True of every row: CEL over `row`, such as `row.hours <= 168`. Missing values are null."),
    ])
}
