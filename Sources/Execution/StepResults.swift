public import Basics

/// What is known to have come out of steps before. Only vouched results: from verified records, or signed by the engine itself.
public protocol StepResults: Sendable {
    func outputs(of key: Digest) -> [String: Digest]?
    func save(_ outputs: [String: Digest], of key: Digest) throws
}

/// Remembers nothing: each step runs.
public struct NoStepResults: StepResults {
    public init() {}
    public func outputs(of key: Digest) -> [String: Digest]? { nil }
    public func save(_ outputs: [String: Digest], of key: Digest) {}
}
