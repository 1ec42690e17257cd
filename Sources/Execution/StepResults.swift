public import Basics

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
