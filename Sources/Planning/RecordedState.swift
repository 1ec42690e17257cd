public import Attestations
public import Basics

/// What the ledger vouches for, as far as planning needs it. A value; reading it has no effects.
public struct RecordedState: Sendable {
    public struct Output: Hashable, Sendable {
        public let outputs: [String: Digest]
        /// The record that says so.
        public let record: Digest

        public init(outputs: [String: Digest], record: Digest) {
            self.outputs = outputs
            self.record = record
        }
    }

    /// By step key.
    public let steps: [Digest: Output]
    /// The latest record of each subject, with its digest.
    public let latest: [SubjectName: (digest: Digest, record: Record)]

    public init(steps: [Digest: Output], latest: [SubjectName: (digest: Digest, record: Record)]) {
        self.steps = steps
        self.latest = latest
    }

    public static let nothing = RecordedState(steps: [:], latest: [:])
}
