import ArgumentParser
import Attestations
import Basics
import Reconciliation
import Reports

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Policies without a pipeline.", subcommands: [Test.self, Eval.self, List.self, Packs.self])

    struct Eval: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "eval", abstract: "Judge an evidence document by the policies of a folder.",
            discussion: "Example: proviso policy eval --evidence evidence.json --model income")

        @Option(help: "A JSON document of the form of `evidence`.") var evidence: String
        @Option(help: "A JSON document of the form of `baseline`.") var baseline: String?
        @Option(help: "The model; needed if there are several.") var model: String?
        @Option(help: "The folder with the specs.") var repository = "."
        @Option(help: "text or json.") var format = OutputFormat.text

        func run() async throws {
            let measured = try Self.document(evidence)
            let live = try baseline.map(Self.document)
            var problems = try PolicyEvaluation.problems(measured, in: evidence)
            if let baseline, let live { problems += try PolicyEvaluation.problems(live, in: baseline, name: "baseline") }
            guard problems.isEmpty else {
                StandardError.write(DiagnosticsReport.text(problems) + "\n")
                return try ProcessExit.invalidInput.end()
            }
            let verdict = try await explaining {
                try PolicyEvaluation.evaluate(
                    folder: repository, model: model, evidence: measured, baseline: live, instant: SystemClock().now())
            }
            StandardOutput.line(format == .json ? verdict.json.prettyText : VerdictText.render(verdict))
            try ProcessExit(verdict.outcome).end()
        }

        static func document(_ path: String) throws -> JSONValue {
            let text = try Inputs.text(of: path)
            do throws(JSONError) {
                return try JSONValue(parsing: text)
            } catch {
                throw CommandFailure(.invalidInput, "\(path): \(error)")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Which policies judge a model now, and why the others do not.",
            discussion: "Example: proviso policy list --model income")

        @Option(help: "The model; all if not given.") var model: String?
        @Option(help: "The folder with the specs.") var repository = "."
        @Option(help: "text or json.") var format = OutputFormat.text

        func run() async throws {
            let lists = try await explaining {
                try PolicyEvaluation.applicability(folder: repository, model: model, instant: SystemClock().now())
            }
            switch format {
            case .json:
                let subjects = lists.map { list -> JSONValue in
                    ["subject": list.subject.json, "policies": .array(list.policies.map(\.json))]
                }
                StandardOutput.line(JSONValue.array(subjects).prettyText)
            case .text:
                for list in lists {
                    StandardOutput.line("\(list.subject)")
                    for policy in list.policies { StandardOutput.line(Self.line(policy)) }
                }
            }
        }

        private static func line(_ policy: PolicyApplicability) -> String {
            let place = "\(policy.policy) (\(policy.location))"
            return switch policy.state {
            case .applies: "  ✓ \(place): \(policy.rules.joined(separator: ", "))"
            case .dependsOnEvidence(let read): "  ? \(place): depends on evidence: \(read.joined(separator: "; "))"
            case .doesNotApply(let reason): "  – \(place): \(reason)"
            }
        }
    }
}
