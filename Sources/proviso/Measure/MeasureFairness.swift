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
                Example: proviso measure fairness --data scores.parquet --label income --score score --group sex --feature age --feature hours --feature education
                Example: proviso measure fairness --data loans.csv --label repaid --prediction granted --group age --edges age=25,40,60 --reference age='25 to below 40'
                """)

        @OptionGroup var options: TableOptions
        @OptionGroup var groups: GroupOptions
        @Option(help: "The group that others are compared with, such as sex=Male. Default: the one with the highest rate.") var reference: [String] =
            []
        @Option(
            help:
                "A column by which rows are alike, for consistency (numbers in standard deviations, categories as 0 or 1; of rows at one distance the first count); may be repeated."
        )
        var feature: [String] = []
        @Option(parsing: .unconditional, help: "Groups of fewer rows are reported and not compared.") var minimumGroupRows = 0
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func validate() throws {
            try options.checkDecisions()
            guard minimumGroupRows >= 0 else { throw ValidationError("--minimum-group-rows is not negative.") }
        }

        func run() async throws {
            let document = try await TableFile.measuring(options.data) {
                var all = FairnessDocument.Options()
                (all.minimumGroupRows, all.features) = (minimumGroupRows, feature)
                for each in reference {
                    let pair = try ColumnPair(each, option: "--reference")
                    all.references[pair.first] = pair.second
                }
                return try FairnessDocument.make(try groups.table(options, more: feature), all)
            }
            StandardOutput.line(document.rendered(format))
        }
    }
}
