public import Basics

/// What a store could not do.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Classed by what to do next. Open.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Nothing of that name is stored.
        public static let missing = Code(rawValue: "missing")
        /// What is stored is not what its name says.
        public static let damaged = Code(rawValue: "damaged")
        /// The disk is full, or a quota is used up.
        public static let noSpace = Code(rawValue: "noSpace")
        /// Anything else that the operating system or SQLite answered.
        public static let inputOutput = Code(rawValue: "inputOutput")
    }

    public let code: Code
    /// As the object of "cannot": `read sha256:…`.
    public let operation: String
    public let cause: String
    /// The object concerned, if it is one.
    public let digest: Digest?

    public init(_ code: Code, _ operation: String, cause: String, digest: Digest? = nil) {
        self.code = code
        self.operation = operation
        self.cause = cause
        self.digest = digest
    }

    public var description: String { "the store cannot \(operation): \(cause)" }
}
