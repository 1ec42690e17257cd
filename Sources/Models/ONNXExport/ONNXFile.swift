/// What an ONNX file says beside its graph.
enum ONNXFile {
    /// The model's metadata properties (`metadata_props` of onnx.proto3); empty for bytes that are no such file.
    static func metadata(_ bytes: [UInt8]) -> [String: String] {
        guard let model = ProtobufMessage(bytes[...]) else { return [:] }
        return Dictionary(
            model.all(14).compactMap { ProtobufMessage($0) }.map { ($0.text(1) ?? "", $0.text(2) ?? "") }, uniquingKeysWith: { first, _ in first })
    }
}

extension ONNXPredictor.Missing {
    init(metadata: [String: String]) {
        self.init(text: metadata["proviso.missing.text"], integer: metadata["proviso.missing.integer"].flatMap { Int64($0) })
    }
}
