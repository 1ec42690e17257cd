public import ArgumentParser
import Foundation
import Frames
import Measuring
import Metrics
public import Reports

struct Measure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measure any table: performance, fairness, calibration, a challenger, drift, quality. No repository is needed.",
        discussion: """
            Reads a Parquet or CSV file. Figures have 95 % intervals where a method is known. A column that is missing somewhere is an error: no row is left
            out silently.

            Example: proviso measure fairness --data scores.parquet --label income --score score --group sex --format html > fairness.html
            """,
        subcommands: [Performance.self, Fairness.self, Calibration.self, Compare.self, Drift.self, Quality.self])
}

/// The table and what its columns are.
///
/// Options that take numbers are parsed unconditionally: a negative number is no other option, and is told what is wrong with it.
struct TableOptions: ParsableArguments {
    @Option(help: "A Parquet or CSV file.") var data: String
    @Option(help: "The column with what is true.") var label: String
    @Option(help: "The column with probabilities of the positive class.") var score: String?
    @Option(help: "The column with decided classes, or predicted numbers.") var prediction: String?
    @Option(help: "The column with the rows' weights.") var weight: String?
    @Option(parsing: .unconditional, help: "The label's positive value. Default: true, 1, or the one of two that comes last.") var positive: String?
    @Option(parsing: .unconditional, help: "A score at or above it is a positive decision. Default: 0.5.") var threshold: Double?

    /// Options that a measure would not look at are refused: who gives one takes it for heard.
    func checkDecisions() throws {
        guard prediction == nil || threshold == nil else {
            throw ValidationError("--prediction says what is decided, and --threshold would decide it by --score: leave one of them out.")
        }
    }

    /// The same of a task's.
    func check(_ task: PerformanceDocument.Task) throws {
        if task != .binary {
            guard positive == nil, threshold == nil else { throw ValidationError("--positive and --threshold are of --task binary.") }
        }
        switch task {
        case .binary: break
        case .multiclass:
            guard score == nil else {
                throw ValidationError("--score is of two classes: name the scores of several with --class-score, such as --class-score setosa=p1.")
            }
        case .regression:
            guard score == nil || prediction == nil else {
                throw ValidationError("Predicted numbers are in one column: give --prediction, without --score.")
            }
        }
    }

    func table(groups: [String], more: [String] = []) throws -> MeasuredTable {
        var columns = MeasuredTable.Columns(label: label)
        columns.score = score
        columns.prediction = prediction
        columns.weight = weight
        columns.groups = groups
        columns.positive = positive
        columns.threshold = threshold ?? 0.5
        let named = [label, score, prediction, weight].compactMap { $0 } + groups + more
        var seen: Set<String> = []
        return MeasuredTable(try TableFile.read(data, columns: named.filter { seen.insert($0).inserted }), columns)
    }
}

enum TableFile {
    /// By the file's ending: `.csv` is CSV, everything else Parquet.
    static func read(_ path: String, columns: [String]? = nil) throws -> Frame {
        let all = try bytes(path)
        return path.hasSuffix(".csv") ? try Frame.read(csv: all, columns: columns) : try Frame.read(parquet: all, columns: columns)
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.invalidInput, "cannot read \(path)", hint: "name a Parquet or CSV file that this user may read")
        }
        return Array(bytes)
    }

    /// All columns that can be read, and those that cannot with their types.
    static func readSupported(_ path: String) throws -> (frame: Frame, unsupported: [(name: String, type: String)]) {
        let (frame, unsupported) = try Frame.readSupported(try bytes(path), isCSV: path.hasSuffix(".csv"))
        return (frame, unsupported)
    }

    /// Runs what measures a table; what is wrong with the table is the user's to mend.
    ///
    /// - Parameter unsupported: what mends a column of a type that cannot be read.
    static func measuring<Result>(_ path: String, unsupported: String? = nil, _ work: () throws -> Result) async throws -> Result {
        try await explaining {
            do {
                return try work()
            } catch let error as MetricsError {
                throw CommandFailure(.invalidInput, "\(path): \(error.message)")
            } catch let error as FrameError {
                throw CommandFailure(
                    .invalidInput, "\(path): \(error)",
                    hint: error.code == .unsupportedType ? unsupported : nil
                )
            }
        }
    }
}

extension DocumentFormat: ExpressibleByArgument {}
