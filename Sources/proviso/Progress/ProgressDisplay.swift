import Basics
import Execution
import Foundation
import Logging
import Planning

/// Shows what runs, in one of four ways. All on standard error: results have standard output for themselves.
final class ProgressDisplay: Sendable {
    private let style: ProgressStyle
    private let logger: Logger
    private let live: LiveProgress?

    init(_ style: ProgressStyle) {
        self.style = style
        var logger = Logger(label: "proviso") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .info
        self.logger = logger
        live = style == .live ? LiveProgress() : nil
    }

    func show(_ event: ExecutionEvent) {
        switch style {
        case .live: live?.show(event)
        case .json: StandardError.write(event.json.canonicalText(with: SystemClock().now()) + "\n")
        case .plain, .auto: log(event)
        case .none: break
        }
    }

    /// Leaves nothing of a live view behind.
    func end() { live?.end() }

    private func log(_ event: ExecutionEvent) {
        switch event {
        case .planned, .progressed: break
        case .started(let step, let index, let count): log("step started", step, ["position": "\(index + 1)/\(count)"])
        case .finished(let step, _, let reused): log("step finished", step, ["reused": "\(reused)"])
        case .waiting(let step, let until): log("step waits for cleaner electricity", step, ["until": "\(until)"])
        case .retrying(let step, let failure, let attempt, let pause):
            log("step is tried again", step, ["reason": "\(Self.oneLine(failure.description))", "attempt": "\(attempt)", "pause": "\(pause)"])
        case .measured(let step, let usage): log("step measured", step, ["usage": "\(usage.json.canonicalText)"])
        case .failed(let step, let failure):
            var extra: Logger.Metadata = ["reason": "\(Self.oneLine(failure.description))"]
            extra["log"] = failure.log.map { "\($0)" }
            extra["lastWords"] = failure.lastWords.map { "\(Self.oneLine($0))" }
            log("step failed", step, extra)
        case .skipped(let step, let cause): log("step skipped", step, ["because": "\(cause.short)"])
        }
    }

    /// An event is one line, whatever a program wrote.
    private static func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " | ") }

    private func log(_ message: Logger.Message, _ step: Step, _ extra: Logger.Metadata) {
        logger.info(message, metadata: extra.merging(["step": "\(step.name)", "key": "\(step.key.short)"]) { old, _ in old })
    }
}

extension JSONValue {
    /// One line, with the time at which it is written.
    fileprivate func canonicalText(with instant: Instant) -> String {
        guard case .object(var members) = self else { return canonicalText }
        members["time"] = .string(instant.description)
        return JSONValue.object(members).canonicalText
    }
}
