import ArgumentParser
import Measuring
import Metrics
import Reports

extension Measure {
    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compare", abstract: "A challenger beside the champion, on the same rows: scores, classes or numbers.",
            discussion: """
                notWorse fails (1) where the challenger is significantly worse; nonInferior until it is shown to be at most --margin worse. The margin of a loss or an error
                is a share of the champion's; of every other figure it is in the figure's own unit.

                Example: proviso measure compare --data both.parquet --label income --champion live --score new --group sex --group age --edges age=25,40,60
                Example: proviso measure compare --data both.parquet --label income --champion live --score new --question nonInferior --margin 0.01
                Example: proviso measure compare --task regression --data prices.csv --label price --champion live --prediction new
                Example: proviso measure compare --task multiclass --data irises.csv --label species --champion live --prediction new
                """)

        @OptionGroup var options: TableOptions
        @Option(help: "binary, multiclass or regression.") var task = PerformanceDocument.Task.binary
        @Option(help: "The column with the champion's probabilities, decided classes or numbers; --score or --prediction has the challenger's.")
        var champion: String?
        @Option(help: "Of several classes, the column of the challenger's scores of one, such as setosa=p1; repeated for each class.")
        var classScore: [String] = []
        @Option(help: "The same of the champion.") var championClassScore: [String] = []
        @Option(parsing: .unconditional, help: "Predicted numbers are this quantile, and are judged by its loss.") var quantile: Double?
        @Flag(help: "Predicted numbers are of events: Poisson deviance is compared too.") var count = false
        @OptionGroup var groups: GroupOptions
        @Option(help: "notWorse or nonInferior.") var question = "notWorse"
        @Option(parsing: .unconditional, help: "How much worse is no matter to nonInferior. Default: 0.01.") var margin: Double?
        @Option(parsing: .unconditional, help: "How sure the answer is.") var confidence = 0.95
        @Option(parsing: .unconditional, help: "Groups of fewer rows are not compared.") var minimumGroupRows = 30
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func validate() throws {
            guard champion != nil || !championClassScore.isEmpty else { throw ValidationError("Name what the champion said: --champion COLUMN.") }
            try options.check(task)
            guard minimumGroupRows >= 0 else { throw ValidationError("--minimum-group-rows is not negative.") }
            guard question == "nonInferior" || margin == nil else { throw ValidationError("--margin is of --question nonInferior.") }
            guard quantile == nil || !count else { throw ValidationError("Predicted numbers are a quantile or of events: --quantile or --count.") }
            guard task == .multiclass || classScore.isEmpty && championClassScore.isEmpty else {
                throw ValidationError("Scores of classes are of --task multiclass.")
            }
            guard task == .regression || quantile == nil && !count else { throw ValidationError("--quantile and --count are of --task regression.") }
        }

        func run() async throws {
            let (document, passes) = try await TableFile.measuring(options.data) {
                var asked = ComparisonDocument.Options()
                (asked.question, asked.margin, asked.confidence, asked.minimumGroupRows) = (question, margin ?? 0.01, confidence, minimumGroupRows)
                asked.isThresholdGiven = options.threshold != nil
                asked.goal = quantile.map { .quantile($0) } ?? (count ? .count : .mean)
                let own = try classScore.map { try ColumnPair($0, option: "--class-score") }
                let live = try championClassScore.map { try ColumnPair($0, option: "--champion-class-score") }
                let plain = try groups.table(options, more: (own + live).map(\.second) + (champion.map { [$0] } ?? []))
                var columns = plain.columns
                columns.classScores = own.map { ($0.first, $0.second) }
                return try ComparisonDocument.make(
                    MeasuredTable(plain.frame, columns), champion: .init(champion, classScores: live.map { ($0.first, $0.second) }), task: task, asked
                )
            }
            StandardOutput.line(document.rendered(format))
            if !passes { try ProcessExit.blocked.end() }
        }
    }
}
