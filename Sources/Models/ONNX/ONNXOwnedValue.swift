internal import COnnxRuntime

/// Owns a value of the library's for one run. A class, because arrays cannot hold what is not copyable.
@safe final class ONNXOwnedValue {
    let pointer: OpaquePointer?

    init(owning pointer: OpaquePointer?) { unsafe self.pointer = pointer }

    deinit { unsafe ort_release_value(pointer) }

    /// A tensor with a copy of `tensor`'s elements. Throws `wrongType` for a text with a zero byte, which the library would cut there.
    init(_ tensor: ONNXTensor, _ library: ONNXLibrary.Shared) throws(ModelError) {
        let shape = tensor.shape.map { Int64($0) }
        var made: OpaquePointer?
        try onnxCheck("fill a tensor") {
            unsafe ort_create_tensor(library.allocator, shape, shape.count, tensor.values.element.rawValue, &made)
        }
        unsafe pointer = made
        if case .string(let texts) = tensor.values {
            guard !texts.contains(where: { $0.utf8.contains(0) }) else {
                throw ModelError(.wrongType, operation: "fill a tensor", message: "a text has a zero byte in it")
            }
            guard !texts.isEmpty else { return }
            try onnxCheck("fill a tensor") { unsafe withCStrings(texts) { unsafe ort_fill_strings(made, $0, texts.count) } }
            return
        }
        var data: UnsafeMutableRawPointer?
        try onnxCheck("fill a tensor") { unsafe ort_tensor_data(made, &data) }
        guard let data = unsafe data else { return }
        switch tensor.values {
        case .float(let all):
            unsafe all.withUnsafeBytes { unsafe data.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(data), byteCount: $0.count) }
        case .double(let all):
            unsafe all.withUnsafeBytes { unsafe data.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(data), byteCount: $0.count) }
        case .int32(let all):
            unsafe all.withUnsafeBytes { unsafe data.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(data), byteCount: $0.count) }
        case .int64(let all):
            unsafe all.withUnsafeBytes { unsafe data.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(data), byteCount: $0.count) }
        case .bool(let all):
            unsafe all.withUnsafeBytes { unsafe data.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(data), byteCount: $0.count) }
        case .string: break
        }
    }

    /// A copy of the value. `output` is its name for messages. Throws `unsupportedOutput`.
    func read(output: String, _ library: ONNXLibrary.Shared) throws(ModelError) -> ONNXValue {
        var kind: Int32 = 0
        try onnxCheck("read output '\(output)'") { unsafe ort_value_kind(pointer, &kind) }
        switch kind {
        case 1: return .tensor(try tensor(output))
        case 2: return try maps(output, library)
        default:
            throw ModelError(
                .unsupportedOutput, operation: "read output '\(output)'", message: "it is no tensor and no sequence of maps; export it as a tensor")
        }
    }

    private func tensor(_ output: String) throws(ModelError) -> ONNXTensor {
        let operation = "read output '\(output)'"
        var made: OpaquePointer?
        try onnxCheck(operation) { unsafe ort_tensor_info(pointer, &made) }
        let info = unsafe ONNXHandle(.tensorInfo, made)
        let (element, dimensions) = try unsafe tensorDescription(info.pointer)
        var count = 0
        try onnxCheck(operation) { unsafe ort_element_count(info.pointer, &count) }
        let shape = dimensions.map { if case .fixed(let length) = $0 { length } else { 0 } }
        guard let type = element.element else {
            throw ModelError(.unsupportedOutput, operation: operation, message: "its elements are \(element.name); cast them to float or double")
        }
        if type == .string { return ONNXTensor(shape: shape, .string(try texts(count, operation))) }
        var data: UnsafeMutableRawPointer?
        try onnxCheck(operation) { unsafe ort_tensor_data(pointer, &data) }
        func copy<Element>(_: Element.Type) -> [Element] {
            guard let data = unsafe data, count > 0 else { return [] }
            return unsafe Array(UnsafeBufferPointer(start: data.assumingMemoryBound(to: Element.self), count: count))
        }
        switch type {
        case .float: return ONNXTensor(shape: shape, .float(copy(Float.self)))
        case .double: return ONNXTensor(shape: shape, .double(copy(Double.self)))
        case .int32: return ONNXTensor(shape: shape, .int32(copy(Int32.self)))
        case .int64: return ONNXTensor(shape: shape, .int64(copy(Int64.self)))
        case .bool, .string: return ONNXTensor(shape: shape, .bool(copy(UInt8.self).map { $0 != 0 }))
        }
    }

    private func texts(_ count: Int, _ operation: String) throws(ModelError) -> [String] {
        guard count > 0 else { return [] }
        var length = 0
        try onnxCheck(operation) { unsafe ort_string_bytes(pointer, &length) }
        var bytes = [UInt8](repeating: 0, count: length)
        var starts = [Int](repeating: 0, count: count)
        try onnxCheck(operation) { unsafe ort_copy_strings(pointer, &bytes, length, &starts, count) }
        return starts.indices.map { index in
            let end = index + 1 < count ? starts[index + 1] : length
            return String(decoding: bytes[starts[index]..<end], as: UTF8.self)
        }
    }

    /// The form that scikit-learn's classifiers end in (ZipMap): for each row a map from classes to numbers.
    private func maps(_ output: String, _ library: ONNXLibrary.Shared) throws(ModelError) -> ONNXValue {
        let operation = "read output '\(output)'"
        var rows = 0
        try onnxCheck(operation) { unsafe ort_member_count(pointer, &rows) }
        var keys: [String] = []
        var values: [Double] = []
        for row in 0..<rows {
            let map = try member(row, operation, library)
            var kind: Int32 = 0
            try onnxCheck(operation) { unsafe ort_value_kind(map.pointer, &kind) }
            guard kind == 3 else {
                throw ModelError(
                    .unsupportedOutput, operation: operation,
                    message: "it is a sequence of something but maps; export a tensor instead (with skl2onnx: options={'zipmap': False})")
            }
            let names = try map.member(0, operation, library).tensor(output)
            let spelled = names.texts ?? names.integers?.map { String($0) } ?? []
            guard let numbers = try map.member(1, operation, library).tensor(output).doubles, numbers.count == spelled.count else {
                throw ModelError(.unsupportedOutput, operation: operation, message: "its maps do not go from classes to numbers")
            }
            if row == 0 { keys = spelled }
            guard spelled == keys else {
                throw ModelError(
                    .unsupportedOutput, operation: operation,
                    message: "its rows have different classes; export a tensor instead (with skl2onnx: options={'zipmap': False})")
            }
            values += numbers
        }
        return .maps(keys: keys, rows: rows, values: values)
    }

    private func member(_ index: Int, _ operation: String, _ library: ONNXLibrary.Shared) throws(ModelError) -> ONNXOwnedValue {
        var made: OpaquePointer?
        try onnxCheck(operation) { unsafe ort_member(pointer, Int32(index), library.allocator, &made) }
        return unsafe ONNXOwnedValue(owning: made)
    }
}
