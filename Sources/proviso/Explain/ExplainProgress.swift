import Foundation
import Synchronization

/// A bar with rate and remaining time, on a terminal only.
final class ExplainProgress: Sendable {
    private let total: Int
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    init(total: Int) {
        self.total = total
        start = clock.now
    }

    /// Rows that were found say nothing of how fast others are.
    func show(done: Int, found: Int) {
        guard StandardError.isTerminal else { return }
        let (seconds, attoseconds) = (clock.now - start).components
        let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
        let rate = elapsed > 0 ? Double(done - found) / elapsed : 0
        let remaining = rate > 0 ? " · \(Self.time(Double(total - done) / rate)) left" : ""
        let filled = total > 0 ? done * 30 / total : 30
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        StandardError.write("\r\u{1B}[Kexplain \(bar) \(done)/\(total) rows · \(Self.figure(rate)) rows/s\(remaining)")
    }

    func end() { if StandardError.isTerminal { StandardError.write("\r\u{1B}[K") } }

    private static func figure(_ rate: Double) -> String { rate < 10 ? String(format: "%.1f", rate) : String(Int(rate)) }

    private static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        return whole >= 3600 ? "\(whole / 3600) h \(whole / 60 % 60) min" : whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
    }
}

extension Interruption {
    /// Set once, by a signal.
    final class Flag: Sendable {
        private let state = Mutex(false)
        var isSet: Bool { state.withLock { $0 } }
        func set() { state.withLock { $0 = true } }
    }
}
