public import Basics
internal import Foundation
public import Planning
public import Sandbox

/// What an operator decides about running steps: none of it changes what they make.
public struct ExecutionSettings: Sendable {
    /// The places at which a run may be killed without harm. Tests kill it at each.
    public enum Point: String, CaseIterable, Sendable { case beforeSubmit, afterSubmit, afterEnd, afterSave }

    /// How programs of users get worker processes of their own.
    public struct Workers: Sendable {
        /// The folder of all attempts.
        public var folder: String
        /// Starts a worker when a job file's path is put behind it.
        public var command: [String]
        /// The content store's folder.
        public var store: String
        public var seals: LocalExecutor.Seals

        public init(folder: String, command: [String], store: String, seals: LocalExecutor.Seals) {
            self.folder = folder
            self.command = command
            self.store = store
            self.seals = seals
        }
    }

    /// Bytes that steps which run at the same time may claim together; nil for no budget.
    public var memoryBytes: Int64?
    public var sandbox = SandboxPolicy.required
    /// Nil: users' programs are started from this process.
    public var workers: Workers?
    public var energy = EnergyModel()
    /// Since when steps with a carbon window could start; nil: since this run looked.
    public var firstReady: NotedInstants?
    /// Of who looks again and again; nil: what failed is tried at once.
    public var resting: RestingFailures?
    /// For carbon windows, which look at the clock.
    public var now: @Sendable () -> Instant = { Instant(secondsSinceEpoch: Int64(Date().timeIntervalSince1970)) }
    /// Seconds, broken off by a cancelled task.
    public var sleep: @Sendable (Double) async -> Void = { try? await Task.sleep(for: .seconds($0)) }
    public var reach: @Sendable (Point) -> Void = { _ in }

    public init() {}
}

extension CarbonWindow {
    /// When to start work that could start at `instant`: at the lowest intensity that is known to begin or hold until the deadline, the earliest of
    /// equal ones. At once where nothing is known, and once the deadline has passed.
    ///
    /// - Parameter ready: when it could first start, from which the deadline counts; nil: at `instant`.
    public func start(from instant: Instant, ready: Instant? = nil) -> Instant {
        let deadline = (ready ?? instant).secondsSinceEpoch + deadlineSeconds
        var best: (start: Int64, grams: Double)?
        for (index, point) in series.enumerated() {
            let end = index + 1 < series.count ? series[index + 1].instant.secondsSinceEpoch : .max
            let start = max(point.instant.secondsSinceEpoch, instant.secondsSinceEpoch)
            guard start <= deadline, start < end else { continue }
            if best.map({ point.gramsPerKilowattHour < $0.grams }) ?? true { best = (start, point.gramsPerKilowattHour) }
        }
        return Instant(secondsSinceEpoch: best?.start ?? instant.secondsSinceEpoch)
    }
}
