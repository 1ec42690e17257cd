/// Why a table could not be read, built or written.
public struct FrameError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure; open, so that a reader must expect codes it does not know.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let unreadable = Code(rawValue: "unreadable")
        public static let missingColumn = Code(rawValue: "missingColumn")
        public static let duplicateColumn = Code(rawValue: "duplicateColumn")
        public static let unsupportedType = Code(rawValue: "unsupportedType")
        public static let wrongType = Code(rawValue: "wrongType")
        public static let wrongLength = Code(rawValue: "wrongLength")
        public static let empty = Code(rawValue: "empty")
        /// The system could not read or write the file: another try may succeed.
        public static let inputOutput = Code(rawValue: "inputOutput")
        /// The disk is full, a quota is used up, or a file may not grow further.
        public static let noSpace = Code(rawValue: "noSpace")
    }

    public let code: Code
    /// As a sentence's verb phrase: `read Parquet`.
    public let operation: String
    /// The column that the failure is about, where it is about one.
    public let column: String?
    public let message: String

    public init(_ code: Code, operation: String, column: String? = nil, message: String) {
        self.code = code
        self.operation = operation
        self.column = column
        self.message = message
    }

    public var description: String {
        // A message that names its column already does so in quotes.
        let subject = column.flatMap { message.contains("'\($0)'") ? nil : "column '\($0)': " } ?? ""
        return "cannot \(operation): \(subject)\(message)"
    }
}
