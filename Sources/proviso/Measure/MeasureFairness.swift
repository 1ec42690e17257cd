import ArgumentParser
import Measuring
import Reports

extension Measure {
    struct Fairness: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How groups of rows are treated: rates, differences, ratios, tests.",
            discussion: """
                Rows whose group is missing are a group of their own.

                Example: proviso measure fairness --data scores.parquet --label income --score score --group sex --group race --cross sex,race
                Example: proviso measure fairness --data loans.csv --label repaid --prediction granted --group age --edges age=25,40,60 --reference age='25 to below 40'
                """)

        @OptionGroup var options: TableOptions
        @Option(help: "A column of groups; may be repeated.") var group: [String]
        @Option(help: "Columns whose combinations are groups too, such as sex,race; may be repeated.") var cross: [String] = []
        @Option(help: "Edges between groups of a column of numbers, such as age=25,40; may be repeated.") var edges: [String] = []
        @Option(help: "The group that others are compared with, such as sex=Male. Default: the one with the highest rate.") var reference: [String] =
            []
        @Option(help: "Groups of fewer rows are reported and not compared.") var minimumGroupRows = 0
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func run() async throws {
            let document = try await TableFile.measuring(options.data) {
                var all = FairnessDocument.Options()
                all.minimumGroupRows = minimumGroupRows
                all.intersections = cross.map { $0.split(separator: ",").map(String.init) }
                for each in reference { all.references.merge([try pair(each, "--reference")]) { $1 } }
                for each in edges {
                    let (name, text) = try pair(each, "--edges")
                    let numbers = text.split(separator: ",").map { Double($0) }
                    guard numbers.allSatisfy({ $0 != nil }) else {
                        throw CommandFailure(.invalidInput, "--edges \(each): edges are numbers, such as age=25,40")
                    }
                    all.bins[name] = numbers.compactMap { $0 }
                }
                let crossed = all.intersections.flatMap { $0 }
                return try FairnessDocument.make(try options.table(groups: group, more: crossed), all)
            }
            StandardOutput.line(document.rendered(format))
        }

        private func pair(_ text: String, _ option: String) throws -> (String, String) {
            guard let equals = text.firstIndex(of: "=") else {
                throw CommandFailure(.invalidInput, "\(option) \(text): the form is COLUMN=VALUE")
            }
            return (String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
    }

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A challenger's scores beside the champion's, on the same rows.",
            discussion: """
                notWorse fails (1) where the challenger is significantly worse; nonInferior until it is shown to be at most --margin worse.

                Example: proviso measure compare --data both.parquet --label income --champion live --score new --group sex
                Example: proviso measure compare --data both.parquet --label income --champion live --score new --question nonInferior --margin 0.01
                """)

        @OptionGroup var options: TableOptions
        @Option(help: "The column with the champion's probabilities; --score has the challenger's.") var champion: String
        @Option(help: "A column whose groups are compared too; may be repeated.") var group: [String] = []
        @Option(help: "notWorse or nonInferior.") var question = "notWorse"
        @Option(help: "How much worse is no matter.") var margin = 0.01
        @Option(help: "How sure the answer is.") var confidence = 0.95
        @Option(help: "Groups of fewer rows are not compared.") var minimumGroupRows = 30
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func run() async throws {
            let (document, passes) = try await TableFile.measuring(options.data) {
                try ComparisonDocument.make(
                    try options.table(groups: group, more: [champion]), champion: champion, question: question, margin: margin,
                    confidence: confidence, minimumGroupRows: minimumGroupRows)
            }
            StandardOutput.line(document.rendered(format))
            if !passes { try ProcessExit.blocked.end() }
        }
    }
}
