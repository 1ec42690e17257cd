/// Why a command could not be carried out, by what to do next.
public struct ReconciliationError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The arguments name something that is not there.
        public static let invalidArgument = Code(rawValue: "invalidArgument")
        /// The ledger was tampered with, or its signers' file does not fit it. Nobody may build on it.
        public static let ledgerDoesNotVerify = Code(rawValue: "ledgerDoesNotVerify")
        /// There are no policies, or no tests of them: what is not there cannot have passed.
        public static let nothingToTest = Code(rawValue: "nothingToTest")
        /// Disk, network or git failed: another try may succeed.
        public static let environment = Code(rawValue: "environment")
    }

    public let code: Code
    public let message: String
    public let hint: String?

    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    public var description: String { message }
}
