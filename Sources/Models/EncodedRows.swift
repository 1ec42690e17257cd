internal import Basics
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
        var columns: [[Double]] = []
        for feature in schema.features { columns.append(try frame.numbers(of: feature)) }
        self.init(schema: schema, columns: columns)
    }

    /// Columns side by side; each has a number for each row. The same for any number of threads.
    init(schema: FeatureSchema, columns: [[Double]], threads: Int = 1) {
        precondition(columns.count == schema.features.count, "a column a feature")
        let (width, count) = (columns.count, columns.first?.count ?? 0)
        precondition(columns.allSatisfy { $0.count == count }, "columns of one length")
        // Some hundred rows at a time stay in the cache while all columns are written to them.
        let slab = 256
        let values = unsafe [Double](unsafeUninitializedCapacity: count * width) { target, initialized in
            nonisolated(unsafe) let target = unsafe target
            // Each part has rows of its own.
            let parts = max(1, min(16, count / 4096))
            _ = concurrentBlocks(parts, threads: threads) { part in
                for start in stride(from: count * part / parts, to: count * (part + 1) / parts, by: slab) {
                    let end = min(start + slab, count * (part + 1) / parts)
                    for (place, column) in columns.enumerated() {
                        unsafe column.withUnsafeBufferPointer { column in
                            for row in start..<end { unsafe target[row * width + place] = column[row] }
                        }
                    }
                }
            }
            initialized = count * width
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

extension Frame {
    /// A feature's column as a model reads it: NaN for what is missing, and for a category that the feature does not know.
    ///
    /// Throws `missingFeature`, `wrongType`, or `infiniteValue`.
    func numbers(of feature: FeatureSchema.Feature) throws(ModelError) -> [Double] { try boundedNumbers(of: feature).numbers }

    /// The same, and whether every row is known to have a number, none of them beyond those of single precision.
    func boundedNumbers(of feature: FeatureSchema.Feature) throws(ModelError) -> (numbers: [Double], areSingles: Bool) {
        let column = try self.feature(feature.name)
        var numbers: [Double] = try column.encoded(as: feature)
        if column.missingCount > 0 {
            for row in numbers.indices where column.isMissing(row) { numbers[row] = .nan }
        }
        if numbers.areWithin(Double(Float.greatestFiniteMagnitude)) { return (numbers, true) }
        if !numbers.areWithin(.greatestFiniteMagnitude), let row = numbers.firstIndex(where: \.isInfinite) {
            throw ModelError(
                .infiniteValue, operation: "read the features", feature: feature.name,
                message: "feature '\(feature.name)' is infinite in row \(row + 1)")
        }
        return (numbers, false)
    }
}
