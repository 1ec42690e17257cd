public import Frames

/// Rows as a predictor reads them: numbers, row by row; categories as codes of the schema, missing values as NaN.
public struct EncodedRows: Sendable, Hashable {
    public let schema: FeatureSchema
    public let rowCount: Int
    /// Rows × features.
    public let values: [Double]

    /// `values` has rows × features numbers.
    public init(schema: FeatureSchema, values: [Double]) {
        let width = schema.features.count
        precondition(width > 0 && values.count % width == 0, "whole rows")
        self.schema = schema
        self.rowCount = values.count / width
        self.values = values
    }

    /// The schema's features of `frame`, by name, whatever its other columns. A category that the schema does not know counts as missing.
    ///
    /// Throws `missingFeature`, `wrongType`, or `infiniteValue`.
    public init(_ frame: Frame, schema: FeatureSchema) throws(ModelError) {
        let width = schema.features.count
        var values = [Double](repeating: .nan, count: frame.rowCount * width)
        for (place, feature) in schema.features.enumerated() {
            let column = try frame.feature(feature.name)
            let converted: [Double] = try column.encoded(as: feature)
            for row in 0..<frame.rowCount where !column.isMissing(row) {
                guard !converted[row].isInfinite else {
                    throw ModelError(
                        .infiniteValue, operation: "read the features", feature: feature.name,
                        message: "feature '\(feature.name)' is infinite in row \(row + 1)")
                }
                values[row * width + place] = converted[row]
            }
        }
        self.init(schema: schema, values: values)
    }

    public var width: Int { schema.features.count }

    /// The rows at `indices`, in their order; an index may come twice.
    public func selecting(rows indices: [Int]) -> EncodedRows {
        EncodedRows(schema: schema, values: indices.flatMap { values[($0 * width)..<(($0 + 1) * width)] })
    }

    public func row(_ index: Int) -> ArraySlice<Double> { values[(index * width)..<((index + 1) * width)] }
}
