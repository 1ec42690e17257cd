internal import Basics
public import Frames

extension ModelArtifact {
    /// What the model gives for each row of `frame`, rows × `header.outputCount`, whatever its other columns and its columns' order: the probability
    /// of the positive class, of each class, or the number itself. Calibration is not applied.
    ///
    /// Throws `missingFeature`, `wrongType`, `infiniteValue`, `missingValue`, or `malformedArtifact`.
    public func predict(_ frame: Frame, threads: Int = 1) throws(ModelError) -> [Double] {
        guard frame.rowCount > 0 else { return [] }
        return try predict(encoded: features(of: frame), threads: threads)
    }

    /// The rows as the model itself sees them, after preprocessing.
    public func features(of frame: Frame) throws(ModelError) -> EncodedRows {
        // ONNX reads texts, known or not.
        if header.format == .onnx { return try EncodedRows(frame, schema: frame.categories(in: header.input)) }
        guard !header.preprocessing.isEmpty else { return try EncodedRows(frame, schema: header.features) }
        return try transformed(WorkingTable(frame, schema: header.input))
    }

    /// Rows of the raw columns, whatever categories their schema has, as the model sees them.
    public func features(of rows: EncodedRows) throws(ModelError) -> EncodedRows {
        guard header.format != .onnx, !header.preprocessing.isEmpty || rows.schema != header.features else { return rows }
        return try transformed(WorkingTable(rows))
    }

    private func transformed(_ table: WorkingTable) throws(ModelError) -> EncodedRows {
        var table = table
        for transform in header.preprocessing { try transform.apply(to: &table) }
        return try table.encoded(header.features)
    }

    /// Rows as the model itself sees them, to what it gives for each. Throws as above.
    public func predict(encoded rows: EncodedRows, threads: Int) throws(ModelError) -> [Double] {
        switch header.format {
        case .xgboost:
            let model = try XGBoostModel.load(ubj: payload)
            let count = try model.featureCount()
            guard count == rows.width else {
                throw ModelError(
                    .malformedArtifact, operation: "apply the model", message: "the model has \(count) features, its schema \(rows.width)")
            }
            let values = try model.predict(FeatureMatrix(rows), .value, threads: threads).map { Double($0) }
            guard values.count == rows.rowCount * header.outputCount else {
                throw ModelError(
                    .malformedArtifact, operation: "apply the model",
                    message: "the model gave \(values.count) numbers for \(rows.rowCount) rows of \(header.outputCount)")
            }
            return values
        case .linear:
            return try GeneralizedLinearModel(bytes: payload, header: header).predict(rows, threads: threads)
        case .onnx:
            return try ONNXPredictor(ONNXModel(bytes: payload), configuration: header.onnx ?? .null, schema: rows.schema).predict(
                rows, threads: threads)
        }
    }

    /// The model as a function of its own features, on the scale on which it adds up: margins of trees, a linear predictor. Nil for an ONNX model,
    /// which does not add up.
    public func additivePredictor() throws(ModelError) -> (any Predictor)? {
        switch header.format {
        case .xgboost:
            let trees = try TreeEnsemble(xgboost: payload)
            guard trees.featureCount == header.features.features.count else {
                throw ModelError(
                    .malformedArtifact, operation: "apply the model",
                    message: "the model has \(trees.featureCount) features, its schema \(header.features.features.count)")
            }
            return trees
        case .linear: return try GeneralizedLinearModel(bytes: payload, header: header).linearModel(features: header.features.names)
        case .onnx: return nil
        }
    }

    /// The model as a function of its raw columns: predictions on the scale of `predict`.
    public func predictor() -> ArtifactPredictor { ArtifactPredictor(artifact: self, schema: header.input) }

    /// The same for rows whose categories are those of `schema`, which has the raw columns in their order.
    public func predictor(schema: FeatureSchema) -> ArtifactPredictor { ArtifactPredictor(artifact: self, schema: schema) }
}

/// An artefact as a predictor of rows of raw columns.
public struct ArtifactPredictor: Predictor {
    public let artifact: ModelArtifact
    public let schema: FeatureSchema

    public var featureCount: Int { schema.features.count }
    public var outputCount: Int { artifact.header.outputCount }
    public var rawScale: OutputScale? { artifact.header.task == .binary || artifact.header.task == .multiclass ? .probability : nil }

    public func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        precondition(rows.count == count * featureCount, "rows × features")
        guard count > 0 else { return [] }
        return try artifact.predict(encoded: artifact.features(of: EncodedRows(schema: schema, values: rows)), threads: 1)
    }
}

/// An artefact as a predictor of rows of raw columns, on the scale on which the model behind its preprocessing adds up.
public struct PreprocessedPredictor: Predictor {
    public let artifact: ModelArtifact
    /// The raw columns, with whatever categories the rows have.
    public let schema: FeatureSchema
    /// Of the artefact's own features.
    public let model: any Predictor

    public init(_ artifact: ModelArtifact, schema: FeatureSchema, model: any Predictor) {
        self.artifact = artifact
        self.schema = schema
        self.model = model
    }

    public var featureCount: Int { schema.features.count }
    public var outputCount: Int { model.outputCount }
    public var rawScale: OutputScale? { model.rawScale }
    public var isSoftmax: Bool { model.isSoftmax }

    public func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        precondition(rows.count == count * featureCount, "rows × features")
        guard count > 0 else { return [] }
        return try model.predict(artifact.features(of: EncodedRows(schema: schema, values: rows)).values, count: count)
    }
}
