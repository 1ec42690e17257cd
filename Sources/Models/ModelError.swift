/// Why a model could not be trained, read or applied.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure; open, so that a reader must expect codes it does not know.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let missingFeature = Code(rawValue: "missingFeature")
        public static let wrongType = Code(rawValue: "wrongType")
        public static let wrongShape = Code(rawValue: "wrongShape")
        public static let infiniteValue = Code(rawValue: "infiniteValue")
        public static let malformedArtifact = Code(rawValue: "malformedArtifact")
        public static let missingValue = Code(rawValue: "missingValue")
        public static let unseenCategory = Code(rawValue: "unseenCategory")
        public static let unsupportedModel = Code(rawValue: "unsupportedModel")
        public static let unsupportedOutput = Code(rawValue: "unsupportedOutput")
        /// It is not said of which class a prediction is the chance.
        public static let unclearClass = Code(rawValue: "unclearClass")
        /// Foreign code is not run, since this machine has nothing to confine it.
        public static let sandboxUnavailable = Code(rawValue: "sandboxUnavailable")
        /// The machine failed: nothing can be written, nothing started.
        public static let environment = Code(rawValue: "environment")
        /// Somebody stopped it.
        public static let cancelled = Code(rawValue: "cancelled")
        public static let library = Code(rawValue: "library")
    }

    public let code: Code
    /// As a sentence's verb phrase: `train the model`.
    public let operation: String
    /// The feature that the failure is about, where it is about one.
    public let feature: String?
    public let message: String

    public init(_ code: Code, operation: String, feature: String? = nil, message: String) {
        self.code = code
        self.operation = operation
        self.feature = feature
        self.message = message
    }

    public var description: String { "cannot \(operation): \(message)" }
}
