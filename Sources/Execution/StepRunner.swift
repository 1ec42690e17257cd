public import Basics
public import Planning
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

    public init(
        step: Step, inputs: [String: Digest], store: any ContentStore, threads: Int, progress: @escaping @Sendable (Double) -> Void
    ) {
        self.step = step
        self.inputs = inputs
        self.store = store
        self.threads = threads
        self.progress = progress
    }

    /// The bytes of an input, verified.
    public func read(_ name: String) throws(StepFailure) -> [UInt8] {
        guard let digest = inputs[name] else { preconditionFailure("step \(step.name) has no input '\(name)'") }
        do {
            return try store.read(digest)
        } catch {
            throw StepFailure(.store, "cannot read input '\(name)': \(error)")
        }
    }

    public func put(_ bytes: [UInt8]) throws(StepFailure) -> Digest {
        do {
            return try store.put(bytes)
        } catch {
            throw StepFailure(.store, "cannot store an output: \(error)")
        }
    }
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
        /// The store failed: another try may succeed.
        public static let store = Code(rawValue: "store")
        /// Stopped on request.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The step made other bytes than the ledger says it makes.
        public static let notReproducible = Code(rawValue: "notReproducible")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
