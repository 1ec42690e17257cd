internal import COnnxRuntime

extension ONNXPort.Kind {
    init(_ type: borrowing ONNXHandle) throws(ModelError) {
        var kind: Int32 = 0
        let pointer = unsafe type.pointer
        try onnxCheck("read the model") { unsafe ort_type_kind(pointer, &kind) }
        guard kind == 1 else {
            let names: [Int32: String] = [3: "map", 4: "opaque value", 5: "sparse tensor", 6: "optional value"]
            self = kind == 2 ? .sequence : .unsupported(names[kind] ?? "value of kind \(kind)")
            return
        }
        // The type owns its description.
        var info: OpaquePointer?
        try onnxCheck("read the model") { unsafe ort_type_tensor(pointer, &info) }
        let (element, shape) = try unsafe tensorDescription(info)
        self = element.element.map { .tensor($0, shape: shape) } ?? .unsupported("tensor of \(element.name)")
    }
}

/// The element's type, by its name if Proviso does not pass it, and the shape.
func tensorDescription(_ info: OpaquePointer?) throws(ModelError) -> (element: (element: ONNXElement?, name: String), shape: [ONNXDimension]) {
    var element: Int32 = 0
    var rank = 0
    try onnxCheck("read the model") { unsafe ort_element_type(info, &element) }
    try onnxCheck("read the model") { unsafe ort_rank(info, &rank) }
    var lengths = [Int64](repeating: 0, count: rank)
    var names = unsafe [UnsafePointer<CChar>?](repeating: nil, count: rank)
    if rank > 0 {
        try onnxCheck("read the model") { unsafe ort_dimensions(info, &lengths, rank) }
        try onnxCheck("read the model") { unsafe ort_dimension_names(info, &names, rank) }
    }
    let shape = (0..<rank).map { axis -> ONNXDimension in
        if lengths[axis] >= 0 { return .fixed(Int(lengths[axis])) }
        let name = unsafe names[axis].map { unsafe String(cString: $0) } ?? ""
        return name.isEmpty ? .free : .named(name)
    }
    let known: [Int32: String] = [2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 10: "float16", 12: "uint32", 13: "uint64", 16: "bfloat16"]
    let type = ONNXElement(rawValue: element)
    return ((type, type?.name ?? known[element] ?? "type \(element)"), shape)
}

extension ONNXPort {
    /// Throws `wrongType` or `wrongShape` unless the port takes `tensor`.
    func check(_ tensor: ONNXTensor) throws(ModelError) {
        guard case .tensor(let element, let shape) = kind else {
            throw ModelError(
                .unsupportedModel, operation: "run the model", feature: name,
                message: "input '\(name)' is a \(kindName), and only tensors of float, double, int64, int32, bool and string can be given")
        }
        guard tensor.values.element == element else {
            throw ModelError(
                .wrongType, operation: "run the model", feature: name,
                message: "input '\(name)' takes \(element.name), and was given \(tensor.values.element.name)")
        }
        let fits =
            shape.count == tensor.shape.count
            && zip(shape, tensor.shape).allSatisfy { wanted, given in if case .fixed(let length) = wanted { length == given } else { true } }
        // A model exported without any shape takes them all; the run will tell.
        guard fits || shape.isEmpty else {
            throw ModelError(
                .wrongShape, operation: "run the model", feature: name,
                message: "\(self) was given \(tensor.shape.map(String.init).joined(separator: " × "))")
        }
    }

    private var kindName: String {
        switch kind {
        case .tensor: "tensor"
        case .sequence: "sequence"
        case .unsupported(let type): type
        }
    }
}
