import Foundation
import Inference
import Logging
import Synchronization

/// How far a scoring job is: a line on a terminal with rate and remaining time, one structured line a shard otherwise. All on standard error.
final class ScoringProgress: Sendable {
    private let logger: Logger
    private let start = ContinuousClock.now
    private let state = Mutex((shown: ContinuousClock.now, shards: 0))
    private let jobs: Int

    init(jobs: Int) {
        logger = Logger(label: "proviso") { StreamLogHandler.standardError(label: $0) }
        self.jobs = jobs
    }

    private var seconds: Double { Self.seconds(start.duration(to: .now)) }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    func show(_ progress: ScoringJob.Progress) {
        let rate = Double(progress.rowsDone) / max(seconds, 1e-3)
        let remaining = progress.rowsTotal.map { Double($0 - progress.rowsDone) / max(rate, 1) }
        let isDue = state.withLock { state in
            if StandardError.isTerminal {
                guard Self.seconds(state.shown.duration(to: .now)) > 0.1 else { return false }
                state.shown = .now
                return true
            }
            guard progress.shardsDone > state.shards else { return false }
            state.shards = progress.shardsDone
            return true
        }
        guard isDue else { return }
        if StandardError.isTerminal {
            let left = remaining.map { ", \(Int($0.rounded(.up))) s left" } ?? ""
            let line =
                "shards \(progress.shardsDone)/\(progress.shardCount), \(progress.rowsDone) rows, \(Int(rate)) rows/s\(left)  \(progress.shard)"
            StandardError.write("\r\u{1B}[K" + LiveView.cut(line, StandardError.size.columns))
        } else {
            logger.info(
                "shard scored",
                metadata: [
                    "done": "\(progress.shardsDone)/\(progress.shardCount)", "rows": "\(progress.rowsDone)", "rowsPerSecond": "\(Int(rate))",
                    "secondsLeft": "\(remaining.map { "\(Int($0.rounded(.up)))" } ?? "unknown")", "workers": "\(jobs)",
                ])
        }
    }

    /// Leaves nothing of the line behind.
    func clear() { if StandardError.isTerminal { StandardError.write("\r\u{1B}[K") } }

    func end(_ result: ScoringJob.Result) {
        clear()
        let rows = result.manifest.measures.rows
        logger.info(
            "scoring ended",
            metadata: [
                "rows": "\(rows)", "seconds": "\((seconds * 1000).rounded() / 1000)", "rowsPerSecond": "\(Int(Double(rows) / max(seconds, 1e-3)))",
            ])
    }
}
