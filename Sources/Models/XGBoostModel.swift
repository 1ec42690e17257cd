internal import CXGBoost

/// A trained XGBoost model for a binary outcome. Owns the library's object; not for use by two threads at once.
@safe public struct XGBoostModel: ~Copyable {
    private let handle: BoosterHandle?

    /// Trains `rounds` trees. `parameters` are XGBoost's own, in this order; `progress` is called after each round with the rounds done and
    /// stops the training by throwing.
    public static func train<Failure: Error>(
        _ matrix: FeatureMatrix, labels: [Bool], weights: [Double]? = nil, parameters: [(name: String, value: String)], rounds: Int, threads: Int,
        progress: (Int) throws(Failure) -> Void
    ) throws -> XGBoostModel {
        precondition(rounds > 0 && threads > 0)
        let data = try XGBoostMatrix.make(matrix, labels: labels.map { $0 ? 1 : 0 }, weights: weights?.map { Float($0) }, threads: threads)
        let model = try unsafe XGBoostModel(matrix: data.handle)
        for (name, value) in parameters + [("nthread", String(threads))] { try model.set(name, value) }
        for round in 0..<rounds {
            try check("train the model") { unsafe XGBoosterUpdateOneIter(model.handle, Int32(round), data.handle) }
            try progress(round + 1)
        }
        return model
    }

    /// Loads a model from the bytes that `ubj()` gives.
    public static func load(ubj bytes: [UInt8]) throws(ModelError) -> XGBoostModel {
        let model = try unsafe XGBoostModel(matrix: nil)
        try check("load the model") { unsafe XGBoosterLoadModelFromBuffer(model.handle, bytes, UInt64(bytes.count)) }
        return model
    }

    /// The model as Universal Binary JSON, XGBoost's own portable format.
    public func ubj() throws(ModelError) -> [UInt8] {
        var count: UInt64 = 0
        var bytes: UnsafePointer<CChar>?
        try check("save the model") { unsafe XGBoosterSaveModelToBuffer(handle, "{\"format\":\"ubj\"}", &count, &bytes) }
        // XGBoost's buffer lives until the next call on this thread.
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    }

    public func featureCount() throws(ModelError) -> Int {
        var count: UInt64 = 0
        try check("read the model") { unsafe XGBoosterGetNumFeature(handle, &count) }
        return Int(count)
    }

    /// The probability of the positive class for each row.
    public func probabilities(_ matrix: FeatureMatrix, threads: Int) throws(ModelError) -> [Double] {
        try predict(matrix, .value, threads: threads).map { Double($0) }
    }

    /// What XGBoost is asked for, by the numbers of its C API.
    public enum PredictionKind: Int, Sendable {
        /// The objective's own output: rows (× classes).
        case value = 0
        /// Before the link: rows (× classes).
        case margin = 1
        /// Path-dependent SHAP values (Lundberg et al. 2020), the base value last: rows (× classes) × (features + 1).
        case contributions = 2
        /// SHAP interaction values: rows (× classes) × (features + 1)².
        case interactions = 4
    }

    /// One block of 32-bit numbers in the shape that `kind` says.
    public func predict(_ matrix: FeatureMatrix, _ kind: PredictionKind, threads: Int) throws(ModelError) -> [Float] {
        guard matrix.rowCount > 0 else { return [] }
        let data = try XGBoostMatrix.make(matrix, threads: threads)
        try set("nthread", String(threads))
        var shape: UnsafePointer<UInt64>?
        var dimensions: UInt64 = 0
        var result: UnsafePointer<Float>?
        let config =
            "{\"type\":\(kind.rawValue),\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}"
        try check("apply the model") { unsafe XGBoosterPredictFromDMatrix(handle, data.handle, config, &shape, &dimensions, &result) }
        let count = (0..<Int(dimensions)).reduce(1) { product, axis in unsafe product * Int(shape?[axis] ?? 0) }
        return unsafe Array(UnsafeBufferPointer(start: result, count: count))
    }

    private init(matrix: DMatrixHandle?) throws(ModelError) {
        var handle: BoosterHandle?
        var cache: [DMatrixHandle?] = unsafe [matrix]
        try check("make a model") { unsafe XGBoosterCreate(&cache, matrix == nil ? 0 : 1, &handle) }
        unsafe self.handle = handle
    }

    private func set(_ name: String, _ value: String) throws(ModelError) {
        try check("set '\(name)'") { unsafe XGBoosterSetParam(handle, name, value) }
    }

    deinit { unsafe _ = XGBoosterFree(handle) }
}
