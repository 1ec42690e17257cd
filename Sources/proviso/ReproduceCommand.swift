import ArgumentParser
import Attestations
import Basics
import Foundation
import Reconciliation
import Storage

extension Audit {
    struct Reproduce: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reproduce", abstract: "Work a recorded decision out again, and compare every digest.",
            discussion: """
                Runs the record's steps anew from the repository and the store alone, judges the evidence by the policies of the judged commit, and compares
                steps, evidence, artefacts and verdict bit by bit. Where something differs it names the step that first did, and what both environments have
                not in common. Exits with 1 if anything differs, with 2 for no such record, with 3 if the repository cannot be read.

                Example: proviso audit reproduce 3f9c2a models.git --store /var/lib/proviso/store
                """)

        @Argument(help: "The beginning of the record's digest.") var record: String
        @OptionGroup var location: AuditLocation
        @Option(help: "A reconciler's folder or shared store, with artefacts that the repository does not hold.") var store: String?
        @OptionGroup var data: DataOptions
        @OptionGroup var progress: ProgressOptions
        @OptionGroup var operation: OperationOptions
        @Option(help: "The number of threads; no digest depends on it.") var threads = 2
        @Option(help: "text or json.") var format = OutputFormat.text

        func run() async throws {
            let threads = try Inputs.threads(threads)
            let progress = self.progress.display()
            defer { progress.end() }
            let report = try await explaining {
                try await Reproduction(
                    repositoryPath: location.repository, revision: location.branch, ledger: location.ledger,
                    store: try DataOptions.store(store)?.root,
                    threads: try operation.cores(threads: threads), dvcCache: try data.dvcCache(), operation: try operation.operation()
                ).reproduce(record) { progress.show($0) }
            }
            progress.end()
            StandardOutput.line(format == .json ? report.json.prettyText : Self.text(report))
            if !report.isReproduced { try ProcessExit.blocked.end() }
        }

        private static func text(_ report: Reproduction.Report) -> String {
            var lines = ["record \(report.record.short) of \(report.subject)"]
            for comparison in report.comparisons {
                if comparison.isSame {
                    lines.append("✓ \(comparison.what)  \(short(comparison.recorded))")
                } else {
                    // What is alike and bears a note shows nothing, neither that it differs.
                    let isAlike = comparison.recorded == comparison.found
                    let found = isAlike ? "" : ", found \(short(comparison.found))"
                    lines.append("\(isAlike ? "?" : "✗") \(comparison.what): recorded \(short(comparison.recorded))\(found)")
                    if let note = comparison.note { lines.append("    \(note)") }
                }
            }
            if let first = report.firstDivergence { lines.append("The step that first diverged: \(first)") }
            if let first = report.firstNotRun { lines.append("The step that first did not run: \(first)") }
            if report.isReproduced {
                lines.append("Reproduced: \(report.comparisons.count) digests are the same")
                return lines.joined(separator: "\n")
            }
            guard report.recordedEnvironment != nil else {
                return (lines + ["The record does not say what it was worked out with"]).joined(separator: "\n")
            }
            let differences = report.environmentDifferences
            lines.append(differences.isEmpty ? "Both environments are the same: \(environment(report.environment))" : "The environments differ:")
            lines += differences.map { "    \($0)" }
            return lines.joined(separator: "\n")
        }

        private static func environment(_ json: JSONValue) -> String {
            let libraries = (json["libraries"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.stringValue ?? "")" }
            return ([json["engine"]?.stringValue ?? ""] + libraries + [json["processor"]?.stringValue ?? ""]).joined(separator: ", ")
        }

        /// The beginning of a digest; words as they are.
        private static func short(_ text: String) -> String {
            let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
            return digits.count >= 40 && digits.allSatisfy(\.isHexDigit) ? String(digits.prefix(12)) : text
        }
    }
}
