internal import COnnxRuntime

/// The library's environment, of which there is one a process, and its allocator.
@safe enum ONNXLibrary {
    /// Never released: sessions may live until the process ends.
    static let environment: Result<Shared, ModelError> = Result { () throws(ModelError) in
        let version = unsafe String(cString: ort_version())
        guard ort_has_table() != 0 else {
            throw ModelError(
                .environment, operation: "load ONNX Runtime",
                message: version == "none" ? "there is no libonnxruntime.so.1" : "version \(version) lacks the functions of version 1.23")
        }
        var environment: OpaquePointer?
        var allocator: OpaquePointer?
        // 4: nothing on standard error; whatever fails says so in its status.
        try onnxCheck("start ONNX Runtime") { unsafe ort_create_environment(4, "proviso", &environment) }
        try onnxCheck("start ONNX Runtime") { unsafe ort_default_allocator(&allocator) }
        guard let environment = unsafe environment, let allocator = unsafe allocator else {
            throw ModelError(.library, operation: "start ONNX Runtime", message: "it gave no environment")
        }
        return unsafe Shared(environment: environment, allocator: allocator)
    }

    /// Both may be used by several threads at once (ONNX Runtime's C API, `OrtEnv` and `OrtAllocator`), and neither is ever changed here.
    @safe struct Shared: @unchecked Sendable {
        let environment: OpaquePointer
        let allocator: OpaquePointer
    }
}

/// Runs a call of ONNX Runtime's; takes and frees its status.
@safe func onnxCheck(_ operation: String, code: ModelError.Code = .library, _ call: () -> OpaquePointer?) throws(ModelError) {
    guard let status = unsafe call() else { return }
    defer { unsafe ort_release_status(status) }
    let text = unsafe String(cString: ort_error_message(status))
    throw ModelError(code, operation: operation, message: text.withoutSourcePlace)
}

extension String {
    /// ONNX Runtime's messages may begin with the place in its own sources: `/onnxruntime_src/a/b.cc:12 type f(…) text`.
    fileprivate var withoutSourcePlace: String {
        let lines = split(separator: "\n").map(String.init)
        guard let first = lines.first else { return "no reason was given" }
        return first.hasSuffix(".") ? String(first.dropLast()) : first
    }
}

/// Owns something that the library gave for a moment.
@safe struct ONNXHandle: ~Copyable {
    enum Kind {
        case type, tensorInfo, options
    }

    let kind: Kind
    let pointer: OpaquePointer?

    init(_ kind: Kind, _ pointer: OpaquePointer?) {
        self.kind = kind
        unsafe self.pointer = pointer
    }

    deinit {
        switch kind {
        case .type: unsafe ort_release_type(pointer)
        case .tensorInfo: unsafe ort_release_tensor_info(pointer)
        case .options: unsafe ort_release_options(pointer)
        }
    }
}
