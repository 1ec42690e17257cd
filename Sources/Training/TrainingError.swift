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
        /// This machine lacks a library: nothing that the user wrote is at fault.
        public static let environment = Code(rawValue: "environment")
    }

    public let code: Code
    /// The column that the failure is about, where it is about one.
    public let column: String?
    /// The training row that the failure is about, from 0, where it is about one.
    public let row: Int?
    private let text: String

    public var message: String { row.map { text.replacing("{row}", with: "training row \($0 + 1)") } ?? text }

    /// - Parameters:
    ///   - row: the training row that it is about; the message calls it `{row}`.
    public init(_ code: Code, column: String? = nil, row: Int? = nil, message: String) {
        self.code = code
        self.column = column
        self.row = row
        text = message
    }

    /// The message with the row as the file counts it.
    ///
    /// - Parameter rows: the training rows' places in the file.
    public func message(inFile rows: [Int]) -> String {
        guard let row, rows.indices.contains(row) else { return message }
        return text.replacing("{row}", with: "row \(rows[row] + 1) (not counting a header)")
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
            case .environment: .environment
            default: .library
            }
        self.init(code, column: error.feature, message: error.message)
    }
}
