public import Attestations
public import Basics

/// What the ledger vouches for, as far as planning needs it. A value; reading it has no effects.
public struct RecordedState: Sendable {
    public struct Output: Hashable, Sendable {
        public let outputs: [String: Digest]
        /// The record that says so.
        public let record: Digest
        /// When that record was made; nil if nobody asks.
        public let instant: Instant?

        public init(outputs: [String: Digest], record: Digest, instant: Instant? = nil) {
            self.outputs = outputs
            self.record = record
            self.instant = instant
        }
    }

    /// By step key.
    public let steps: [Digest: Output]
    /// What steps measured that planning itself decides by, by step key.
    public let documents: [Digest: JSONValue]
    /// The latest record of each subject, with its digest.
    public let latest: [SubjectName: (digest: Digest, record: Record)]

    public init(
        steps: [Digest: Output], latest: [SubjectName: (digest: Digest, record: Record)], documents: [Digest: JSONValue] = [:]
    ) {
        self.steps = steps
        self.documents = documents
        self.latest = latest
    }

    public static let nothing = RecordedState(steps: [:], latest: [:])
}
