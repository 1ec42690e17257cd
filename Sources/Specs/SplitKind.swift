import Basics
import Diagnostics
import LocatedYAML

/// How rows are divided into those that train and those that test: of a data set, or by a stage of a pipeline.
extension Kinds {
    private static let share = SpecField("testShare", .number(0.001...0.999), "The share of rows that test.", required: true)
    private static let drawn = SpecField("seed", .integer(0...Int64.max), "The seed of the pseudo-random order.", required: true)

    /// The ways, of which a split names one.
    static let splitWays = [
        SpecField("column", .string(.text), "A column that says which rows train and which test."),
        SpecField("train", .scalar, "Its value in training rows."),
        SpecField("test", .scalar, "Its value in test rows."),
        SpecField("random", .object(SpecObject([drawn, share])), "Instead of a column: a seeded random split."),
        SpecField(
            "stratified", .object(SpecObject([SpecField("by", .string(.text), "The column of classes.", required: true), drawn, share])),
            "Or: drawn from each class by itself."),
        SpecField(
            "grouped", .object(SpecObject([SpecField("by", .string(.text), "The column of groups.", required: true), drawn, share])),
            "Or: whole groups, so that none is in both parts."),
        SpecField(
            "timeOrdered", .object(SpecObject([SpecField("by", .string(.text), "The column of times.", required: true), share])),
            "Or: the last rows by time test; rows of one time stay together."),
    ]
    static let split = SpecObject(splitWays)
}

/// What is wrong with a split by itself.
enum SplitChecks {
    /// - Parameter located: where a field of the split is.
    static func diagnostics(_ split: JSONValue, span: ([String]) -> SourceSpan) -> [Diagnostic] {
        let ways = ["column", "random", "stratified", "grouped", "timeOrdered"]
        let given = ways.filter { split[$0] != nil }
        guard let way = given.first else {
            return [
                Diagnostic(
                    .missingField, "'split' needs one of \(ways.joined(separator: ", "))", at: span([]),
                    hint: "for example: random: {seed: 1, testShare: 0.2}")
            ]
        }
        if given.count > 1 {
            return [Diagnostic(.conflictingFields, "'\(way)' and '\(given[1])' exclude each other", at: span([]), hint: "keep one of them")]
        }
        guard way == "column" else { return [] }
        var found: [Diagnostic] = []
        for word in ["train", "test"] where split[word] == nil {
            found.append(Diagnostic(.missingField, "a split by column lacks '\(word)'", at: span([]), hint: "say which value means \(word)"))
        }
        return found
    }

    /// The column that the split reads, and where it is named.
    static func column(_ split: JSONValue) -> (name: String, path: [String])? {
        if let name = split["column"]?.stringValue { return (name, ["column"]) }
        for way in ["stratified", "grouped", "timeOrdered"] {
            if let name = split[way]?["by"]?.stringValue { return (name, [way, "by"]) }
        }
        return nil
    }
}
