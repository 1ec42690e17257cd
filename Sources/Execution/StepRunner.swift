public import Basics
public import Planning
public import Sandbox
public import Storage

/// Does one kind of step. It reads its inputs from the store by digest and puts what it makes there; nothing else goes in or comes out.
public protocol StepRunner: Sendable {
    var kind: StepKind { get }

    /// - Returns: a digest for each of the step's outputs.
    func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest]
}

/// What a runner is given.
public struct StepWork: Sendable {
    public let step: Step
    /// The digest of each input, whatever made it.
    public let inputs: [String: Digest]
    public let store: any ContentStore
    /// The number of threads that the step may use. Its output must not depend on it.
    public let threads: Int
    /// Told how far the step is, from 0 to 1.
    public let progress: @Sendable (Double) -> Void

    /// What surrounds the attempt.
    public let surroundings: StepSurroundings

    public init(
        step: Step, inputs: [String: Digest], store: any ContentStore, threads: Int, surroundings: StepSurroundings = StepSurroundings(),
        progress: @escaping @Sendable (Double) -> Void
    ) {
        self.step = step
        self.inputs = inputs
        self.store = store
        self.threads = threads
        self.surroundings = surroundings
        self.progress = progress
    }

    /// The bytes of an input, verified.
    public func read(_ name: String) throws(StepFailure) -> [UInt8] {
        guard let digest = inputs[name] else { preconditionFailure("step \(step.name) has no input '\(name)'") }
        do {
            return try store.read(digest)
        } catch {
            throw StepFailure(reading: name, error)
        }
    }

    public func put(_ bytes: [UInt8]) throws(StepFailure) -> Digest {
        do {
            return try store.put(bytes)
        } catch {
            throw StepFailure(.environment, "cannot store an output: \(error)")
        }
    }
}

/// Where and under whose rules one attempt runs.
public struct StepSurroundings: Sendable {
    /// A folder of the attempt's own, removed after it; nil: the step makes one if it needs one.
    public var scratch: String?
    public var sandbox = SandboxPolicy.required
    public var isCancelled: @Sendable () -> Bool = { Task.isCancelled }
    /// Is handed what a program of the step writes, as it comes.
    public var log: @Sendable ([UInt8]) -> Void = { _ in }
    /// Told what a program of the step used, and what held it to its limits.
    public var measured: @Sendable (ProcessUsage, _ enforcement: [String: String]) -> Void = { _, _ in }

    public init() {}
}

/// Why a step gave nothing.
public struct StepFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What to do about it, as an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The user's data or parameters do not allow it: the subject is undecided until they change.
        public static let input = Code(rawValue: "input")
        /// A step that this one needs failed, for a reason that is its own.
        public static let upstream = Code(rawValue: "upstream")
        /// What the step reads, or says that it made, is not in the store: another try may succeed.
        public static let store = Code(rawValue: "store")
        /// Stopped on request.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The step made other bytes than the ledger says it makes.
        public static let notReproducible = Code(rawValue: "notReproducible")
        /// A program ended with another code than 0, by a signal, or for wanting more than it may use.
        public static let exitCode = Code(rawValue: "exitCode")
        /// It outlived its time and was killed.
        public static let timeout = Code(rawValue: "timeout")
        /// Whoever ran the attempt is gone.
        public static let workerLost = Code(rawValue: "workerLost")
        /// This machine cannot run it as it must be run, or cannot keep what it makes.
        public static let environment = Code(rawValue: "environment")
        /// It wanted more than the operator of this machine allows, and would have been allowed by its own limit.
        public static let ceiling = Code(rawValue: "ceiling")
        /// It passed a limit that stops the job which it is part of.
        public static let halted = Code(rawValue: "halted")
        /// Its time has not come yet.
        public static let waiting = Code(rawValue: "waiting")

        /// Whether it says nothing of the step: elsewhere, or later, the same step may do well. No record has such a failure, since nobody could
        /// reproduce it.
        public var isOfMachine: Bool { self == .environment || self == .workerLost || self == .waiting || self == .ceiling }

        /// What it is to a retry policy; nil if another try would come to the same.
        var retryCause: RetryPolicy.Cause? {
            switch self {
            case .exitCode: .exitCode
            case .timeout: .timeout
            case .workerLost: .workerLost
            default: nil
            }
        }
    }

    public let code: Code
    public let message: String
    /// What the step's program wrote, in the store.
    public let log: Digest?
    /// The last lines of that log, for who watches. No record has them: they may differ from run to run.
    public private(set) var lastWords: String?

    public init(_ code: Code, _ message: String, log: Digest? = nil) {
        self.code = code
        self.message = message
        self.log = log
    }

    /// Bytes that are damaged, or that the disk does not give, are this machine's fault; that there are none may be the repository's.
    public init(reading input: String, _ error: StoreError) {
        self.init(error.code == .missing ? .store : .environment, "cannot read input '\(input)': \(error)")
    }

    /// The same failure with its log's end; an empty one says nothing.
    public func saying(_ words: String) -> StepFailure {
        var failure = self
        failure.lastWords = words.allSatisfy(\.isWhitespace) ? nil : words
        return failure
    }

    /// Two failures with one log are one, however much of it was shown.
    public static func == (left: StepFailure, right: StepFailure) -> Bool {
        left.code == right.code && left.message == right.message && left.log == right.log
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
        hasher.combine(log)
    }

    public var description: String { message }
}
