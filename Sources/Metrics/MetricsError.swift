/// Input that nothing can be measured on.
public struct MetricsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure; open, so that a reader must expect codes it does not know.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let empty = Code(rawValue: "empty")
        public static let countsDiffer = Code(rawValue: "countsDiffer")
        public static let invalidScore = Code(rawValue: "invalidScore")
        public static let invalidThreshold = Code(rawValue: "invalidThreshold")
        public static let invalidWeight = Code(rawValue: "invalidWeight")
        public static let tooManyGroups = Code(rawValue: "tooManyGroups")
        public static let oneClass = Code(rawValue: "oneClass")
        public static let invalidOption = Code(rawValue: "invalidOption")
        public static let wrongType = Code(rawValue: "wrongType")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "cannot measure: \(message)" }
}
