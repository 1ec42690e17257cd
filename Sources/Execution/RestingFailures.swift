internal import Basics
internal import Planning
internal import Synchronization

/// Failures of steps' own, for who looks again and again: a step that failed is not run anew at each look, but a minute later, then after two, four and so on, an hour at most. Meanwhile it fails as it
/// did. A change of what the step does or reads is another step, which rests of nothing, and so is one of what it may use: more time or memory may be all that it lacked.
public final class RestingFailures: Sendable {
    private struct Allowance: Hashable {
        let resources: StepResources
        let timeoutSeconds: Int64?
        let retry: RetryPolicy

        init(_ execution: StepExecution) { (resources, timeoutSeconds, retry) = (execution.resources, execution.timeoutSeconds, execution.retry) }
    }

    private struct Entry {
        let failure: StepFailure
        let allowance: Allowance
        let tries: Int
        let until: Instant
    }

    private let entries = Mutex<[Digest: Entry]>([:])

    public init() {}

    /// What a step failed with, while it rests.
    func failure(of step: Step, now: Instant) -> StepFailure? {
        let allowance = Allowance(step.execution)
        return entries.withLock { $0[step.key].flatMap { now < $0.until && $0.allowance == allowance ? $0.failure : nil } }
    }

    /// Notes a failure that says something of the step, and forgets others: machines recover by themselves.
    func note(_ failure: StepFailure, of step: Step, at now: Instant) {
        guard [.input, .exitCode, .timeout].contains(failure.code) else { return forget(step) }
        let allowance = Allowance(step.execution)
        entries.withLock { entries in
            let tries = (entries[step.key].flatMap { $0.allowance == allowance ? $0.tries : nil } ?? 0) + 1
            let seconds = Int64(min(3600, 60 << min(6, tries - 1)))
            entries[step.key] = Entry(
                failure: failure, allowance: allowance, tries: tries, until: Instant(secondsSinceEpoch: now.secondsSinceEpoch + seconds))
        }
    }

    func forget(_ step: Step) { entries.withLock { $0[step.key] = nil } }
}
