import ArgumentParser
import Basics
import Diagnostics
import Git
import Reconciliation
import Reports

struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check specs and policies; nothing runs.",
        discussion: """
            Reads the working folder, or a revision without checking it out. All that is wrong is reported at once. Warnings, whose codes begin with W,
            are of policies that are sound and hardly meant so: rules that cannot come out differently, names that nothing reads, policies that judge nobody.

            Example: proviso validate --format github
            Example: proviso validate --revision origin/main models.git
            """)

    @Argument(help: "The repository.") var repository = "."
    @Option(help: "A revision to read instead of the working folder.") var revision: String?
    @Option(help: "text, json or github.") var format = DiagnosticsFormat.text

    @Flag(help: "Let warnings count as errors.") var strict = false
    @OptionGroup var data: DataOptions

    func run() async throws {
        let diagnostics = try await explaining { () -> [Diagnostic] in
            if let revision {
                let opened = try Repository.open(at: repository, objectWrites: .inMemory)
                return try Validation.revision(opened, try opened.resolve(revision), dvcCache: try data.dvcCache())
            }
            return try Validation.folder(repository, dvcCache: try data.dvcCache())
        }
        DiagnosticsOutput.write(diagnostics, format: format)
        if diagnostics.hasErrors || strict && !diagnostics.isEmpty { try ProcessExit.invalidInput.end() }
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
