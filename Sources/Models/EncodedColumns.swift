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
        unsafe withUnsafeBytes { bytes in
            let (high, low) = (SIMD8(repeating: limit), SIMD8(repeating: -limit))
            var isWithin = SIMDMask<SIMD8<Int64>>(repeating: true)
            let whole = count / 8 * 64
            for place in Swift.stride(from: 0, to: whole, by: 64) {
                let eight = unsafe bytes.loadUnaligned(fromByteOffset: place, as: SIMD8<Double>.self)
                // No NaN is.
                isWithin .&= (eight .<= high) .& (eight .>= low)
            }
            return all(isWithin) && self[(count / 8 * 8)...].allSatisfy { $0 <= limit && $0 >= -limit }
        }
    }
}
