internal import COnnxRuntime

/// A loaded ONNX model. Owns the library's session.
///
/// Any number of threads may run one model at once: ONNX Runtime allows several runs of a session, and nothing here changes after the model
/// was loaded.
@safe public final class ONNXModel: @unchecked Sendable {
    public let inputs: [ONNXPort]
    public let outputs: [ONNXPort]
    /// What stands for missing values, if Proviso exported the model.
    public let missing: ONNXPredictor.Missing
    /// What the classes are called whose chances it gives; nil where the file does not say.
    public let classes: ONNXClasses?
    private let session: OpaquePointer?

    /// Loads a model from the bytes of an `.onnx` file. A model whose weights lie in other files is refused: its bytes are not all of it.
    ///
    /// - Parameter intraOpThreads: threads that one operator may use. With one, a run's bits depend on its inputs alone; with more, sums over
    ///   trees may be split among threads. To use several cores and stay bit-identical, run blocks of rows from several threads.
    ///
    /// Throws `malformedArtifact` for bytes that are no ONNX model, `unsupportedModel` for an operator or a version that ONNX Runtime does not know.
    public init(bytes: [UInt8], intraOpThreads: Int = 1) throws(ModelError) {
        precondition(intraOpThreads > 0)
        let library = try ONNXLibrary.environment.get()
        guard !bytes.isEmpty else { throw ModelError(.malformedArtifact, operation: "read the model", message: "the ONNX file is empty") }
        var made: OpaquePointer?
        try onnxCheck("load the model") { unsafe ort_create_options(&made) }
        let options = unsafe ONNXHandle(.options, made)
        try onnxCheck("load the model") { unsafe ort_set_intra_op_threads(options.pointer, Int32(intraOpThreads)) }
        // A thread that waits must not keep a core busy.
        try onnxCheck("load the model") { unsafe ort_add_configuration(options.pointer, "session.intra_op.allow_spinning", "0") }
        // Weights in other files would be looked for in the working folder; there is nothing below a device.
        try onnxCheck("load the model") {
            unsafe ort_add_configuration(options.pointer, "session.model_external_initializers_file_folder_path", "/dev/null")
        }
        var session: OpaquePointer?
        let status = unsafe ort_create_session(library.environment, bytes, bytes.count, options.pointer, &session)
        if let status = unsafe status { throw unsafe ModelError(loading: status) }
        unsafe self.session = session
        missing = ONNXPredictor.Missing(metadata: ONNXFile.metadata(bytes))
        do {
            inputs = try unsafe Self.inputs(of: session, library)
            let outputs = try unsafe Self.outputs(of: session, library)
            self.outputs = outputs
            classes = ONNXClasses(
                of: bytes, labels: outputs.filter(\.isChoice).map(\.name), maps: outputs.filter { $0.kind == .sequence }.map(\.name))
        } catch {
            unsafe ort_release_session(session)
            throw error
        }
    }

    deinit { unsafe ort_release_session(session) }

    /// Runs the model on one batch.
    ///
    /// - Parameters:
    ///   - values: a tensor for every input, by name.
    ///   - wanted: the outputs to work out; nil for all of them.
    ///
    /// Throws `wrongType` or `wrongShape` for a tensor that the model does not take, `missingFeature` if an input has none, `unsupportedOutput` for an
    /// output that is no tensor and no sequence of maps, or `library` with ONNX Runtime's own reason if the model fails.
    public func run(_ values: [String: ONNXTensor], outputs wanted: [String]? = nil) throws(ModelError) -> [String: ONNXValue] {
        let library = try ONNXLibrary.environment.get()
        var tensors: [ONNXOwnedValue] = []
        for port in inputs {
            guard let value = values[port.name] else {
                throw ModelError(.missingFeature, operation: "run the model", feature: port.name, message: "input '\(port.name)' was not given")
            }
            try port.check(value)
            tensors.append(try ONNXOwnedValue(value, library))
        }
        let names = wanted ?? outputs.map(\.name)
        if let unknown = names.first(where: { name in !outputs.contains { $0.name == name } }) {
            throw ModelError(
                .unsupportedOutput, operation: "run the model",
                message: "it has no output '\(unknown)'; it has \(outputs.map { "'\($0.name)'" }.joined(separator: ", "))")
        }
        let produced = try run(tensors, outputs: names)
        var results: [String: ONNXValue] = [:]
        for (name, value) in zip(names, produced) { results[name] = try value.read(output: name, library) }
        return results
    }

