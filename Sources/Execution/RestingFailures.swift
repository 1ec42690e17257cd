internal import Basics
internal import Synchronization

/// Failures of steps' own, for who looks again and again: a step that failed is not run anew at each look, but a minute later, then after two, four and so on, an hour at most. Meanwhile it fails as it
/// did. A change of what the step does or reads is another step, which rests of nothing.
public final class RestingFailures: Sendable {
    private struct Entry {
        let failure: StepFailure
        let tries: Int
        let until: Instant
    }

    private let entries = Mutex<[Digest: Entry]>([:])

    public init() {}

    /// What a step failed with, while it rests.
    func failure(of key: Digest, now: Instant) -> StepFailure? {
        entries.withLock { $0[key].flatMap { now < $0.until ? $0.failure : nil } }
    }

    /// Notes a failure that says something of the step, and forgets others: machines recover by themselves.
    func note(_ failure: StepFailure, of key: Digest, at now: Instant) {
        guard [.input, .exitCode, .timeout].contains(failure.code) else { return forget(key) }
        entries.withLock { entries in
            let tries = (entries[key]?.tries ?? 0) + 1
            let seconds = Int64(min(3600, 60 << min(6, tries - 1)))
            entries[key] = Entry(failure: failure, tries: tries, until: Instant(secondsSinceEpoch: now.secondsSinceEpoch + seconds))
        }
    }

    func forget(_ key: Digest) { entries.withLock { $0[key] = nil } }
}
