internal import CXGBoost

/// Rows with what is to be learnt of them.
public struct TrainingMatrix: Sendable {
    public let features: FeatureMatrix
    /// One a row; a class is its place.
    public let labels: [Float]
    public let weights: [Float]?

    public init(_ features: FeatureMatrix, labels: [Float], weights: [Float]? = nil) {
        self.features = features
        self.labels = labels
        self.weights = weights
    }
}

/// A trained XGBoost model. Owns the library's object; not for use by two threads at once.
@safe public struct XGBoostModel: ~Copyable {
    let handle: BoosterHandle?

    /// Trains `rounds` trees for a binary outcome. `parameters` are XGBoost's own, in this order; `progress` is called after each round with the
    /// rounds done and stops the training by throwing.
    public static func train<Failure: Error>(
        _ matrix: FeatureMatrix, labels: [Bool], parameters: [(name: String, value: String)], rounds: Int, threads: Int,
        progress: (Int) throws(Failure) -> Void
    ) throws -> XGBoostModel {
        try train(TrainingMatrix(matrix, labels: labels.map { $0 ? 1 : 0 }), parameters: parameters, rounds: rounds, threads: threads) { round, _ in
            try progress(round)
            return true
        }
    }

    /// Trains at most `rounds` rounds. `parameters` are XGBoost's own, in this order. `afterRound` gets the rounds done and the predictions of
    /// `watching`, rows (× classes), and ends the training with `false` or by throwing.
    public static func train(
        _ matrix: TrainingMatrix, watching: TrainingMatrix? = nil, parameters: [(name: String, value: String)], rounds: Int, threads: Int,
        afterRound: (Int, [Float]) throws -> Bool
    ) throws -> XGBoostModel {
        precondition(rounds > 0 && threads > 0)
        let data = try XGBoostMatrix.make(matrix.features, labels: matrix.labels, weights: matrix.weights, threads: threads)
        // XGBoost keeps the margins of rows that it knows from the start, so that a round costs one round.
        let watched: XGBoostMatrix
        if let watching {
            // It learns nothing from these labels, but counts a model's outputs by them.
            watched = try XGBoostMatrix.make(watching.features, labels: watching.labels, threads: threads)
        } else {
            watched = XGBoostMatrix.none
        }
        return try grow(
            on: data, watching: watched, parameters: parameters + [("nthread", String(threads))], rounds: rounds, afterRound: afterRound)
    }

    /// The same of matrices that are kept for other trainings: `data`'s margins stay with the model.
    static func grow(
        on data: borrowing XGBoostMatrix, watching watched: borrowing XGBoostMatrix, parameters: [(name: String, value: String)], rounds: Int,
        afterRound: (Int, [Float]) throws -> Bool
    ) throws -> XGBoostModel {
        let isWatching = unsafe watched.handle != nil
        let model = try unsafe XGBoostModel(matrices: isWatching ? [data.handle, watched.handle] : [data.handle])
        for (name, value) in parameters { try model.set(name, value) }
        for round in 0..<rounds {
            let handle = unsafe data.handle
            try check("train the model") { unsafe XGBoosterUpdateOneIter(model.handle, Int32(round), handle) }
            let predictions = isWatching ? try unsafe model.predict(watched.handle, .value) : []
            guard try afterRound(round + 1, predictions) else { break }
        }
        return model
    }

    /// The first `rounds` rounds as a model of its own.
    public func keeping(rounds: Int) throws(ModelError) -> XGBoostModel {
        var sliced: BoosterHandle?
        try check("cut the model") { unsafe XGBoosterSlice(handle, 0, Int32(rounds), 1, &sliced) }
        return unsafe XGBoostModel(owning: sliced)
    }

    /// Loads a model from the bytes that `ubj()` gives.
    public static func load(ubj bytes: [UInt8]) throws(ModelError) -> XGBoostModel {
        let model = try unsafe XGBoostModel(matrices: [])
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
        return try unsafe predict(data.handle, kind)
    }

    func predict(_ data: DMatrixHandle?, _ kind: PredictionKind) throws(ModelError) -> [Float] {
        var shape: UnsafePointer<UInt64>?
        var dimensions: UInt64 = 0
        var result: UnsafePointer<Float>?
        let config =
            "{\"type\":\(kind.rawValue),\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}"
        try check("apply the model") { unsafe XGBoosterPredictFromDMatrix(handle, data, config, &shape, &dimensions, &result) }
        let count = (0..<Int(dimensions)).reduce(1) { product, axis in unsafe product * Int(shape?[axis] ?? 0) }
        return unsafe Array(UnsafeBufferPointer(start: result, count: count))
    }

    init(matrices: [DMatrixHandle?]) throws(ModelError) {
        var handle: BoosterHandle?
        var cache: [DMatrixHandle?] = unsafe matrices
        try check("make a model") { unsafe XGBoosterCreate(&cache, UInt64(matrices.count), &handle) }
        unsafe self.handle = handle
    }

    private init(owning handle: BoosterHandle?) { unsafe self.handle = handle }

    func set(_ name: String, _ value: String) throws(ModelError) {
        try check("set '\(name)'") { unsafe XGBoosterSetParam(handle, name, value) }
    }

    deinit { unsafe _ = XGBoosterFree(handle) }
}
