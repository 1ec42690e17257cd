import ArgumentParser
import Basics
import Dispatch
import Frames
import Models
import Training

/// Size and work of a model, and on demand how long a prediction takes here.
struct FootprintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "footprint", abstract: "How large a model is, how much work a prediction takes, and how long it takes here.",
        discussion: """
            Bytes, trees, parameters and operations for one row are the same on every machine: they are `evidence.footprint`, which policies bound. With --latency
            rows of a table are scored on one thread, one by one and all at once, and the medians of the times are told; they are of this machine and this moment, and
            never evidence.

            Example: proviso model footprint income.model --latency applicants.parquet
            Example: proviso model footprint network-int8.onnx --latency applicants.parquet --columns x=age,income,tenure
            """)

    @Argument(help: "A model: Proviso's artefact, or ONNX.") var model: String
    @Option(help: "A Parquet or CSV file with the model's columns, to measure time on.") var latency: String?
    @Option(help: "How often each time is taken.") var repeats = 20
    @Option(help: "Columns of an ONNX input that takes several, as INPUT=COLUMN,COLUMN; may be repeated.") var columns: [String] = []
    @Option(help: "text or json.") var format = OutputFormat.text

    func validate() throws {
        guard repeats > 0 else { throw ValidationError("--repeats must be at least 1.") }
    }

    func run() async throws {
        let bytes = try ModelFiles.bytes(of: model)
        let named = try ModelFiles.columns(columns)
        let (footprint, times) = try ModelFiles.explaining(model) { () throws -> (ModelFootprint, (row: Double, all: Double, rows: Int)?) in
            if bytes.starts(with: Array("proviso-".utf8)) {
                let trained = try TrainedModel(bytes: bytes)
                let footprint = try ModelFootprint(trained.members.map(\.model), bytes: bytes.count)
                return (footprint, try latency.map { try measured(ModelFiles.table($0, trained.schema)) { _ = try trained.scores($0, threads: 1) } })
            }
            let onnx = try ONNXModel(bytes: bytes)
            let footprint = ModelFootprint(onnx: bytes)
            guard let latency else { return (footprint, nil) }
            let table = try TableFile.read(latency)
            let predictor = try ONNXPredictor(onnx, frames: [table], options: .init(columns: named))
            return (footprint, try measured(table) { _ = try predictor.predict($0) })
        }
        var members = footprint.json.objectValue ?? [:]
        var lines = ["bytes", "trees", "nodes", "depth", "parameters", "operationsPerRow"].map { name in
            "\(name): \(members[name]?.canonicalText ?? "cannot be counted")"
        }
        if let times {
            let rate = Double(times.rows) / times.all * 1e6
            let latency: [String: JSONValue] = [
                "rows": .int(Int64(times.rows)), "microsecondsForOneRow": .double(times.row), "microsecondsForAllRows": .double(times.all),
                "rowsPerSecond": .double(rate),
            ]
            members["latency"] = .object(latency)
            let (row, all) = (Int(times.row.rounded()), Int(times.all.rounded()))
            lines.append("one row: \(row) µs; \(times.rows) rows: \(all) µs (medians of \(repeats), one thread)")
        }
        StandardOutput.line(format == .json ? JSONValue.object(members).prettyText : lines.joined(separator: "\n"))
    }

    /// Medians in microseconds, of the first row and of all.
    private func measured(_ table: Frame, _ score: (Frame) throws -> Void) throws -> (row: Double, all: Double, rows: Int) {
        guard table.rowCount > 0 else { throw CommandFailure(.invalidInput, "the table has no rows to measure time on") }
        func median(_ frame: Frame) throws -> Double {
            try score(frame)
            let all = try (0..<repeats).map { _ -> UInt64 in
                let start = DispatchTime.now().uptimeNanoseconds
                try score(frame)
                return DispatchTime.now().uptimeNanoseconds - start
            }
            return Double(all.sorted()[repeats / 2]) / 1000
        }
        return (try median(table.selecting(rows: [0])), try median(table), table.rowCount)
    }
}
