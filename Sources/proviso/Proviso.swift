import ArgumentParser
import Basics
import Foundation
import Git
import Reports

/// The command line. Arguments, rendering and exit codes; everything else happens below.
@main
struct Proviso: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proviso",
        abstract: "GitOps for governed machine learning: a model may ship, provided that …",
        discussion: """
            Exit codes: 0 pass · 1 denied or undecided · 2 invalid input (specs, arguments) · 3 the environment failed · 70 a bug of ours.
            The highest wins. Results go to standard output, progress and logs to standard error.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Work", subcommands: [Init.self, Validate.self, PlanCommand.self, Reconcile.self, PipelineCommand.self, Gate.self, Hook.self]),
            CommandGroup(name: "Decide", subcommands: [Approve.self, Promote.self, Rollback.self, PolicyCommand.self, CELCommand.self]),
            CommandGroup(name: "Score", subcommands: [Score.self, Predictions.self, ModelCommand.self]),
            CommandGroup(name: "Measure", subcommands: [Measure.self, Explain.self]),
            CommandGroup(name: "Audit", subcommands: [Audit.self]),
            CommandGroup(name: "Set up", subcommands: [Dataset.self, Keys.self, Doctor.self, WorkerCommand.self, Reference.self]),
        ])

    /// Commands that open a repository whatever they are told.
    private static let opensRepository: Set = ["plan", "reconcile", "gate", "approve", "promote", "rollback", "audit", "predictions"]

    static func main() async {
        Interruption.begin()
        if CommandLine.arguments.dropFirst().first.map(opensRepository.contains) ?? false { GitLibrary.startSoon() }
        do {
            var command = try parseAsRoot(CELCommand.separating(Array(CommandLine.arguments.dropFirst())))
            if !(type(of: command) is any Interruptible.Type) { Interruption.leaveToSystem() }
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exitProcess(for: error)
        }
    }

    private static func words(for error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        let reason = (error.underlying as? POSIXError).map { unsafe String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
        return (error.filePath.map { "\($0): " } ?? "") + reason
    }

    private static func exitProcess(for error: any Error) -> Never {
        if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
        if let failure = error as? CommandFailure {
            failure.tell()
            Foundation.exit(failure.exit.rawValue)
        }
        // The argument parser's own: help and version end well, the others are invalid arguments. What is left is the system's.
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        if code == .success {
            StandardOutput.line(text)
            Foundation.exit(0)
        }
        guard code == .validationFailure else {
            StandardError.write("proviso: \(words(for: error).withoutControlsInLines)\n")
            Foundation.exit(ProcessExit.environmentFailed.rawValue)
        }
        StandardError.write(text.withoutControlsInLines + "\n")
        Foundation.exit(ProcessExit.invalidInput.rawValue)
    }
}