    private func run(_ tensors: [ONNXOwnedValue], outputs names: [String]) throws(ModelError) -> [ONNXOwnedValue] {
        var produced = unsafe [OpaquePointer?](repeating: nil, count: names.count)
        let handles = unsafe tensors.map { unsafe $0.pointer }
        try onnxCheck("run the model") {
            unsafe withCStrings(inputs.map(\.name)) { inputNames in
                unsafe withCStrings(names) { outputNames in
                    unsafe ort_run(session, inputNames, handles, handles.count, outputNames, names.count, &produced)
                }
            }
        }
        return unsafe produced.map { unsafe ONNXOwnedValue(owning: $0) }
    }

    private typealias Describe = (Int, UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    private typealias Name = (Int, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> OpaquePointer?

    private static func inputs(of session: OpaquePointer?, _ library: ONNXLibrary.Shared) throws(ModelError) -> [ONNXPort] {
        var count = 0
        try onnxCheck("read the model") { unsafe ort_input_count(session, &count) }
        return try unsafe ports(
            count, library, describe: { unsafe ort_input_type(session, $0, $1) }, name: { unsafe ort_input_name(session, $0, library.allocator, $1) })
    }

    private static func outputs(of session: OpaquePointer?, _ library: ONNXLibrary.Shared) throws(ModelError) -> [ONNXPort] {
        var count = 0
        try onnxCheck("read the model") { unsafe ort_output_count(session, &count) }
        return try unsafe ports(
            count, library, describe: { unsafe ort_output_type(session, $0, $1) },
            name: { unsafe ort_output_name(session, $0, library.allocator, $1) })
    }

    private static func ports(_ count: Int, _ library: ONNXLibrary.Shared, describe: Describe, name: Name) throws(ModelError) -> [ONNXPort] {
        var ports: [ONNXPort] = []
        for index in 0..<count {
            var text: UnsafeMutablePointer<CChar>?
            try onnxCheck("read the model") { unsafe name(index, &text) }
            let spelled = unsafe text.map { unsafe String(cString: $0) } ?? ""
            try onnxCheck("read the model") { unsafe ort_free(library.allocator, text) }
            var made: OpaquePointer?
            try onnxCheck("read the model") { unsafe describe(index, &made) }
            let type = unsafe ONNXHandle(.type, made)
            ports.append(ONNXPort(name: spelled, kind: try ONNXPort.Kind(type)))
        }
        return ports
    }
}

/// Lets `body` see texts as C does: an array of pointers to zero-terminated bytes.
func withCStrings<Result>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
    let units = texts.map { Array($0.utf8CString) }
    let starts = units.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    return unsafe Array(units.joined()).withUnsafeBufferPointer { buffer in
        let pointers = unsafe starts.dropLast().map { start in unsafe buffer.baseAddress.map { unsafe $0 + start } }
        return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }
}

extension ModelError {
    /// Why a model does not load; takes and frees `status`.
    fileprivate init(loading status: OpaquePointer) {
        let code = unsafe ort_error_code(status)
        let text = unsafe String(cString: ort_error_message(status))
        unsafe ort_release_status(status)
        let first = text.split(separator: "\n").first.map(String.init) ?? text
        switch code {
        case 7: self.init(.malformedArtifact, operation: "read the model", message: "it is not an ONNX file, or damaged (\(first))")
        case 9: self.init(.unsupportedModel, operation: "load the model", message: first)
        case _ where text.contains("External data"):
            self.init(.unsupportedModel, operation: "load the model", message: "its weights lie in other files; save it as one file")
        default:
            let unknown = text.contains("is not a registered function/op") || text.contains("opset") || text.contains("IR version")
            self.init(unknown ? .unsupportedModel : .malformedArtifact, operation: "load the model", message: first)
        }
    }
}
