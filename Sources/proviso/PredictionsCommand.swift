import ArgumentParser
import Attestations
import Basics
import Reconciliation

struct Predictions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predictions", abstract: "Copy the recorded predictions of a batch inference into a folder.",
        discussion: """
            Reads the ledger, checks it, and copies what the newest record of the inference (or the one that --record names) vouches for out of the store: a
            Parquet file for each shard, folders key=value as in the data, and _proviso/manifest.json once all are there. Run again, it copies only what
            differs. Exits with 1 if the record did not pass: a limit was passed, and the predictions are not to be used.

            Example: proviso predictions nightly models.git --store /var/lib/proviso/store --output out
            """)

    @Argument(help: "The batch inference.") var name: String
    @OptionGroup var location: AuditLocation
    @Option(help: "The reconciler's store: the folder 'store' of its state, or of its shared store.") var store: String
    @Option(help: "The folder for the predictions: new, empty, or of an earlier export.") var output: String
    @Option(help: "The beginning of a record's digest; default: the newest.") var record: String?
    @Option(help: "text or json.") var format = OutputFormat.text

    func run() async throws {
        let report = try await explaining {
            try PredictionExport(repositoryPath: location.repository, revision: location.branch, ledger: location.ledger, store: store)
                .export(name, record: record, to: output)
        }
        guard report.outcome == .pass else {
            throw CommandFailure(
                .blocked, "record \(report.record.short) of '\(name)' did not pass: \(report.outcome.rawValue)",
                hint: "proviso audit show \(report.record.short) says why; --record names an earlier one")
        }
        let shards = report.manifest["shards"]?.arrayValue ?? []
        guard format == .text else { return StandardOutput.line(report.manifest.prettyText) }
        let rows = shards.reduce(0) { $0 + ($1["rows"]?.intValue ?? 0) }
        let kept = report.kept == 0 ? "" : ", \(report.kept) of them there already"
        StandardOutput.line("\(Int(rows).counting("row")) in \(shards.count.counting("shard"))\(kept): \(output)\nrecord \(report.record.short)")
    }
}
