import Execution
import Foundation
import Planning
import Synchronization

/// A view at the foot of a terminal that is drawn anew: how far the run is, and what runs now. What must stay to be read, such as failures, is written
/// above it.
final class LiveProgress: Sendable {
    private struct State {
        var progress = RunProgress()
        /// Lines that the last drawing left on the screen.
        var drawn = 0
        var hasEnded = false
        var hasBegun = false
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now
    private let timer = Mutex<Task<Void, Never>?>(nil)

    init() {
        let task = Task.detached { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(125))  // A cancelled wait is a short one.
                self?.draw(nil)
            }
        }
        timer.withLock { $0 = task }
    }

    deinit { timer.withLock { $0?.cancel() } }

    private var seconds: Double { start.duration(to: .now) / .seconds(1) }

    func show(_ event: ExecutionEvent) {
        let now = seconds
        state.withLock { state in
            state.hasBegun = true
            state.progress.note(event, at: now)
        }
        if let words = Self.lasting(event) { draw(words) }
    }

    /// What somebody wants to read after the run.
    private static func lasting(_ event: ExecutionEvent) -> String? {
        switch event {
        case .failed(let step, let failure):
            (["✗ \(step.name): \(failure.message)"] + (failure.lastWords?.split(separator: "\n").map { "    | \($0)" } ?? [])).joined(separator: "\n")
        case .retrying(let step, let failure, let attempt, let pause):
            "↻ \(step.name): \(failure.message); attempt \(attempt) in \(Int(pause.rounded(.up))) s"
        case .waiting(let step, let until): "… \(step.name) waits for cleaner electricity until \(until)"
        default: nil
        }
    }

    func end() {
        timer.withLock { $0?.cancel() }
        state.withLock { state in
            guard !state.hasEnded else { return }
            state.hasEnded = true
            StandardError.write(Self.erasing(state.drawn))
            state.drawn = 0
        }
    }

    private func draw(_ words: String?) {
        let now = seconds
        let (columns, rows) = StandardError.size
        state.withLock { state in
            guard !state.hasEnded, state.hasBegun else { return }
            let lines = LiveView.lines(of: state.progress, at: now, columns: columns, rows: rows)
            var text = Self.erasing(state.drawn)
            if let words { text += words.split(separator: "\n").joined(separator: "; ") + "\n" }
            text += lines.joined(separator: "\n")
            state.drawn = lines.count
            StandardError.write(text)
        }
    }

    /// Goes to the first line of the last drawing and clears what follows.
    private static func erasing(_ lines: Int) -> String {
        guard lines > 0 else { return "" }
        return "\r" + (lines > 1 ? "\u{1B}[\(lines - 1)A" : "") + "\u{1B}[J"
    }
}

/// What the view says: text only, so that it can be looked at without a terminal.
enum LiveView {
    /// At most `rows` − 1 lines of at most `columns` − 1 characters.
    static func lines(of progress: RunProgress, at seconds: Double, columns: Int, rows: Int) -> [String] {
        var parts = ["stages \(progress.done)/\(progress.steps)"]
        if progress.reused > 0 { parts.append("\(progress.reused) unchanged") }
        if progress.failed + progress.skipped > 0 { parts.append("\(progress.failed) failed, \(progress.skipped) skipped") }
        if progress.shards.all > 0 { parts.append("shards \(progress.shards.done)/\(progress.shards.all)") }
        if let rate = progress.rate(at: seconds) { parts.append(String(format: rate < 10 ? "%.1f/s" : "%.0f/s", rate)) }
        if let left = progress.secondsLeft(at: seconds) { parts.append("\(duration(left)) left") }
        if !progress.waiting.isEmpty { parts.append("\(progress.waiting.count) waiting") }
        let share = progress.steps > 0 ? (Double(progress.done) + progress.running.map(\.fraction).reduce(0, +)) / Double(progress.steps) : 0
        var lines = [cut("\(bar(share, width: 20)) \(parts.joined(separator: " · "))", columns)]
        let room = max(1, min(8, rows - 3))
        let names = min(32, progress.running.prefix(room).map(\.step.name.count).max() ?? 0)
        for running in progress.running.prefix(room) {
            let name = running.step.name.count > names ? String(running.step.name.prefix(names - 1)) + "…" : running.step.name
            let padded = name + String(repeating: " ", count: names - name.count)
            let far = running.fraction > 0 ? "\(bar(running.fraction, width: 12)) \(Int((running.fraction * 100).rounded())) %  " : ""
            let attempt = running.attempt > 1 ? "  attempt \(running.attempt)" : ""
            lines.append(cut("  \(padded)  \(far)\(duration(seconds - running.since))\(attempt)", columns))
        }
        if progress.running.count > room { lines.append(cut("  and \(progress.running.count - room) more", columns)) }
        return lines
    }

    static func bar(_ share: Double, width: Int) -> String {
        let filled = Int((min(1, max(0, share)) * Double(width)).rounded(.down))
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }

    static func duration(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds).rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// A line that does not wrap, since what wraps cannot be drawn over.
    static func cut(_ text: String, _ columns: Int) -> String {
        text.count < columns ? text : String(text.prefix(max(1, columns - 2))) + "…"
    }
}
