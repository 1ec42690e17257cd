import ArgumentParser
import Basics
import Foundation
import Frames
import Measuring
import Reports

extension Measure {
    struct Drift: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drift",
            abstract: "How far a table's columns have moved from a reference; whether a model's decisions stay as good over time.",
            discussion: """
                The reference is a table, or the summary that --keep wrote of one: a monitor never reads the reference again. Fails (1) if more than
                --maximum-share of the columns drifted. The preset stability calls a population stability index of 0.25 beyond chance
                drift (of categories too rare for it as much of the Jensen-Shannon divergence, or of the index of rare ones together), and allows no column; evidently decides by column and rows as
                Evidently's DataDriftPreset does, and fails from half of the columns on. Both look at values that are there: by
                stability a column has drifted too where the shares of missing values differ by more than 0.1 (--maximum-missing-difference), and that alone is
                asked of columns of times, which move on.

                With --label and --score (or --prediction) the rows are taken in the order of the file: rolling performance, and changes found by ADWIN, DDM and
                Page-Hinkley. Fails (1) if accuracy falls by more than --maximum-accuracy-loss.

                Example: proviso measure drift --reference january.parquet --data june.parquet --format html > drift.html
                Example: proviso measure drift --reference january.parquet --keep january.json
                Example: proviso measure drift --reference january.json --data june.parquet --preset evidently
                Example: proviso measure drift --data scored.parquet --label paid --score score --window 1000
                """)

        @Option(help: "A Parquet or CSV file; none: only --keep.") var data: String?
        @Option(help: "A Parquet or CSV file, or a summary in JSON.") var reference: String?
        @Option(help: "A file to keep the reference's summary in.") var keep: String?
        @Option(help: "Only this column; may be repeated.") var column: [String] = []
        @Option(help: "stability or evidently. Default: stability.") var preset: String?
        @Option(parsing: .unconditional, help: "The share of columns that may drift. Default: none; with the preset evidently anything under half.")
        var maximumShare: Double?
        @Option(
            parsing: .unconditional,
            help: "How far a column's share of missing values may lie from the reference's. Default: 0.1; with the preset evidently any."
        )
        var maximumMissingDifference: Double?
        @Flag(help: "Also train a classifier to tell the tables apart; needs the reference as a table.") var classifier = false
        @Option(help: "The column with what is true: rows in the order of time.") var label: String?
        @Option(help: "The column with probabilities of the positive class.") var score: String?
        @Option(help: "The column with decided classes.") var prediction: String?
        @Option(help: "The column with the rows' weights, in both tables.") var weight: String?
        @Option(parsing: .unconditional, help: "The label's positive value.") var positive: String?
        @Option(parsing: .unconditional, help: "A score at or above it is a positive decision. Default: 0.5.") var threshold: Double?
        @Option(parsing: .unconditional, help: "Rows of a window of rolling performance. Default: 1000.") var window: Int?
        @Option(parsing: .unconditional, help: "How far accuracy may fall from the first window to the worst.") var maximumAccuracyLoss: Double?
        @Option(parsing: .unconditional, help: "How many threads work.") var threads = 2
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func validate() throws {
            guard reference != nil || label != nil else { throw ValidationError("Give --reference, or --label for drift over time.") }
            guard data != nil || (keep != nil && reference != nil) else { throw ValidationError("Give --data, or --reference with --keep.") }
            guard weight == nil || keep == nil else { throw ValidationError("--keep writes a summary that counts rows: leave --weight out.") }
            guard label == nil || score != nil || prediction != nil else { throw ValidationError("Give --score or --prediction with --label.") }
            guard prediction == nil || threshold == nil else {
                throw ValidationError("--prediction says what is decided, and --threshold would decide it by --score: leave one of them out.")
            }
            // Who gives an option that nothing looks at, takes a limit for kept.
            guard
                label != nil
                    || [score, prediction, positive].allSatisfy({ $0 == nil }) && threshold == nil && window == nil && maximumAccuracyLoss == nil
            else {
                throw ValidationError(
                    "--score, --prediction, --positive, --threshold, --window and --maximum-accuracy-loss are of drift over time: give --label.")
            }
            let limits = [maximumShare, maximumMissingDifference].compactMap { $0 }
            guard reference != nil || column.isEmpty && preset == nil && limits.isEmpty && !classifier else {
                throw ValidationError(
                    "--column, --preset, --maximum-share, --maximum-missing-difference and --classifier compare with a reference: give --reference.")
            }
            guard data != nil || label == nil && preset == nil && limits.isEmpty && !classifier else {
                throw ValidationError("Without --data nothing is compared: --keep alone takes --reference and --column.")
            }
            guard (limits + [maximumAccuracyLoss ?? 0]).allSatisfy({ (0...1).contains($0) }) else {
                throw ValidationError("--maximum-share, --maximum-missing-difference and --maximum-accuracy-loss are between 0 and 1.")
            }
        }

        func run() async throws {
            let threads = try Inputs.threads(threads)
            var documents: [(key: String, document: Document)] = []
            var passes = true
            if let reference {
                let (kept, table) = try await read(reference)
                if let keep { try OutputFile.write(kept.json.canonicalBytes, to: keep) }
                guard let data else { return }
                let compared = try await TableFile.measuring(data, unsupported: Self.unsupported) {
                    let current = try TableFile.read(data, columns: wanted)
                    let weighted = try weight.flatMap { name in try table.map { ($0, try Self.weights($0, name), try Self.weights(current, name)) } }
                    return try DriftDocument.make(
                        try unweighted(current), reference: kept, preset: preset ?? "stability", columns: column,
                        maximumMissingDifference: maximumMissingDifference, maximumShare: maximumShare,
                        weighted: weighted.map { (try unweighted($0.0), $0.1, $0.2) }, classifying: try (classifier ? table : nil).map(unweighted),
                        threads: threads)
                }
                documents.append(("columns", compared.document))
                passes = compared.passes
            }
            if let label, let data {
                let (document, change) = try await TableFile.measuring(data) {
                    try ConceptDriftDocument.make(try scored(data, label), window: window ?? 1000)
                }
                documents.append(("overTime", document))
                // A fall of just so much may differ from the number in its last digit.
                if let maximumAccuracyLoss, -change > maximumAccuracyLoss + 1e-12 { passes = false }
            }
            StandardOutput.line(Document.joined(documents).rendered(format))
            if !passes { try ProcessExit.blocked.end() }
        }

        private static let unsupported = "name the columns to compare with --column"

        /// Nil for all columns.
        private var wanted: [String]? { column.isEmpty ? nil : column + (weight.map { column.contains($0) ? [] : [$0] } ?? []) }

        /// Weights are no column that drifts.
        private func unweighted(_ frame: Frame) throws -> Frame {
            try weight.map { name in try Frame(frame.columns.filter { $0.name != name }) } ?? frame
        }

        private static func weights(_ frame: Frame, _ name: String) throws -> [Double] {
            var columns = MeasuredTable.Columns(label: name)
            columns.weight = name
            return try MeasuredTable(frame, columns).weights() ?? []
        }

        private func read(_ path: String) async throws -> (DriftReference, Frame?) {
            try await TableFile.measuring(path, unsupported: Self.unsupported) {
                guard path.hasSuffix(".json") else {
                    let table = try TableFile.read(path, columns: wanted)
                    return (DriftReference(table), table)
                }
                guard weight == nil else {
                    throw CommandFailure(
                        .invalidInput, "\(path): --weight needs the reference as a table, since its summary counts rows",
                        hint: "give the Parquet or CSV file that the summary was made of, or leave --weight out")
                }
                guard !classifier else {
                    throw CommandFailure(.invalidInput, "\(path): --classifier needs the reference as a table, not its summary")
                }
                do {
                    return (try DriftReference(json: try JSONValue(parsing: Array(try Inputs.text(of: path).utf8))), nil)
                } catch let error as JSONError {
                    throw CommandFailure(.invalidInput, "\(path): \(error)")
                }
            }
        }

        private func scored(_ data: String, _ label: String) throws -> MeasuredTable {
            var columns = MeasuredTable.Columns(label: label)
            (columns.score, columns.prediction, columns.weight, columns.positive, columns.threshold) = (
                score, prediction, weight, positive, threshold ?? 0.5
            )
            var seen: Set<String> = []
            let named = [label, score, prediction, weight].compactMap { $0 }.filter { seen.insert($0).inserted }
            return MeasuredTable(try TableFile.read(data, columns: named), columns)
        }
    }

    struct Quality: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "quality", abstract: "What a table holds: missing values, ranges, what looks like personal data; leakage and proxies.",
            discussion: """
                Example: proviso measure quality --data flights.parquet --format markdown
                Example: proviso measure quality --data test.parquet --reference train.parquet --label income --protected sex
                """)

        @Option(help: "A Parquet or CSV file.") var data: String
        @Option(help: "Another table, such as the training rows: rows that are in both are counted.") var reference: String?
        @Option(help: "The column with what is true: how well each other column alone tells it.") var label: String?
        @Option(parsing: .unconditional, help: "The label's positive value.") var positive: String?
        @Option(help: "A protected column: how much others tell of it; may be repeated.") var protected: [String] = []
        @Option(help: "Only this column; may be repeated.") var column: [String] = []
        @Option(parsing: .unconditional, help: "How many threads work.") var threads = 2
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func validate() throws {
            guard positive == nil || label != nil else { throw ValidationError("--positive is a value of the label: give --label.") }
        }

        func run() async throws {
            let threads = try Inputs.threads(threads)
            var options = QualityDocument.Options()
            (options.label, options.positive, options.protected, options.threads) = (label, positive, protected, threads)
            if let reference { options.other = try await TableFile.measuring(reference) { try TableFile.readSupported(reference).frame } }
            let document = try await TableFile.measuring(data) { [options] in
                var options = options
                guard column.isEmpty else { return try QualityDocument.make(try TableFile.read(data, columns: column), options) }
                let read = try TableFile.readSupported(data)
                options.unsupported = read.unsupported
                return try QualityDocument.make(read.frame, options)
            }
            StandardOutput.line(document.rendered(format))
        }
    }
}
