internal import Frames
internal import Models

/// Why nothing could be trained; every message says what in the data or the specification to mend.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure; open, so that a reader must expect codes it does not know.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let missingColumn = Code(rawValue: "missingColumn")
        public static let wrongType = Code(rawValue: "wrongType")
        public static let missingLabels = Code(rawValue: "missingLabels")
        public static let missingValues = Code(rawValue: "missingValues")
        public static let classes = Code(rawValue: "classes")
        public static let features = Code(rawValue: "features")
        public static let infiniteValue = Code(rawValue: "infiniteValue")
        public static let emptySplit = Code(rawValue: "emptySplit")
        public static let invalidSetting = Code(rawValue: "invalidSetting")
        public static let notConverged = Code(rawValue: "notConverged")
        /// Rows cannot be divided into the folds that are asked for.
        public static let folds = Code(rawValue: "folds")
        /// No candidate meets the declared constraints.
        public static let infeasible = Code(rawValue: "infeasible")
        public static let library = Code(rawValue: "library")
    }

    public let code: Code
    /// The column that the failure is about, where it is about one.
    public let column: String?
    public let message: String

    public init(_ code: Code, column: String? = nil, message: String) {
        self.code = code
        self.column = column
        self.message = message
    }

    public var description: String { "cannot train: \(message)" }

    init(_ error: FrameError) {
        self.init(error.code == .missingColumn ? .missingColumn : .wrongType, column: error.column, message: error.message)
    }

    init(_ error: ModelError) {
        let code: Code =
            switch error.code {
            case .missingFeature: .missingColumn
            case .wrongType: .wrongType
            case .infiniteValue: .infiniteValue
            case .missingValue: .missingValues
            default: .library
            }
        self.init(code, column: error.feature, message: error.message)
    }
}
