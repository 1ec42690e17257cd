/// Why a push did not move the server's reference. Nothing was changed there, except perhaps for objects that nothing refers to.
public struct PushError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Classed by what to do next. Open.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Somebody else moved the reference first: fetch, plan again.
        public static let lostRace = Code(rawValue: "lostRace")
        /// The server said no: a hook, a protected branch, missing rights. Doing the same again will not help.
        public static let refused = Code(rawValue: "refused")
        /// The server could not be reached or the connection broke: try again later.
        public static let failed = Code(rawValue: "failed")
    }

    public let code: Code
    public let reference: String
    /// The server's reason, or libgit2's.
    public let reason: String
    /// What the server's hooks printed: where a gate's verdict arrives.
    public let serverMessages: String

    public init(_ code: Code, reference: String, reason: String, serverMessages: String) {
        self.code = code
        self.reference = reference
        self.reason = reason
        self.serverMessages = serverMessages
    }

    public var description: String { "the push to \(reference) \(code == .refused ? "was refused" : "failed"): \(reason)" }
}

/// What came of a push that succeeded.
public struct PushReport: Hashable, Sendable {
    /// What the server's hooks printed.
    public let serverMessages: String
    /// Whether the push went through the file system, past the server's hooks.
    public let skippedHooks: Bool

    public init(serverMessages: String, skippedHooks: Bool) {
        self.serverMessages = serverMessages
        self.skippedHooks = skippedHooks
    }
}
