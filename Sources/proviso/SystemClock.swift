import Basics
import Foundation

/// The machine's clock. `PROVISO_NOW` overrides it, for demonstrations and for repeating a decision.
struct SystemClock: Clock {
    func now() -> Instant {
        if let text = ProcessInfo.processInfo.environment["PROVISO_NOW"], let instant = Instant(text) { return instant }
        return Instant(secondsSinceEpoch: Int64(Date().timeIntervalSince1970.rounded(.down)))
    }
}
