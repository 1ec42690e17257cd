import ArgumentParser
import Attestations
import Basics
import Diagnostics
import Execution
import Foundation
import Git
import Planning
import Reconciliation
import Reports
import Sandbox

struct ReconcilerOptions: ParsableArguments {
    @Argument(help: "Path or URL of the repository.") var repository = "."
    @Option(help: "The reconciler's private key, in OpenSSH's format.") var key: String
    @Option(help: "The e-mail address in the ledger's commits.") var email = "reconciler@localhost"
    @Option(help: "The reconciler's folder. Default: under $XDG_STATE_HOME/proviso, by repository.") var state: String?
    @Option(
        help: "A folder of artefacts and step results that reconcilers with one key share, whatever repository they serve. Default: in --state.")
    var store: String?
    @OptionGroup var data: DataOptions
    @Option(help: "The branch that is reconciled.") var branch = "main"
    @Option(help: "The number of threads.") var threads = 2
    @OptionGroup var root: RootOption
    @OptionGroup var operation: OperationOptions

    func options() throws -> Reconciler.Options {
        if !repository.contains(":") {
            // A path: it must be a repository before anything is fetched from it.
            _ = try Repository.open(at: repository, objectWrites: .inMemory)
        }
        let address =
            repository.contains("://") || repository.hasPrefix("/") || !FileManager.default.fileExists(atPath: repository)
            ? repository : URL(fileURLWithPath: repository).standardizedFileURL.path
        var options = Reconciler.Options(
            address: address, stateFolder: state ?? Self.defaultState(address), key: try Inputs.signingKey(key), email: email, root: root.fingerprints
        )
        options.branch = branch
        options.sharedStore = store.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        options.dvcCache = try data.dvcCache()
        options.threads = try operation.cores(threads: try Inputs.threads(threads))
        options.operation = try operation.operation()
        return options
    }

    static func defaultState(_ address: String) -> String {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_STATE_HOME"] ?? (environment["HOME"] ?? "/var/lib") + "/.local/state"
        return "\(base)/proviso/\(Digest.of(address).hex.prefix(16))"
    }
}

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "What reconciling would run, and why.",
        discussion: "Example: proviso plan https://git.example.org/models.git --key reconciler --root SHA256:…")

    @OptionGroup var options: ReconcilerOptions
    @Option(help: "text or json.") var format = OutputFormat.text

    func run() async throws {
        ProcessHeap.expectsToEndSoon()
        try await explaining {
            try await Reconciler(options: try options.options(), clock: SystemClock()).withPlan { plan, diagnostics in
                if !diagnostics.isEmpty { StandardError.write(DiagnosticsReport.text(diagnostics) + "\n") }
                StandardOutput.line(format == .json ? plan.json.prettyText : PlanText.render(plan))
                (diagnostics.hasErrors ? ProcessExit.invalidInput : .pass).leave()
            }
        }
    }
}

struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", abstract: "Bring the ledger up to what the branch says: train, measure, judge, record.",
        discussion: """
            Example: proviso reconcile https://git.example.org/models.git --key reconciler --root SHA256:… --watch
            """)

    @OptionGroup var options: ReconcilerOptions
    @Flag(help: "Go on for ever: poll, and wake when a period of validity begins or ends.") var watch = false
    @Option(help: "Seconds between two looks with --watch.") var interval: Int64 = 60
    @OptionGroup var progress: ProgressOptions
    @Option(help: "text or json.") var format = OutputFormat.text

    func run() async throws {
        var looking = try await explaining { try self.options.options() }
        if watch { looking.operation.resting = RestingFailures() }
        let options = looking
        let task = Task { try await loop(options) }
        let signals = [SIGTERM, SIGINT].map { Interruption.source($0) { task.cancel() } }
        let exit = try await explaining { try await task.value }
        withExtendedLifetime(signals) {}
        try exit.end()
    }

    private func loop(_ options: Reconciler.Options) async throws -> ProcessExit {
        let clock = SystemClock()
        while true {
            guard let report = try await look(options, clock) else {
                try await Task.sleep(for: .seconds(max(1, interval)))
                continue
            }
            for notice in report.notices { StandardError.write("proviso: \(notice)\n") }
            if !report.diagnostics.isEmpty { StandardError.write(DiagnosticsReport.text(report.diagnostics) + "\n") }
            StandardOutput.line(format == .json ? Self.json(report).prettyText : Self.text(report))
            let exit = max(
                report.diagnostics.hasErrors ? .invalidInput : ProcessExit(report.outcome), report.unjudged.isEmpty ? .pass : .environmentFailed)
            guard watch else { return exit }
            let untilBoundary = report.nextBoundary.map { $0.secondsSinceEpoch - clock.now().secondsSinceEpoch } ?? interval
            try await Task.sleep(for: .seconds(max(1, min(interval, untilBoundary))))
        }
    }

    /// - Returns: nil if the machine, the network or the server failed and the next look is to try again.
    private func look(_ options: Reconciler.Options, _ clock: SystemClock) async throws -> Reconciler.Report? {
        let progress = self.progress.display()
        defer { progress.end() }
        do {
            return try await explaining { try await Reconciler(options: options, clock: clock).run(waits: !watch) { progress.show($0) } }
        } catch let failure as CommandFailure where watch && failure.exit == .environmentFailed && !Task.isCancelled {
            failure.tell()
            StandardError.write("proviso: the next look tries again\n")
            return nil
        }
    }

    private static func text(_ report: Reconciler.Report) -> String {
        var parts = report.verdicts.filter { !$0.rules.isEmpty || !$0.findings.isEmpty }.map { VerdictText.render($0) }
        parts += report.unjudged.map { subject in
            subject.until == nil
                ? "\(subject.subject): not judged on this machine: \(subject.reason)\n  "
                    + (report.verdicts.contains { $0.subject == subject.subject }
                        ? "What fails in any case is recorded" : "Nothing of it is recorded")
                    + "; the next run goes on"
                : "\(subject.subject): not judged yet: \(subject.reason)"
        }
        let tip = report.ledgerTip.map { "; the ledger is at \($0.prefix(12))" } ?? ""
        parts.append(
            report.added.isEmpty
                ? "Nothing new to record at \(report.commit.prefix(12))\(tip)"
                : "\(report.added.count) record\(report.added.count == 1 ? "" : "s") added for \(report.commit.prefix(12))\(tip)")
        return parts.joined(separator: "\n\n")
    }

    private static func json(_ report: Reconciler.Report) -> JSONValue {
        JSONValue.object([
            "kind": "ReconcileReport", "apiVersion": "proviso.dev/v1alpha1", "commit": .string(report.commit),
            "outcome": .string(report.outcome.rawValue), "plan": report.plan.json, "subjects": .array(report.verdicts.map(\.json)),
            "unjudged": .array(
                report.unjudged.map {
                    JSONValue.object([
                        "subject": $0.subject.json, "reason": .string($0.reason), "until": $0.until.map { .string($0.description) } ?? .null,
                    ]).droppingNulls
                }),
            "added": .array(report.added.map { .string($0.description) }), "ledgerTip": report.ledgerTip.map { .string($0) } ?? .null,
            "nextBoundary": report.nextBoundary.map { .string($0.description) } ?? .null,
            "diagnostics": DiagnosticsReport.json(report.diagnostics),
        ]).droppingNulls
    }
}
