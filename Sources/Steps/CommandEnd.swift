import Basics
import Execution
import Foundation
import Sandbox

/// What the end of a program says, and of whom: of the program, or of the machine, which no record speaks of.
struct CommandEnd {
    let outcome: SandboxOutcome
    /// With the limits that held.
    let command: SandboxedCommand
    /// The limits before the operator's ceilings.
    let declared: SandboxLimits
    let log: KeptLog
    /// The log's digest.
    let kept: Digest

    /// Nil if the program ended well.
    var failure: StepFailure? {
        let limits = command.limits
        switch outcome.end {
        case .exited(0):
            // Whoever does not look at what its writing came to leaves the beginning of a file, which is no result.
            if isLong { return exceeded("it left a file of \(limits.fileBytes) bytes, and none may be longer", \.fileBytes) }
            return isFull ? full("its program ended as if all were well") : nil
        case .exited(127): return failed("its program ended with code 127: '\(command.arguments[0])', or a program that it calls, is not there")
        case .exited(let code):
            return failed(
                "its program ended with code \(code)\(outcome.refusedProcesses ? "; it wanted more than \(limits.processes) processes" : "")")
        case .signalled(SIGXFSZ): return exceeded("it wanted a file of more than \(limits.fileBytes) bytes", \.fileBytes)
        case .signalled(let signal): return failed("its program was ended by signal \(signal)")
        case .timedOut: return exceeded("it did not end within \(limits.wallSeconds ?? 0) seconds", \.wallSeconds, .timeout)
        case .cancelled: return StepFailure(.cancelled, "stopped", log: kept)
        case .exceeded(.memory): return exceeded("it wanted more than \(limits.memoryBytes) bytes of memory", \.memoryBytes)
        case .exceeded(.bytes): return exceeded("its work folder took more than \(limits.fileBytes) bytes", \.fileBytes)
        case .exceeded(.entries): return exceeded("its work folder had more than \(limits.entries) files and folders", \.entries)
        case .exceeded(.depth): return StepFailure(.exitCode, "its work folder had more than 64 folders in each other", log: kept)
        }
    }

    /// A program that fails where there is no room, or less than it may have, has not shown that it fails.
    func failed(_ message: String) -> StepFailure {
        if let words = isCut ? "a file of \(command.limits.fileBytes) bytes" : refusal {
            return StepFailure(.ceiling, "\(message) ('\(words)'); the operator of this machine allows a stage less than it declares", log: kept)
        }
        // Seen full; or nearly so, and the program says the rest: who tidies up at once is not seen. What a program says counts for nothing where there is
        // room, since a failure that is not recorded must not be had for a word.
        guard isFull || (outcome.leastRoom < 256 << 20 && log.mentions(Self.noSpace)) else {
            return StepFailure(.exitCode, message, log: kept)
        }
        return full(message)
    }

    private static let noSpace = "No space left on device"

    /// Whether the disk of the work folder was seen full while the program ran.
    private var isFull: Bool { outcome.leastRoom < 1 << 16 }

    private func full(_ message: String) -> StepFailure {
        StepFailure(
            .environment, "\(message); the disk of \(command.workFolder) had \(outcome.leastRoom) bytes left (\(Self.noSpace))", log: kept)
    }

    /// Whether a file is as long as one may be: to the byte, which is where the kernel stops a program that does not die of it.
    private var isLong: Bool { outcome.largestFile >= UInt64(command.limits.fileBytes) }

    /// Whether it is so by what the operator allows.
    private var isCut: Bool { isLowered(\.fileBytes) && isLong }

    /// What a program says that was not killed at a ceiling below its own limit, but refused what it asked for: Python ignores SIGXFSZ. Its word is enough,
    /// since who wants to meet such a ceiling can.
    private var refusal: String? {
        let files = isLowered(\.fileBytes) ? ["File too large"] : []
        let memory = isLowered(\.memoryBytes) ? ["Cannot allocate memory", "MemoryError", "bad_alloc"] : []
        return (files + memory).first { log.mentions($0) }
    }

    private func isLowered<Limit: Equatable>(_ limit: KeyPath<SandboxLimits, Limit>) -> Bool {
        declared[keyPath: limit] != command.limits[keyPath: limit]
    }

    /// A limit that the operator set below the declared one is the machine's: elsewhere the same program may do well.
    func exceeded<Limit: Equatable>(
        _ message: String, _ limit: KeyPath<SandboxLimits, Limit>, _ code: StepFailure.Code = .exitCode
    ) -> StepFailure {
        guard isLowered(limit) else { return StepFailure(code, message, log: kept) }
        return StepFailure(.ceiling, "\(message), which is what the operator of this machine allows a stage", log: kept)
    }
}
