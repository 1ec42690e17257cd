public import Basics
public import Frames

/// Which column is predicted, and which of its two values is the positive class.
public struct BinaryLabel: Hashable, Sendable {
    public let column: String
    /// A string, whole number or truth value; nil means `true` or 1.
    public let positive: JSONValue?

    public init(column: String, positive: JSONValue? = nil) {
        self.column = column
        self.positive = positive
    }

    /// Whether each row is of the positive class.
    ///
    /// Throws `missingColumn`, `wrongType`, `missingLabels`, or `classes` if there are not two classes with the positive one among them;
    /// `requiringTwoClasses: false` lets rows of one class through (a test split may have one only).
    public func resolve(_ frame: Frame, requiringTwoClasses: Bool = true) throws(TrainingError) -> [Bool] {
        guard let found = frame[column] else {
            throw TrainingError(.missingColumn, column: column, message: "the data have no label column '\(column)'")
        }
        guard let (codes, texts) = found.classCodes() else {
            throw TrainingError(
                .wrongType, column: column, message: "label '\(column)' must hold categories, truth values or whole numbers")
        }
        if let row = codes.firstIndex(of: -1) {
            let count = codes.count { $0 < 0 }
            let rows = count == 1 ? "1 row" : "\(count) rows"
            throw TrainingError(
                .missingLabels, column: column,
                message: "label '\(column)' is missing in \(rows), the first of them row \(row + 1) (not counting a header)")
        }
        let wanted = try positiveText(of: found)
        let classes = texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        try checkUnicodeForms(classes, of: column)
        let listed = classes.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + (classes.count > 5 ? ", …" : "")
        guard classes.count <= 2 else {
            throw TrainingError(
                .classes, column: column,
                message: "label '\(column)' has \(classes.count) classes (\(listed)) where a binary model needs two")
        }
        if classes.count == 2 || requiringTwoClasses {
            guard classes.contains(wanted) else {
                throw TrainingError(
                    .classes, column: column, message: "label '\(column)' never has its positive value '\(wanted)'; it has \(listed)")
            }
            guard classes.count == 2 else {
                throw TrainingError(
                    .classes, column: column, message: "label '\(column)' has one class only (\(listed)), so there is nothing to learn")
            }
        }
        let positive = Int32(texts.firstIndex(of: wanted) ?? texts.count)
        return codes.map { $0 == positive }
    }

    private func positiveText(of found: Column) throws(TrainingError) -> String {
        switch positive {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .bool(let flag): return flag ? "true" : "false"
        case nil where found.kind == .boolean: return "true"
        case nil where found.kind == .integer || found.kind == .double: return "1"
        default:
            throw TrainingError(.classes, column: column, message: "say which value of label '\(column)' is the positive class")
        }
    }
}
