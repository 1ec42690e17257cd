public import Basics

extension ONNXPredictor {
    /// What trying the model showed, so that it need not be tried again: `columns` by input, `output`, `picked` of its `width` columns.
    public var configuration: JSONValue {
        let columns = layout.slots.map { ($0.input, JSONValue.array(layout.names[$0.features].map { .string($0) })) }
        return [
            "columns": .object(Dictionary(uniqueKeysWithValues: columns)), "output": .string(output),
            "picked": .array(picked.map { .int(Int64($0)) }), "width": .int(Int64(outputWidth)),
        ]
    }

    /// A model that was tried before, on columns of `schema`.
    ///
    /// Throws `malformedArtifact` unless `configuration` is of this model.
    init(_ model: ONNXModel, configuration: JSONValue, schema: FeatureSchema) throws(ModelError) {
        let columns = (configuration["columns"]?.objectValue ?? [:]).mapValues { ($0.arrayValue ?? []).compactMap(\.stringValue) }
        let picked = (configuration["picked"]?.arrayValue ?? []).compactMap { $0.intValue.flatMap(Int.init(exactly:)) }
        guard let output = configuration["output"]?.stringValue, let width = configuration["width"]?.intValue.flatMap(Int.init(exactly:)),
            model.outputs.contains(where: { $0.name == output }), !picked.isEmpty, picked.allSatisfy({ (0..<width).contains($0) })
        else { throw ModelError(.malformedArtifact, operation: "apply the model", message: "its header does not say how its ONNX file is applied") }
        let layout = try ONNXLayout(model, columns: columns, missing: model.missing, frame: nil)
        guard layout.names == schema.names else {
            throw ModelError(.malformedArtifact, operation: "apply the model", message: "its ONNX file reads other columns than its header says")
        }
        self.model = model
        self.layout = layout
        self.schema = schema
        self.output = output
        self.picked = picked
        outputWidth = width
        outputNames = picked.map { String($0) }
        columnNames = (0..<outputWidth).map { String($0) }
        rawScale = nil
        isClear = true
    }
}

extension ONNXPredictor {
    /// The columns that a model, or what is said of it, reads by their names: those given, and the names of inputs of one column each.
    public static func namedColumns(_ model: ONNXModel, _ options: Options) -> Set<String> {
        var names = Set(options.columns.values.joined())
        for port in model.inputs where options.columns[port.name] == nil {
            guard case .tensor(_, let shape) = port.kind else { continue }
            if shape.count == 1 { names.insert(port.name) }
            if shape.count == 2, case .fixed(1) = shape[1] { names.insert(port.name) }
        }
        return names
    }
}
