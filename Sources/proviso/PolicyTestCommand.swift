import ArgumentParser
import Basics
import Diagnostics
import Policies
import Reconciliation
import Reports

extension PolicyCommand {
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Run the tests beside the policies, and say what they do not cover.",
            discussion: """
                A test is a PolicyTest in a file beside the policy whose name ends in _test.yaml: evidence, a decision instant, and what each rule must
                find. Covered is a rule that some case lets pass and another fails, and each side of &&, || and ?: that some case takes.

                Fails (1) on a case that goes otherwise, on a policy that its test never applies, without policies or tests, and below the minimum
                coverage.

                Example: proviso policy test --minimum-coverage 100
                Example: proviso policy test adverse-impact --format junit > report.xml
                Example: proviso policy test --repository policies/fairness/1
                """)

        enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

        @Argument(help: "Only tests of these policies.") var policies: [String] = []
        @Option(help: "The folder with the specs, or that of a pack.") var repository = "."
        @Option(help: "The least share of rules and branches that must be covered, in percent.") var minimumCoverage = 0
        @Option(help: "text, json or junit.") var format = Format.text

        func validate() throws {
            guard (0...100).contains(minimumCoverage) else { throw ValidationError("--minimum-coverage is from 0 to 100") }
        }

        func run() async throws {
            let (report, diagnostics) = try await explaining {
                do { return try PolicyTesting.run(folder: repository, only: policies) } catch let error as ReconciliationError {
                    // Whoever reads the document and not the exit code must not take its absence for success.
                    if error.code == .nothingToTest, format != .text { show(.nothing(error.message, in: repository)) }
                    throw error
                }
            }
            if !diagnostics.isEmpty { StandardError.write(DiagnosticsReport.text(diagnostics) + "\n") }
            guard let report = report?.requiring(percent: minimumCoverage) else { return try ProcessExit.invalidInput.end() }
            show(report)
            if !report.isPassed { try ProcessExit.blocked.end() }
        }

        private func show(_ report: PolicyTestReport) {
            switch format {
            case .text: StandardOutput.line(PolicyTestText.render(report))
            case .json: StandardOutput.line(report.json.prettyText)
            case .junit: StandardOutput.line(JUnit.render(report))
            }
        }
    }
}
