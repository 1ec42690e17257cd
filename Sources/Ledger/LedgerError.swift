internal import Basics
internal import Git

/// What could not be done with the ledger.
public struct LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Classed by what to do next. Open.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Another reconciler was faster: fetch, plan again.
        public static let lostRace = Code(rawValue: "lostRace")
        /// The server refuses ledger commits from us.
        public static let refused = Code(rawValue: "refused")
        /// The ledger is not what a ledger must be; `audit verify` says where.
        public static let malformed = Code(rawValue: "malformed")
        /// A record or document that the ledger does not have.
        public static let missing = Code(rawValue: "missing")
        /// The clock stands before the last decision.
        public static let instantBeforePrevious = Code(rawValue: "instantBeforePrevious")
        /// Anything else that git or the network answered.
        public static let git = Code(rawValue: "git")
    }

    public let code: Code
    /// As the object of "cannot": `read record sha256:…`.
    public let operation: String
    public let cause: String

    public init(_ code: Code, _ operation: String, cause: String) {
        self.code = code
        self.operation = operation
        self.cause = cause
    }

    init(_ operation: String, _ error: GitError) { self.init(.git, operation, cause: error.description) }

    static func otherRecord(_ wanted: Digest, _ found: Digest) -> LedgerError {
        LedgerError(.malformed, "read record \(wanted.short)", cause: "the file holds record \(found)")
    }

    public var description: String { "the ledger: cannot \(operation): \(cause)" }
}

/// Runs calls of git, whose errors become the ledger's.
func git<Result>(_ operation: @autoclosure () -> String, _ body: () throws(GitError) -> Result) throws(LedgerError) -> Result {
    do {
        return try body()
    } catch {
        throw LedgerError(operation(), error)
    }
}
