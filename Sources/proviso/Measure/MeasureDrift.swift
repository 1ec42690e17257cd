import ArgumentParser
import Basics
import Foundation
import Measuring
import Reports

extension Measure {
    struct Drift: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How far a table's columns have moved from a reference.",
            discussion: """
                The reference is a table, or the summary that --keep wrote of one: a monitor never reads the reference again. Fails (1) if more than
                --maximum-share of the columns drifted: by the preset stability at a population stability index of 0.25, by the preset evidently as Evidently chooses.

                Example: proviso measure drift --reference january.parquet --data june.parquet --format html > drift.html
                Example: proviso measure drift --reference january.parquet --keep january.json
                Example: proviso measure drift --reference january.json --data june.parquet --preset evidently
                """)

        @Option(help: "A Parquet or CSV file; none: only --keep.") var data: String?
        @Option(help: "A Parquet or CSV file, or a summary in JSON.") var reference: String
        @Option(help: "A file to keep the reference's summary in.") var keep: String?
        @Option(help: "Only this column; may be repeated.") var column: [String] = []
        @Option(help: "stability or evidently.") var preset = "stability"
        @Option(help: "The share of columns that may drift.") var maximumShare = 0.0
        @Option(help: "How many threads work.") var threads = 2
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func validate() throws {
            guard data != nil || keep != nil else { throw ValidationError("Give --data, or --keep.") }
        }

        func run() async throws {
            let threads = try Inputs.threads(threads)
            let kept = try await TableFile.measuring(reference) { () -> DriftReference in
                guard reference.hasSuffix(".json") else {
                    return DriftReference(try TableFile.read(reference, columns: column.isEmpty ? nil : column))
                }
                do {
                    return try DriftReference(json: try JSONValue(parsing: Array(try Inputs.text(of: reference).utf8)))
                } catch let error as JSONError {
                    throw CommandFailure(.invalidInput, "\(reference): \(error)")
                }
            }
            if let keep { try await explaining { try Data(kept.json.canonicalBytes).write(to: URL(fileURLWithPath: keep), options: .atomic) } }
            guard let data else { return }
            let (document, passes) = try await TableFile.measuring(data) {
                try DriftDocument.make(
                    try TableFile.read(data, columns: column.isEmpty ? nil : column), reference: kept, preset: preset, columns: column,
                    maximumShare: maximumShare, threads: threads)
            }
            StandardOutput.line(document.rendered(format))
            if !passes { try ProcessExit.blocked.end() }
        }
    }

    struct Quality: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a table holds: missing values, ranges, what looks like personal data.",
            discussion: "Example: proviso measure quality --data flights.parquet --format markdown")

        @Option(help: "A Parquet or CSV file.") var data: String
        @Option(help: "Only this column; may be repeated.") var column: [String] = []
        @Option(help: "How many threads work.") var threads = 2
        @Option(help: "text, json, markdown or html.") var format = DocumentFormat.text

        func run() async throws {
            let threads = try Inputs.threads(threads)
            let document = try await TableFile.measuring(data) {
                QualityDocument.make(try TableFile.read(data, columns: column.isEmpty ? nil : column), threads: threads)
            }
            StandardOutput.line(document.rendered(format))
        }
    }
}
