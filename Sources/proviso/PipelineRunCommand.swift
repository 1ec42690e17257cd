import ArgumentParser
import Basics
import Diagnostics
import Execution
import Foundation
import Reconciliation
import Reports
import Sandbox

/// Where a work tree's runs keep what they make: outside of the work tree, and of what reconcilers read.
enum RunFolder {
    static func path(of repository: String) -> String {
        ReconcilerOptions.defaultState("run " + URL(fileURLWithPath: repository).standardizedFileURL.path)
    }
}

struct PipelineRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a pipeline's stages, and judge nothing.",
        discussion: """
            Runs what has no result yet, of the work tree or of a revision; a stage whose inputs are unchanged is not run again. What it makes is kept in a
            folder of its own, which neither gate nor reconciler reads. Exits with 1 if a stage failed, with 2 if the specs are invalid, with 3
            if the machine could not run a stage or keep its outputs.

            Example: proviso pipeline run flights --output out
            """)

    @Argument(help: "The pipeline.") var name: String
    @Option(help: "The working folder.") var repository = "."
    @Option(help: "Run the files of this revision, not those of the work tree.") var revision: String?
    @Option(help: "Only this stage, with what it needs; may be repeated.") var stage: [String] = []
    @Option(help: "Copy the outputs to this folder, as STAGE/FILE (% and / in a stage's name are %25 and %2F there).") var output: String?
    @Option(help: "Where results are kept. Default: under $XDG_STATE_HOME/proviso, by folder.") var state: String?
    @Option(help: "The number of threads.") var threads = 2
    @OptionGroup var operation: OperationOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var progress: ProgressOptions
    @Option(help: "text or json.") var format = OutputFormat.text

    func run() async throws {
        let folder = URL(fileURLWithPath: repository).standardizedFileURL.path
        var options = PipelineRun.Options(folder: folder, pipeline: name, state: state ?? RunFolder.path(of: repository))
        options.state = URL(fileURLWithPath: options.state).standardizedFileURL.path
        options.revision = revision
        options.stages = stage
        options.output = output
        options.threads = try operation.cores(threads: try Inputs.threads(threads))
        options.operation = try operation.operation()
        options.dvcCache = try data.dvcCache()
        let settled = options
        let progress = self.progress.display()
        defer { progress.end() }
        let task = Task { try await PipelineRun(options: settled, clock: SystemClock()).run { progress.show($0) } }
        let signals = [SIGTERM, SIGINT].map { Interruption.source($0) { task.cancel() } }
        let report = try await explaining { try await task.value }
        withExtendedLifetime(signals) {}
        progress.end()
        if !report.diagnostics.isEmpty { StandardError.write(DiagnosticsReport.text(report.diagnostics) + "\n") }
        StandardOutput.line(format == .json ? report.json.prettyText : Self.text(report))
        if report.diagnostics.hasErrors { try ProcessExit.invalidInput.end() }
        if report.machineFailed {
            StandardError.write("proviso: this machine could not do all of it\n  hint: what is done is kept, and the next run goes on from there\n")
            try ProcessExit.environmentFailed.end()
        }
        if !report.isWhole { try ProcessExit.blocked.end() }
    }

    private static func text(_ report: PipelineRun.Report) -> String {
        if report.stages.isEmpty { return "Nothing of '\(report.pipeline)' can run" }
        var lines: [String] = []
        for stage in report.stages {
            let mark =
                switch stage.outcome {
                case .ran: "✓"
                case .reused: "="
                case .failed: "✗"
                case .skipped, .leftOut: "–"
                }
            let outputs = stage.outputs.sorted { $0.key < $1.key }.filter { $0.key != "log" }.map { "\($0.key) \($0.value.short)" }
            let cost = stage.usage.map { String(format: "  %.2f s CPU", $0.process.cpuSeconds) } ?? ""
            lines.append("\(mark) \(stage.name)  \(stage.explanation ?? outputs.joined(separator: ", "))\(stage.outcome == .ran ? cost : "")")
            if stage.outcome == .failed, let place = stage.location {
                lines.append("    \(place.file.path):\(place.start.line):\(place.start.column)")
            }
            if let log = stage.log, !log.isEmpty {
                lines += log.split(separator: "\n").suffix(15).map { "    | \(String($0).withoutControls)" }
                if let whole = stage.wholeLog { lines.append("    all of it: \(whole.file)") }
            }
        }
        let ran = report.stages.count { $0.outcome == .ran }
        let reused = report.stages.count { $0.outcome == .reused }
        let failed = report.stages.count { $0.outcome == .failed || $0.outcome == .skipped }
        let leftOut = report.stages.count { $0.outcome == .leftOut }
        lines.append(
            "\(ran) ran, \(reused) unchanged\(failed == 0 ? "" : ", \(failed) without a result")\(leftOut == 0 ? "" : ", \(leftOut) left out")")
        return lines.joined(separator: "\n")
    }
}
