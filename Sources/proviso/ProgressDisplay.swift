import Basics
import Execution
import Foundation
import Logging
import Planning
import Synchronization

/// Shows what runs: a bar on a terminal, one structured line a step otherwise. All on standard error.
final class ProgressDisplay: Sendable {
    private let logger: Logger
    private let isTerminal = StandardError.isTerminal

    init() {
        var logger = Logger(label: "proviso") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .info
        self.logger = logger
    }

    func show(_ event: ExecutionEvent) {
        switch event {
        case .started(let step, let index, let count):
            if isTerminal { bar(step, 0, "\(index + 1)/\(count)") } else { log("step started", step, ["position": "\(index + 1)/\(count)"]) }
        case .progressed(let step, let fraction): if isTerminal { bar(step, fraction, "") }
        case .finished(let step, _, let reused):
            if isTerminal { bar(step, 1, reused ? "reused" : "") } else { log("step finished", step, ["reused": "\(reused)"]) }
        case .waiting(let step, let until): log("step waits for cleaner electricity", step, ["until": "\(until)"])
        case .retrying(let step, let failure, let attempt, let pause):
            log("step is tried again", step, ["reason": "\(failure)", "attempt": "\(attempt)", "pause": "\(pause)"])
        case .measured(let step, let usage): if !isTerminal { log("step measured", step, ["usage": "\(usage.json.canonicalText)"]) }
        case .failed(let step, let failure): log("step failed", step, ["reason": "\(failure)"])
        case .skipped(let step, let cause): log("step skipped", step, ["because": "\(cause.short)"])
        }
    }

    func end() { if isTerminal { StandardError.write("\r\u{1B}[K") } }

    private func bar(_ step: Step, _ fraction: Double, _ note: String) {
        let filled = Int((fraction * 30).rounded())
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        StandardError.write("\r\u{1B}[K\(step.name) \(bar) \(Int((fraction * 100).rounded())) % \(note)")
    }

    private func log(_ message: Logger.Message, _ step: Step, _ extra: Logger.Metadata) {
        logger.info(message, metadata: extra.merging(["step": "\(step.name)", "key": "\(step.key.short)"]) { old, _ in old })
    }
}
