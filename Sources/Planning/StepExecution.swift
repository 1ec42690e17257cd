public import Basics

/// How a step is run: what it may use, how long, and what is tried again. None of it is part of the step's key, since none of it may change
/// what the step makes: a step that fits into less memory, or needs a second try, makes the same bytes.
public struct StepExecution: Hashable, Sendable {
    public var resources: StepResources
    /// Seconds of wall time for one attempt; nil for no limit.
    public var timeoutSeconds: Int64?
    public var retry: RetryPolicy
    /// When set, the step may wait for cleaner electricity.
    public var carbonWindow: CarbonWindow?
    /// Steps of one series start in the order of the plan, and none of them starts any more once one has ended by halting it.
    public var series: String?

    public init(
        resources: StepResources = StepResources(), timeoutSeconds: Int64? = nil, retry: RetryPolicy = .never, carbonWindow: CarbonWindow? = nil,
        series: String? = nil
    ) {
        precondition(timeoutSeconds ?? 1 > 0)
        self.resources = resources
        self.timeoutSeconds = timeoutSeconds
        self.retry = retry
        self.carbonWindow = carbonWindow
        self.series = series
    }
}

/// What one attempt of a step may use. The scheduler keeps steps that run at the same time within its budget by these, and a sandbox enforces them.
public struct StepResources: Hashable, Sendable {
    /// Cores that the step keeps busy; at least 1.
    public var cpus: Int
    /// Bytes of memory of all its processes together; nil for what the sandbox allows by default.
    public var memoryBytes: Int64?
    /// Processes and threads at one time.
    public var processes: Int?
    /// Bytes of its work folder, and of any one file.
    public var fileBytes: Int64?

    public init(cpus: Int = 1, memoryBytes: Int64? = nil, processes: Int? = nil, fileBytes: Int64? = nil) {
        precondition(cpus > 0 && memoryBytes ?? 1 > 0 && processes ?? 1 > 0 && fileBytes ?? 1 > 0)
        self.cpus = cpus
        self.memoryBytes = memoryBytes
        self.processes = processes
        self.fileBytes = fileBytes
    }
}

/// What is tried again, how often and after what pause.
public struct RetryPolicy: Hashable, Sendable {
    /// Why an attempt gave nothing, as far as another may give something.
    public enum Cause: String, CaseIterable, Hashable, Sendable {
        /// The program ended by itself with another code than 0, or by a signal of its own.
        case exitCode
        /// It outlived its time and was killed.
        case timeout
        /// Whoever ran it is gone: the machine, the worker process, the cluster's node.
        case workerLost
    }

    /// In all, the first one included; at least 1.
    public var attempts: Int
    /// Seconds before the second attempt; twice as long before each further one.
    public var backoffSeconds: Double
    public var causes: Set<Cause>

    public init(attempts: Int, backoffSeconds: Double = 1, causes: Set<Cause> = Set(Cause.allCases)) {
        precondition(attempts > 0 && backoffSeconds >= 0)
        self.attempts = attempts
        self.backoffSeconds = backoffSeconds
        self.causes = causes
    }

    /// One attempt, and two more if the worker is lost: that says nothing of the step.
    public static let never = RetryPolicy(attempts: 3, backoffSeconds: 1, causes: [.workerLost])

    /// Seconds to wait after `failed` attempts; at most an hour.
    public func pause(afterFailed failed: Int) -> Double {
        precondition(failed > 0)
        return min(backoffSeconds * Double(sign: .plus, exponent: min(failed - 1, 40), significand: 1), 3600)
    }
}

/// Lets a step wait for the time of the lowest carbon intensity, until its deadline.
public struct CarbonWindow: Hashable, Sendable {
    /// The intensity of electricity from an instant on, until the next point.
    public struct Point: Hashable, Sendable {
        public let instant: Instant
        /// Grams of CO₂ equivalent for each kilowatt-hour.
        public let gramsPerKilowattHour: Double

        public init(instant: Instant, gramsPerKilowattHour: Double) {
            self.instant = instant
            self.gramsPerKilowattHour = gramsPerKilowattHour
        }
    }

    /// The step must have started by then, counted in seconds from the moment at which it could first start.
    public var deadlineSeconds: Int64
    /// In order of time.
    public var series: [Point]

    public init(deadlineSeconds: Int64, series: [Point]) {
        precondition(deadlineSeconds >= 0)
        self.deadlineSeconds = deadlineSeconds
        self.series = series
    }
}

extension StepKind {
    /// Outputs that tell how a run went, and may differ between two that made the same: nothing depends on their bytes.
    public var incidentalOutputs: Set<String> { name == StepKind.command.name ? ["log"] : [] }
}

extension [String: Digest] {
    /// The outputs that must be the same whenever the step runs.
    public func essential(of kind: StepKind) -> [String: Digest] { filter { !kind.incidentalOutputs.contains($0.key) } }
}
