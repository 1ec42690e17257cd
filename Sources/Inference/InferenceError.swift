/// Why rows could not be scored.
public struct InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What to do about it, as an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The data do not have what the model reads, or not as it reads it.
        public static let schema = Code(rawValue: "schema")
        /// A file of the data is damaged, or holds what the model cannot do with.
        public static let data = Code(rawValue: "data")
        /// The model's bytes are no model, or one that cannot be applied so.
        public static let model = Code(rawValue: "model")
        /// The parameters contradict the data or each other.
        public static let parameters = Code(rawValue: "parameters")
        /// The disk is full.
        public static let noSpace = Code(rawValue: "noSpace")
        /// The system failed otherwise: another try may succeed.
        public static let inputOutput = Code(rawValue: "inputOutput")
        /// Another run writes to the same folder.
        public static let busy = Code(rawValue: "busy")
        /// Stopped on request; what is done stays done.
        public static let cancelled = Code(rawValue: "cancelled")
    }

    public let code: Code
    /// The shard that it happened in, where it happened in one.
    public let shard: String?
    public let message: String
    public let hint: String?

    public init(_ code: Code, shard: String? = nil, _ message: String, hint: String? = nil) {
        self.code = code
        self.shard = shard
        self.message = message
        self.hint = hint
    }

    public var description: String { shard.map { "shard '\($0)': \(message)" } ?? message }
}
