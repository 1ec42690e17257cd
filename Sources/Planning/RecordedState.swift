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
    /// All records of each subject, oldest first.
    public let history: [SubjectName: [Record]]

    /// - Parameter history: nil: there are the latest ones only.
    public init(
        steps: [Digest: Output], latest: [SubjectName: (digest: Digest, record: Record)], history: [SubjectName: [Record]]? = nil,
        documents: [Digest: JSONValue] = [:]
    ) {
        self.history = history ?? latest.mapValues { [$0.record] }
        self.steps = steps
        self.documents = documents
        self.latest = latest
    }

    /// The steps of the subject's latest record in which a step of that name ran: a record in which it failed has none of it.
    func lastSteps(having name: String, of subject: SubjectName) -> [RecordedStep] {
        (history[subject] ?? []).last { $0.draft.steps.contains { $0.name == name } }?.draft.steps ?? []
    }

    public static let nothing = RecordedState(steps: [:], latest: [:])
}
