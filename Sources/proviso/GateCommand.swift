import ArgumentParser
import Attestations
import Basics
import Diagnostics
import Git
import Reconciliation
import Reports

struct Gate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", abstract: "Judge a pull request: what merging head into base would give, by what base says.",
        discussion: """
            Exits with 0 if it may be merged, 1 if it is denied or undecided, 2 if its files are invalid. Writes nothing.

            Example: proviso gate --base origin/main --head HEAD --root SHA256:…
            """)

    @Option(help: "The revision that is merged into.") var base: String
    @Option(help: "The revision that is merged.") var head = "HEAD"
    @Option(help: "The repository.") var repository = "."
    @Option(help: "A reconciler's folder or shared store, to read artefacts from. Nothing is written there.") var store: String?
    @OptionGroup var data: DataOptions
    @Option(help: "The number of threads.") var threads = 2
    @Option(help: "text or json.") var format = OutputFormat.text
    @OptionGroup var root: RootOption
    @OptionGroup var operation: OperationOptions

    func run() async throws {
        let report = try await explaining {
            let opened = try Repository.open(at: repository, objectWrites: .inMemory)
            var options = Reconciliation.Gate.Options()
            options.root = root.fingerprints
            options.threads = try operation.cores(threads: try Inputs.threads(threads))
            options.operation = try operation.operation()
            options.store = try DataOptions.store(store)
            options.dvcCache = try data.dvcCache()
            return try await Reconciliation.Gate(repository: opened, options: options, clock: SystemClock())
                .judge(base: try opened.resolve(base), head: try opened.resolve(head))
        }
        try GateOutput.write(report, format: format)
    }
}

enum GateOutput {
    static func write(_ report: Reconciliation.Gate.Report, format: OutputFormat) throws {
        switch format {
        case .json:
            var json = report.verdict.json.objectValue ?? [:]
            json["diagnostics"] = DiagnosticsReport.json(report.diagnostics)
            StandardOutput.line(JSONText.pretty(json))
        case .text:
            if !report.diagnostics.isEmpty { StandardOutput.line(DiagnosticsReport.text(report.diagnostics) + "\n") }
            StandardOutput.line(VerdictText.render(report.verdict))
        }
        try ProcessExit(report).end()
    }
}
