public import Basics
internal import Synchronization

/// What is known to have come out of steps before. Only vouched results: from verified records, or signed by the engine itself.
public protocol StepResults: Sendable {
    func outputs(of key: Digest) -> [String: Digest]?
    func save(_ outputs: [String: Digest], of key: Digest) throws
    /// What making the outputs cost; nil if that is not known.
    func usage(of key: Digest) -> StepUsage?
    func save(_ outputs: [String: Digest], usage: StepUsage?, of key: Digest) throws
}

extension StepResults {
    public func usage(of key: Digest) -> StepUsage? { nil }
    public func save(_ outputs: [String: Digest], usage: StepUsage?, of key: Digest) throws { try save(outputs, of: key) }
}

/// Remembers nothing: each step runs.
public struct NoStepResults: StepResults {
    public init() {}
    public func outputs(of key: Digest) -> [String: Digest]? { nil }
    public func save(_ outputs: [String: Digest], of key: Digest) {}
}

/// Remembers for as long as it lives, and for nobody else: one run that looks twice makes nothing twice.
public final class RememberedStepResults: StepResults {
    private struct Result {
        let outputs: [String: Digest]
        let usage: StepUsage?
    }

    private let known = Mutex<[Digest: Result]>([:])

    public init() {}
    public func outputs(of key: Digest) -> [String: Digest]? { known.withLock { $0[key]?.outputs } }
    public func usage(of key: Digest) -> StepUsage? { known.withLock { $0[key]?.usage } }
    public func save(_ outputs: [String: Digest], of key: Digest) { save(outputs, usage: nil, of: key) }
    public func save(_ outputs: [String: Digest], usage: StepUsage?, of key: Digest) {
        known.withLock { $0[key] = Result(outputs: outputs, usage: usage) }
    }
}
