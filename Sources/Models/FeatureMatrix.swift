public import Frames

/// A frame's features as XGBoost reads them: 32-bit numbers, row by row; categories as codes of the schema, missing values as NaN.
public struct FeatureMatrix: Sendable {
    public let schema: FeatureSchema
    public let rowCount: Int
    let values: [Float]

    /// A category that the schema does not know counts as missing. Whole and other numbers are one kind; XGBoost keeps 24 bits of them.
    ///
    /// Throws `missingFeature`, `wrongType`, or `infiniteValue` for a number that is infinite or beyond 32-bit range.
    public init(_ frame: Frame, schema: FeatureSchema) throws(ModelError) {
        let width = schema.features.count
        var values = [Float](repeating: .nan, count: frame.rowCount * width)
        for (place, feature) in schema.features.enumerated() {
            let column = try frame.feature(feature.name)
            let converted: [Float] = try column.encoded(as: feature)
            for row in 0..<frame.rowCount where !column.isMissing(row) {
                let value = converted[row]
                guard !value.isInfinite else { throw Self.infinite(feature.name, row: row) }
                values[row * width + place] = value
            }
        }
        self.schema = schema
        self.rowCount = frame.rowCount
        self.values = values
    }

    /// The same rows for XGBoost. Throws `infiniteValue` as above.
    public init(_ rows: EncodedRows) throws(ModelError) {
        schema = rows.schema
        rowCount = rows.rowCount
        values = rows.values.map { Float($0) }
        if let place = values.firstIndex(where: \.isInfinite) {
            let feature = schema.features[place % schema.features.count].name
            throw Self.infinite(feature, row: place / schema.features.count)
        }
    }

    private static func infinite(_ feature: String, row: Int) -> ModelError {
        ModelError(
            .infiniteValue, operation: "read the features", feature: feature,
            message: "feature '\(feature)' is infinite or beyond ±3.4e38 in row \(row + 1)")
    }
}

extension Column {
    /// A feature as numbers, one a row; what stands in missing rows means nothing.
    func encoded<Number: BinaryFloatingPoint>(as feature: FeatureSchema.Feature) throws(ModelError) -> [Number] {
        switch (values, feature.type) {
        case (.integer(let all), .number): return all.map { Number($0) }
        // What is of the wanted kind already is not copied.
        case (.double(let all), .number): return all as? [Number] ?? all.map { Number($0) }
        case (.timestamp(let all), .timestamp): return all.map { Number($0) }
        case (.boolean(let all), .boolean): return all.map { $0 ? 1 : 0 }
        case (.category(let codes, let categories), .category(let known)):
            let places = Dictionary(known.enumerated().map { (Array($1.utf8), Number($0)) }, uniquingKeysWith: { first, _ in first })
            let numbers = categories.map { places[Array($0.utf8)] ?? .nan }
            return codes.map { numbers.isEmpty ? .nan : numbers[Int($0)] }
        default:
            // A column without any value has no kind of its own.
            if missingCount == count { return [Number](repeating: .nan, count: count) }
            let wanted =
                switch feature.type {
                case .number: "a number"
                case .boolean: "a truth value"
                case .category: "a category"
                case .timestamp: "a timestamp"
                }
            throw ModelError(
                .wrongType, operation: "read the features", feature: feature.name,
                message: "feature '\(feature.name)' is \(wanted) for the model, but the data have \(kind.rawValue)")
        }
    }
}
