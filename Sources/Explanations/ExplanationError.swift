internal import Models

/// Why nothing could be explained; every message says what to mend.
public struct ExplanationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure; open, so that a reader must expect codes it does not know.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let background = Code(rawValue: "background")
        public static let features = Code(rawValue: "features")
        public static let groups = Code(rawValue: "groups")
        public static let rows = Code(rawValue: "rows")
        public static let invalidSetting = Code(rawValue: "invalidSetting")
        public static let unsupportedModel = Code(rawValue: "unsupportedModel")
        /// The model failed on a block, or gave something that is no number.
        public static let prediction = Code(rawValue: "prediction")
        public static let reasons = Code(rawValue: "reasons")
        /// Foreign code is not run, since this machine has nothing to confine it.
        public static let sandboxUnavailable = Code(rawValue: "sandboxUnavailable")
        /// The machine failed, not the model.
        public static let environment = Code(rawValue: "environment")
        /// Somebody stopped it.
        public static let cancelled = Code(rawValue: "cancelled")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "cannot explain: \(message)" }

    init(_ error: ModelError) {
        let code: Code =
            switch error.code {
            case .unsupportedOutput: .unsupportedModel
            case .sandboxUnavailable: .sandboxUnavailable
            case .environment: .environment
            case .cancelled: .cancelled
            default: .prediction
            }
        self.init(code, message: error.description)
    }
}
