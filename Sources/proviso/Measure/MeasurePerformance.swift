public import ArgumentParser
public import Measuring
import Reports

extension Measure {
    struct Performance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "performance", abstract: "How good scores, classes or numbers are.",
            discussion: """
                Example: proviso measure performance --data scores.parquet --label income --score score
                Example: proviso measure performance --task multiclass --data irises.csv --label species --class-score setosa=p1 --class-score virginica=p2
                Example: proviso measure performance --task regression --data houses.csv --label price --prediction estimate
                """)

        @OptionGroup var options: TableOptions
        @Option(help: "binary, multiclass or regression.") var task = PerformanceDocument.Task.binary
        @Option(parsing: .unconditional, help: "What a false positive costs; with --false-negative-cost the cheapest threshold is found.")
        var falsePositiveCost: Double?
        @Option(parsing: .unconditional, help: "What a false negative costs.") var falseNegativeCost: Double?
        @Option(parsing: .unconditional, help: "The quantile of the quantile loss. Default: 0.5.") var quantile: Double?
        @Option(parsing: .unconditional, help: "Of the F-measure: recall counts so many times as much as precision. Default: 2.")
        var beta: Double?
        @Option(help: "Of several classes, the column of one's scores, such as setosa=p1; repeated for each class.") var classScore: [String] = []
        @Option(parsing: .unconditional, help: "How many of the highest scores may hold the true class. Default: 2.") var topK: Int?
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func validate() throws {
            guard (falsePositiveCost == nil) == (falseNegativeCost == nil) else { throw ValidationError("Give both costs or none.") }
            try options.check(task)
            try options.checkDecisions()
            guard task == .binary || falsePositiveCost == nil && beta == nil else {
                throw ValidationError("Costs and --beta are of --task binary.")
            }
            guard task == .multiclass || classScore.isEmpty && topK == nil else {
                throw ValidationError("--class-score and --top-k are of several classes: add --task multiclass.")
            }
            guard topK == nil || !classScore.isEmpty else { throw ValidationError("--top-k is of scores: name their columns with --class-score.") }
            guard task == .regression || quantile == nil else { throw ValidationError("--quantile is of predicted numbers: add --task regression.") }
            guard beta ?? 1 > 0, beta ?? 1 < 1e6, topK ?? 1 >= 1 else { throw ValidationError("--beta is above zero, --top-k at least 1.") }
            guard [falsePositiveCost ?? 0, falseNegativeCost ?? 0].allSatisfy({ $0 >= 0 && $0 <= 1e300 }) else {
                throw ValidationError("A cost is a number from 0 to 1e300.")
            }
        }

        func run() async throws {
            let document = try await TableFile.measuring(options.data) {
                let costs = falsePositiveCost.flatMap { first in falseNegativeCost.map { (falsePositive: first, falseNegative: $0) } }
                let classes = try classScore.map { try ColumnPair($0, option: "--class-score") }
                let plain = try options.table(groups: [], more: classes.map(\.second))
                var columns = plain.columns
                columns.classScores = classes.map { ($0.first, $0.second) }
                (columns.beta, columns.topK) = (beta ?? 2, topK ?? 2)
                let table = MeasuredTable(plain.frame, columns)
                return try PerformanceDocument.make(table, task: task, costs: costs, quantile: quantile ?? 0.5)
            }
            StandardOutput.line(document.rendered(format))
        }
    }

    struct Calibration: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "calibration", abstract: "How far scores are the chances that they claim to be.",
            discussion: "Example: proviso measure calibration --data scores.parquet --label income --score score --group sex --binning quantile")

        @OptionGroup var options: TableOptions
        @OptionGroup var groups: GroupOptions
        @Option(help: "uniform: bins of one width; quantile: of about as many rows.") var binning = "uniform"
        @Option(parsing: .unconditional, help: "How many bins.") var bins = 10
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func validate() throws {
            guard options.score != nil else {
                throw ValidationError("Decisions are no chances that could be right: name the column of scores with --score.")
            }
            guard options.prediction == nil, options.threshold == nil else {
                throw ValidationError("Calibration is of scores, whatever is decided by them: leave --prediction and --threshold out.")
            }
        }

        func run() async throws {
            let document = try await TableFile.measuring(options.data) {
                try CalibrationDocument.make(try groups.table(options), binning: binning, bins: bins)
            }
            StandardOutput.line(document.rendered(format))
        }
    }
}

/// `NAME=VALUE` of an option.
struct ColumnPair {
    let first: String
    let second: String

    init(_ text: String, option: String) throws {
        guard let equals = text.firstIndex(of: "=") else { throw CommandFailure(.invalidInput, "\(option) \(text): the form is NAME=VALUE") }
        first = String(text[..<equals])
        second = String(text[text.index(after: equals)...])
    }
}

extension PerformanceDocument.Task: ExpressibleByArgument {}
