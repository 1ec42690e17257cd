public import Basics
public import Planning

/// What the scheduler tells while it works.
public enum ExecutionEvent: Sendable {
    /// What is about to be done: at the beginning of each round.
    case planned([Step])
    case started(Step, index: Int, count: Int)
    case progressed(Step, fraction: Double)
    /// It could start, and waits for cleaner electricity.
    case waiting(Step, until: Instant)
    /// An attempt failed; the next one follows after a pause in seconds.
    case retrying(Step, StepFailure, attempt: Int, pause: Double)
    case measured(Step, StepUsage)
    case finished(Step, outputs: [String: Digest], reused: Bool)
    case failed(Step, StepFailure)
    /// Not tried, since a step that it needs failed.
    case skipped(Step, because: Digest)
}

/// What came of a plan's steps. A step is in exactly one of `outputs` and `failures`.
public struct ExecutionResult: Sendable {
    public internal(set) var outputs: [Digest: [String: Digest]] = [:]
    public internal(set) var failures: [Digest: StepFailure] = [:]
    /// When the steps can start that failed since they wait for cleaner electricity.
    public internal(set) var waiting: [Digest: Instant] = [:]
    /// What steps cost that ran now, or whose remembered results say it.
    public internal(set) var usage: [Digest: StepUsage] = [:]

    public init() {}
}
