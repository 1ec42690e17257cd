public import Diagnostics

/// Something wrong with an expression, at its place in it.
public struct CELIssue: Hashable, Sendable {
    public let code: DiagnosticCode
    public let message: String
    /// Code point offsets into the expression.
    public let range: Range<Int>
    public let hint: String?

    public init(_ code: DiagnosticCode, _ message: String, at range: Range<Int>, hint: String? = nil) {
        self.code = code
        self.message = message
        self.range = range
        self.hint = hint
    }
}

/// All that is wrong with an expression.
public struct CompileFailure: Error, Hashable, Sendable {
    public let issues: [CELIssue]
}

/// Why an expression gave no value.
public struct CELEvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let noSuchField = Code(rawValue: "noSuchField")
        public static let noSuchKey = Code(rawValue: "noSuchKey")
        public static let noSuchOverload = Code(rawValue: "noSuchOverload")
        public static let indexOutOfRange = Code(rawValue: "indexOutOfRange")
        public static let overflow = Code(rawValue: "overflow")
        public static let divideByZero = Code(rawValue: "divideByZero")
        public static let invalidArgument = Code(rawValue: "invalidArgument")
        public static let duplicateKey = Code(rawValue: "duplicateKey")
        public static let unknownVariable = Code(rawValue: "unknownVariable")
        /// The budget is used up.
        public static let limit = Code(rawValue: "limit")
        /// Whoever asked does not want the value any more.
        public static let cancelled = Code(rawValue: "cancelled")
    }

    public let code: Code
    public let message: String
    /// The node that failed.
    public let node: Int

    public init(_ code: Code, _ message: String, node: Int = 0) {
        self.code = code
        self.message = message
        self.node = node
    }

    public var description: String { message }

    static let cancelled = CELEvaluationError(.cancelled, "the evaluation was cancelled")

    /// Whether no other operand can absorb it.
    var isFinal: Bool { code == .limit || code == .cancelled }
}
