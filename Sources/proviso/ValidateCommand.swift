import ArgumentParser
import Basics
import Diagnostics
import Git
import Reconciliation
import Reports

struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check specs and policies; nothing runs.",
        discussion: """
            Reads the working folder, or a revision without checking it out. All that is wrong is reported at once.

            Example: proviso validate --format github
            Example: proviso validate --revision origin/main models.git
            """)

    @Argument(help: "The repository.") var repository = "."
    @Option(help: "A revision to read instead of the working folder.") var revision: String?
    @Option(help: "text, json or github.") var format = DiagnosticsFormat.text

    func run() async throws {
        let diagnostics = try await explaining { () -> [Diagnostic] in
            if let revision {
                let opened = try Repository.open(at: repository, objectWrites: .inMemory)
                return try Validation.revision(opened, try opened.resolve(revision))
            }
            return try Validation.folder(repository)
        }
        DiagnosticsOutput.write(diagnostics, format: format)
        if diagnostics.hasErrors { try ProcessExit.invalidInput.end() }
        if format == .text { StandardOutput.line("All specs and policies are sound.") }
    }
}

enum DiagnosticsOutput {
    static func write(_ diagnostics: [Diagnostic], format: DiagnosticsFormat) {
        switch format {
        case .json: StandardOutput.line(DiagnosticsReport.json(diagnostics).prettyText)
        case .text where !diagnostics.isEmpty: StandardOutput.line(DiagnosticsReport.text(diagnostics))
        case .github where !diagnostics.isEmpty: StandardOutput.line(DiagnosticsReport.gitHub(diagnostics))
        default: break
        }
    }
}
