internal import CXGBoost

/// Owns a DMatrix.
@safe struct XGBoostMatrix: ~Copyable {
    let handle: DMatrixHandle?
    private let isThere: Bool

    /// XGBoost copies the values: nothing of `matrix` or `labels` is kept.
    static func make(_ matrix: FeatureMatrix, labels: [Float]? = nil, weights: [Float]? = nil, threads: Int) throws(ModelError) -> XGBoostMatrix {
        let made = try XGBoostMatrix(values: matrix, threads: threads)
        let types = matrix.schema.features.map { feature in
            switch feature.type {
            case .number, .timestamp: "float"
            case .boolean: "i"
            case .category: "c"
            }
        }
        try made.setFeatureInfo("feature_name", matrix.schema.names)
        try made.setFeatureInfo("feature_type", types)
        if let labels { try made.setNumbers("label", labels, rowCount: matrix.rowCount) }
        if let weights { try made.setNumbers("weight", weights, rowCount: matrix.rowCount) }
        return made
    }

    private init(values matrix: FeatureMatrix, threads: Int) throws(ModelError) {
        let width = matrix.schema.features.count
        var handle: DMatrixHandle?
        try check("read the features") {
            unsafe matrix.values.withUnsafeBytes { buffer in
                let interface = unsafe arrayInterface(buffer.baseAddress, shape: "[\(matrix.rowCount),\(width)]")
                return unsafe XGDMatrixCreateFromDense(interface, "{\"missing\":NaN,\"nthread\":\(threads)}", &handle)
            }
        }
        unsafe self.handle = handle
        isThere = true
    }

    func setNumbers(_ field: String, _ numbers: [Float], rowCount: Int) throws(ModelError) {
        precondition(numbers.count == rowCount, "one \(field) a row")
        try check("set the \(field)s") {
            unsafe numbers.withUnsafeBytes { buffer in
                unsafe XGDMatrixSetInfoFromInterface(handle, field, arrayInterface(buffer.baseAddress, shape: "[\(numbers.count)]"))
            }
        }
    }

    /// No matrix at all.
    static var none: XGBoostMatrix { XGBoostMatrix() }

    private init() {
        unsafe handle = nil
        isThere = false
    }

    deinit { if isThere { unsafe _ = XGDMatrixFree(handle) } }

    private func setFeatureInfo(_ field: String, _ texts: [String]) throws(ModelError) {
        // One buffer of zero-terminated texts, and pointers into it.
        let units = texts.map { Array($0.utf8CString) }
        let starts = units.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        try check("set the features") {
            unsafe Array(units.joined()).withUnsafeBufferPointer { buffer in
                var pointers = unsafe starts.dropLast().map { start in unsafe buffer.baseAddress.map { unsafe $0 + start } }
                return unsafe XGDMatrixSetStrFeatureInfo(handle, field, &pointers, UInt64(texts.count))
            }
        }
    }
}

/// numpy's array interface of 32-bit little-endian floats.
private func arrayInterface(_ base: UnsafeRawPointer?, shape: String) -> String {
    let address = unsafe base.map { UInt(bitPattern: $0) } ?? 0
    return "{\"data\":[\(address),true],\"shape\":\(shape),\"typestr\":\"<f4\",\"version\":3}"
}

/// Runs a call of XGBoost's and reads its message at once: the next call on this thread overwrites it.
func check(_ operation: String, _ call: () -> Int32) throws(ModelError) {
    guard call() != 0 else { return }
    let text = unsafe XGBGetLastError().map { unsafe String(cString: $0) } ?? "unknown error"
    throw ModelError(ModelLibraries.hasXGBoost ? .library : .environment, operation: operation, message: text.firstMeaningfulLine)
}

extension String {
    /// XGBoost's messages start with a time and a source line, `[16:00:00] /a/b.cc:12: text`, and end in a stack trace.
    fileprivate var firstMeaningfulLine: String {
        let line = split(separator: "\n").first.map(String.init) ?? self
        guard line.hasPrefix("["), let place = line.firstRange(of: ": ") else { return line }
        return String(line[place.upperBound...])
    }
}
