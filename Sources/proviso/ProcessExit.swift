import ArgumentParser
import Attestations
import Basics
import Diagnostics
import Foundation
import Reconciliation

/// The exit codes that CI jobs and hooks rely on.
enum ProcessExit: Int32, Comparable {
    case pass = 0
    case blocked = 1
    case invalidInput = 2
    case environmentFailed = 3
    case bug = 70

    static func < (left: ProcessExit, right: ProcessExit) -> Bool { left.rawValue < right.rawValue }

    init(_ outcome: Outcome) { self = outcome == .pass ? .pass : .blocked }

    /// The highest of what the report says.
    init(_ report: Reconciliation.Gate.Report) {
        let exits: [ProcessExit] = [
            ProcessExit(report.verdict.outcome), report.diagnostics.hasErrors ? .invalidInput : .pass,
            report.machineFailed ? .environmentFailed : .pass,
        ]
        self = exits.max() ?? .environmentFailed
    }

    /// Ends the command with this code; returns for `pass`.
    func end() throws {
        if self != .pass { throw ExitCode(rawValue) }
    }

    /// Ends the process at once: nothing is taken apart that the system throws away as a whole.
    func leave() -> Never {
        fflush(nil)
        _exit(rawValue)
    }
}

/// A command that cannot go on, in words for its user.
struct CommandFailure: Error {
    let exit: ProcessExit
    let message: String
    let hint: String?

    init(_ exit: ProcessExit, _ message: String, hint: String? = nil) {
        self.exit = exit
        self.message = message
        self.hint = hint
    }

    func tell() {
        let hint = hint.map { "  hint: \($0)\n" } ?? ""
        StandardError.write("proviso: \(message)\n\(hint)".withoutControlsInLines)
    }
}
