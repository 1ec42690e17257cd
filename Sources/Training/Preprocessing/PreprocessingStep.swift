public import Basics
public import Models

/// One declared step of preprocessing, before it is fitted.
public struct PreprocessingStep: Hashable, Sendable {
    public enum Imputation: Hashable, Sendable {
        case mean, median, mostFrequent
        case constant(JSONValue)
    }

    public enum Scaling: String, Hashable, Sendable, CaseIterable {
        /// By mean and standard deviation.
        case standard
        /// To 0…1.
        case minMax
        /// By median and the distance of the quartiles.
        case robust
    }

    public enum Binning: String, Hashable, Sendable, CaseIterable {
        /// About as many rows a bin.
        case quantile
        /// Bins of one width.
        case uniform
    }

    public enum Operation: Hashable, Sendable {
        case impute(Imputation, indicator: Bool)
        /// - Parameter minimumRows: a category of fewer training rows is put with the others.
        case oneHot(minimumRows: Int, unseen: FittedTransform.Unseen)
        /// The mean label of a category's rows, drawn to that of all rows as if `smoothing` rows had it (Micci-Barreca 2001). Training rows get the mean
        /// over the other folds, so that no row's label is in its own feature.
        ///
        /// - Parameter minimumRows: a category of fewer training rows gets that of all rows: smoothing alone would let a single row's label be read from the model.
        case targetEncode(smoothing: Double, folds: Int, unseen: FittedTransform.Unseen, minimumRows: Int = 1)
        /// The share of rows that have the category; training rows get that over the other folds.
        case frequencyEncode(folds: Int, unseen: FittedTransform.Unseen, minimumRows: Int = 1)
        case scale(Scaling)
        case bin(Binning, count: Int)
        case dateParts([FittedTransform.DatePart])
        case hashText(buckets: Int)
    }

    /// Columns as they are when the step's turn comes.
    public let columns: [String]
    public let operation: Operation

    public init(columns: [String], _ operation: Operation) {
        self.columns = columns
        self.operation = operation
    }

    /// Reads a step as a Model spec declares it. Throws `invalidSetting`.
    public init(json: JSONValue) throws(TrainingError) {
        func number(_ key: String, _ fallback: Int) -> Int { json[key]?.intValue.map { Int($0) } ?? fallback }
        let type = json["type"]?.stringValue ?? ""
        let unseen = json["unseen"]?.stringValue.flatMap(FittedTransform.Unseen.init(rawValue:)) ?? .neutral
        columns = (json["columns"]?.arrayValue ?? []).compactMap(\.stringValue)
        switch type {
        case "impute":
            let indicator = json["indicator"]?.boolValue ?? false
            switch json["strategy"]?.stringValue ?? "median" {
            case "mean": operation = .impute(.mean, indicator: indicator)
            case "median": operation = .impute(.median, indicator: indicator)
            case "mostFrequent": operation = .impute(.mostFrequent, indicator: indicator)
            default: operation = .impute(.constant(json["value"] ?? .null), indicator: indicator)
            }
        case "oneHot": operation = .oneHot(minimumRows: number("minimumRows", 1), unseen: unseen)
        case "targetEncode":
            operation = .targetEncode(
                smoothing: json["smoothing"]?.doubleValue ?? 10, folds: number("folds", 5), unseen: unseen, minimumRows: number("minimumRows", 1))
        case "frequencyEncode":
            operation = .frequencyEncode(folds: number("folds", 5), unseen: unseen, minimumRows: number("minimumRows", 1))
        case "scale": operation = .scale(json["method"]?.stringValue.flatMap(Scaling.init(rawValue:)) ?? .standard)
        case "bin": operation = .bin(json["method"]?.stringValue.flatMap(Binning.init(rawValue:)) ?? .quantile, count: number("bins", 10))
        case "dateParts":
            let parts = (json["parts"]?.arrayValue ?? []).compactMap(\.stringValue).compactMap(FittedTransform.DatePart.init(rawValue:))
            operation = .dateParts(parts.isEmpty ? [.year, .month, .day, .weekday] : parts)
        case "hashText": operation = .hashText(buckets: number("buckets", 64))
        default: throw TrainingError(.invalidSetting, message: "there is no preprocessing '\(type)'")
        }
        guard !columns.isEmpty else { throw TrainingError(.invalidSetting, message: "preprocessing '\(type)' names no columns") }
    }
}
