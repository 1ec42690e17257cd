import ArgumentParser
import Measuring
import Reports

extension Measure {
    struct Fairness: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fairness", abstract: "How groups of rows are treated: rates, differences, ratios, tests.",
            discussion: """
                Rows whose group is missing are a group of their own.

                Example: proviso measure fairness --data scores.parquet --label income --score score --group sex --group race --cross sex,race
                Example: proviso measure fairness --data loans.csv --label repaid --prediction granted --group age --edges age=25,40,60 --reference age='25 to below 40'
                """)

        @OptionGroup var options: TableOptions
        @OptionGroup var groups: GroupOptions
        @Option(help: "The group that others are compared with, such as sex=Male. Default: the one with the highest rate.") var reference: [String] =
            []
        @Option(parsing: .unconditional, help: "Groups of fewer rows are reported and not compared.") var minimumGroupRows = 0
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func run() async throws {
            let document = try await TableFile.measuring(options.data) {
                var all = FairnessDocument.Options()
                all.minimumGroupRows = minimumGroupRows
                for each in reference {
                    let pair = try ColumnPair(each, option: "--reference")
                    all.references[pair.first] = pair.second
                }
                return try FairnessDocument.make(try groups.table(options), all)
            }
            StandardOutput.line(document.rendered(format))
        }
    }

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compare", abstract: "A challenger's scores beside the champion's, on the same rows.",
            discussion: """
                notWorse fails (1) where the challenger is significantly worse; nonInferior until it is shown to be at most --margin worse.

                Example: proviso measure compare --data both.parquet --label income --champion live --score new --group sex --group age --edges age=25,40,60
                Example: proviso measure compare --data both.parquet --label income --champion live --score new --question nonInferior --margin 0.01
                """)

        @OptionGroup var options: TableOptions
        @Option(help: "The column with the champion's probabilities; --score has the challenger's.") var champion: String
        @OptionGroup var groups: GroupOptions
        @Option(help: "notWorse or nonInferior.") var question = "notWorse"
        @Option(parsing: .unconditional, help: "How much worse is no matter.") var margin = 0.01
        @Option(parsing: .unconditional, help: "How sure the answer is.") var confidence = 0.95
        @Option(parsing: .unconditional, help: "Groups of fewer rows are not compared.") var minimumGroupRows = 30
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func run() async throws {
            let (document, passes) = try await TableFile.measuring(options.data) {
                try ComparisonDocument.make(
                    try groups.table(options, more: [champion]), champion: champion, question: question, margin: margin,
                    confidence: confidence, minimumGroupRows: minimumGroupRows)
            }
            StandardOutput.line(document.rendered(format))
            if !passes { try ProcessExit.blocked.end() }
        }
    }
}
