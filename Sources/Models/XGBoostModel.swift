internal import CXGBoost

/// A trained XGBoost model for a binary outcome. Owns the library's object; not for use by two threads at once.
@safe public struct XGBoostModel: ~Copyable {
    private let handle: BoosterHandle?

    /// Trains `rounds` trees. `parameters` are XGBoost's own, in this order; `progress` is called after each round with the rounds done and
    /// stops the training by throwing.
    public static func train<Failure: Error>(
        _ matrix: FeatureMatrix, labels: [Bool], parameters: [(name: String, value: String)], rounds: Int, threads: Int,
        progress: (Int) throws(Failure) -> Void
    ) throws -> XGBoostModel {
        precondition(rounds > 0 && threads > 0)
        let data = try XGBoostMatrix.make(matrix, labels: labels.map { $0 ? 1 : 0 }, threads: threads)
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
        guard matrix.rowCount > 0 else { return [] }
        let data = try XGBoostMatrix.make(matrix, threads: threads)
        try set("nthread", String(threads))
        var shape: UnsafePointer<UInt64>?
        var dimensions: UInt64 = 0
        var result: UnsafePointer<Float>?
        let config = "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}"
        try check("apply the model") { unsafe XGBoosterPredictFromDMatrix(handle, data.handle, config, &shape, &dimensions, &result) }
        let floats = unsafe Array(UnsafeBufferPointer(start: result, count: matrix.rowCount))
        return floats.map { Double($0) }
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
