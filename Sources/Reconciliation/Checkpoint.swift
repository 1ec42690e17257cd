/// The places at which a reconcile may be killed without harm. Tests kill it at each.
public enum Checkpoint: String, CaseIterable, Sendable {
    case afterFetch
    case afterPlanning
    case afterImport
    case afterStep
    case afterJudging
    case beforeCommit
    case beforePush
    case afterPush
    case afterIndex
}

/// Called whenever a checkpoint is reached; does nothing outside tests.
public struct Checkpoints: Sendable {
    public let reach: @Sendable (Checkpoint) async -> Void

    public init(_ reach: @escaping @Sendable (Checkpoint) async -> Void) { self.reach = reach }

    public static let none = Checkpoints { _ in }
}
