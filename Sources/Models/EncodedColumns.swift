/// Rows as a predictor reads them, column by column: what `EncodedRows` is before its rows are laid side by side.
package struct EncodedColumns: Sendable {
    package let schema: FeatureSchema
    package let rowCount: Int
    /// A column a feature, with a number a row.
    package let columns: [[Double]]

    package init(schema: FeatureSchema, columns: [[Double]]) {
        precondition(
            !columns.isEmpty && columns.count == schema.features.count && columns.allSatisfy { $0.count == columns[0].count }, "a column a feature")
        (self.schema, self.columns, rowCount) = (schema, columns, columns[0].count)
    }

    package func rows(threads: Int) -> EncodedRows { EncodedRows(schema: schema, columns: columns, threads: threads) }

    /// The rows at `indices`, in their order; an index may come twice.
    package func selecting(rows indices: [Int]) -> EncodedColumns {
        EncodedColumns(schema: schema, columns: columns.map { column in indices.map { column[$0] } })
    }
}

extension [Double] {
    /// Whether all are numbers of this size at the most. An order of magnitude faster than to look for the first that is not.
    package func areWithin(_ limit: Double) -> Bool {
        // Without its sign the bit pattern of a number grows as it does, and those of infinity and NaN lie above all.
        var largest: Int64 = 0
        unsafe withUnsafeBufferPointer { values in
            for place in values.indices {
                let size = unsafe Int64(bitPattern: values[place].bitPattern & 0x7FFF_FFFF_FFFF_FFFF)
                largest = size > largest ? size : largest
            }
        }
        return largest <= Int64(bitPattern: limit.bitPattern)
    }
}
