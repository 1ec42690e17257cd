internal import Frames

extension ONNXPredictor {
    /// What `output` looks like. Zeros and empty texts are tried, and only if the model fails on them or gives no finite numbers, rows of `frame` that have
    /// no gap: a value that the data happen to lack says nothing about the model. Where none is without, those that there are.
    ///
    /// Throws what `predict` throws for the first rows of `frame`, or `unsupportedOutput`.
    static func tried(_ model: ONNXModel, _ layout: ONNXLayout, schema: FeatureSchema, frame: Frame, output: String) throws(ModelError) -> ONNXNumbers
    {
        let count = min(64, frame.rowCount)
        let first = try EncodedRows(frame.selecting(rows: Array(0..<count)), schema: schema)
        if count > 0 { _ = try layout.tensors(first.values, count: count, schema: schema, firstRow: 0) }
        let zeros: Result<ONNXNumbers, ModelError> = Result { () throws(ModelError) in
            try applied(model, to: layout.zeros(), rows: layout.paddedCount(0), output: output)
        }
        if let seen = try? zeros.get(), seen.areFinite { return seen }
        let complete = first.selecting(rows: (0..<count).filter { row in first.row(row).allSatisfy(\.isFinite) })
        guard complete.rowCount > 0 else {
            // Every row has a gap, which the model may fill.
            if count > 0,
                let seen = try? applied(
                    model, to: layout.tensors(first.values, count: count, schema: schema, firstRow: 0), rows: layout.paddedCount(count),
                    output: output),
                seen.areFinite
            {
                return seen
            }
            return try zeros.get()
        }
        let tensors = try layout.tensors(complete.values, count: complete.rowCount, schema: schema, firstRow: 0)
        return try applied(model, to: tensors, rows: layout.paddedCount(complete.rowCount), output: output)
    }

    private static func applied(_ model: ONNXModel, to inputs: [String: ONNXTensor], rows: Int, output: String) throws(ModelError) -> ONNXNumbers {
        let seen = try ONNXNumbers(of: model.run(inputs, outputs: [output]), output)
        guard seen.rows == rows else {
            throw ModelError(
                .unsupportedOutput, operation: "apply the model", message: "output '\(output)' has \(seen.rows) rows for \(rows) rows of input")
        }
        return seen
    }
}
