internal import Basics

/// An ONNX model whose matrix products are done in 8 bits: weights are stored as 8-bit whole numbers, and each row of what they are multiplied with is
/// brought to 8 bits when it comes ("dynamic" quantisation).
///
/// For y = x · W (MatMul, or Gemm with a constant W): each column of W has a scale of its own, its largest absolute value by 127; so has each row of x,
/// so that a row's prediction does not depend on the rows that come with it (ONNX's DynamicQuantizeLinear takes one scale for the whole block). Both are
/// moved by 128 to be unsigned: products of signed and unsigned numbers may overflow in processors without the newest instructions. `MatMulInteger`
/// adds exactly, so that the result has the same bits everywhere. The error of y is at most about 1/127 of Σ |x| · max |w|, and far less as a rule.
public struct ONNXQuantization: Sendable {
    public let bytes: [UInt8]
    /// How many matrices were quantised, and their elements.
    public let matrices: Int
    public let weights: Int
    public let originalByteCount: Int

    /// Throws `malformedArtifact` for bytes that are no ONNX file; `unsupportedModel` for one that has no matrix products with constant weights (such as
    /// trees), whose operators are too old (before opset 11), whose weights lie in other files, or that does not become smaller.
    public init(_ original: [UInt8]) throws(ModelError) {
        originalByteCount = original.count
        guard let model = ProtobufMessage(original[...]), let graphBytes = model.all(7).first, let graph = ProtobufMessage(graphBytes) else {
            throw ModelError(.malformedArtifact, operation: "quantise the model", message: "it is not an ONNX file, or damaged")
        }
        let versions = model.all(8).compactMap { ProtobufMessage($0) }.filter { ["", "ai.onnx"].contains($0.text(1) ?? "") }
        let version = versions.compactMap { $0.integer(2) }.max() ?? 0
        guard version >= 11 else {
            throw Self.unsupported(
                "its operators are of opset \(version), and 8-bit products need 11 or later: convert it with onnx.version_converter")
        }
        var quantizer = try ONNXQuantizer(graph, version: version, isOld: (model.integer(1) ?? 0) < 4)
        try quantizer.run()
        guard quantizer.matrices > 0 else {
            let kinds = Set(graph.all(1).compactMap { ProtobufMessage($0)?.text(4) }).sorted().prefix(6).joined(separator: ", ")
            throw Self.unsupported("it has no matrix products with constant weights, which are what becomes smaller; it is made of \(kinds)")
        }
        matrices = quantizer.matrices
        weights = quantizer.weights
        var changed = model
        changed.fields = model.fields.map { $0.number == 7 ? (7, .data(quantizer.graph.bytes[...])) : $0 }
        var note = ProtobufWriter()
        note.text(1, "proviso.quantizedFrom")
        note.text(2, Digest.of(original).description)
        changed.fields.append((14, .data(note.bytes[...])))
        bytes = changed.bytes
        guard bytes.count < original.count else {
            throw Self.unsupported("it would grow from \(original.count) to \(bytes.count) bytes: its matrices are too small to gain anything")
        }
    }

    static func unsupported(_ reason: String) -> ModelError { ModelError(.unsupportedModel, operation: "quantise the model", message: reason) }
}

/// Rewrites one graph.
private struct ONNXQuantizer {
    private(set) var graph: ProtobufMessage
    private(set) var matrices = 0
    private(set) var weights = 0
    private let version: Int64
    private var constants: [String: ONNXMatrix] = [:]
    private var taken: Set<String>
    private var made: [[UInt8]] = []
    /// Weights by their names, and whether they lie transposed.
    private var quantized: [String: (values: String, scales: String)] = [:]
    private var sharedNames: [String: String] = [:]

    init(_ graph: ProtobufMessage, version: Int64, isOld: Bool) throws(ModelError) {
        self.graph = graph
        self.version = version
        let nodes = graph.all(1).compactMap { ProtobufMessage($0) }
        taken = Set(nodes.flatMap { $0.texts(1) + $0.texts(2) })
        let inputs = Set((graph.all(11)).compactMap { ProtobufMessage($0)?.text(1) })
        taken.formUnion(inputs)
        for bytes in graph.all(5) {
            guard let tensor = ProtobufMessage(bytes), let name = tensor.text(8) else { continue }
            taken.insert(name)
            // A caller may give another value for an initializer that is an input.
            if isOld || !inputs.contains(name), let matrix = try ONNXMatrix(tensor) { constants[name] = matrix }
        }
        for node in nodes where node.text(4) == "Constant" && (node.text(7) ?? "").isEmpty {
            guard let name = node.texts(2).first else { continue }
            for attribute in node.all(5).compactMap({ ProtobufMessage($0) }) where attribute.text(1) == "value" {
                if let tensor = attribute.all(5).first.flatMap({ ProtobufMessage($0) }), let matrix = try ONNXMatrix(tensor) {
                    constants[name] = matrix
                }
            }
        }
    }

    mutating func run() throws(ModelError) {
        var fields: [(number: Int, value: ProtobufMessage.Value)] = []
        for field in graph.fields {
            guard field.number == 1, case .data(let bytes) = field.value, let node = ProtobufMessage(bytes) else {
                fields.append(field)
                continue
            }
            fields += replaced(node)?.map { (1, .data($0[...])) } ?? [field]
        }
        graph.fields = fields + made.map { (5, .data($0[...])) }
        removeUnused()
    }

    /// The nodes instead of `node`; nil if it stays.
    private mutating func replaced(_ node: ProtobufMessage) -> [[UInt8]]? {
        let inputs = node.texts(1)
        guard (node.text(7) ?? "").isEmpty, let type = node.text(4), type == "MatMul" || type == "Gemm", inputs.count >= 2,
            let matrix = constants[inputs[1]], let output = node.texts(2).first, constants[inputs[0]] == nil
        else { return nil }
        var (alpha, beta, transposed): (Float, Float, Bool) = (1, 1, false)
        for attribute in node.all(5).compactMap({ ProtobufMessage($0) }) {
            switch attribute.text(1) {
            case "alpha": alpha = attribute.float(2) ?? 1
            case "beta": beta = attribute.float(2) ?? 1
            case "transB": transposed = attribute.integer(3) == 1
            case "transA" where attribute.integer(3) == 1: return nil
            default: break
            }
        }
        // Sums of this many products of 8-bit numbers fit into 32 bits.
        guard (transposed ? matrix.columns : matrix.rows) <= 130_000 else { return nil }
        let weight = stored(inputs[1], matrix, transposed: transposed, alpha: alpha)
        let bias = type == "Gemm" && inputs.count > 2 && !inputs[2].isEmpty ? inputs[2] : nil
        matrices += 1
        weights += matrix.values.count
        return product(of: inputs[0], weight, isDouble: matrix.isDouble, bias: bias, beta: beta, output: output)
    }

    private mutating func product(
        of x: String, _ weight: (values: String, scales: String), isDouble: Bool, bias: String?, beta: Float, output: String
    ) -> [[UInt8]] {
        typealias Builder = ONNXGraphBuilder
        var nodes: [[UInt8]] = []
        func add(_ type: String, _ inputs: [String], _ attributes: [(String, Builder.Attribute)] = [], named: String? = nil) -> String {
            let name = named ?? fresh()
            nodes.append(Builder.nodeBytes(type, inputs, attributes, outputs: [name]))
            return name
        }
        func cast(_ value: String, _ type: Int64) -> String { add("Cast", [value], [("to", .integer(type))]) }
        let rows = isDouble ? cast(x, Builder.Element.float.rawValue) : x
        let sizes = add("Abs", [rows])
        let largest =
            version >= 18
            ? add("ReduceMax", [sizes, shared("axis", .int64s([-1]), shape: [1])], [("keepdims", .integer(1))])
            : add("ReduceMax", [sizes], [("axes", .integers([-1])), ("keepdims", .integer(1))])
        // A row of zeros has no scale; what is missing in a row (NaN) stays missing in the product.
        let isZero = add("Equal", [largest, shared("zero", .floats([0]), shape: [])])
        let positive = add("Where", [isZero, shared("one", .floats([1]), shape: []), largest])
        let scale = add("Div", [positive, shared("steps", .floats([127]), shape: [])])
        let steps = add("Round", [add("Div", [rows, scale])])
        let moved = cast(add("Add", [steps, shared("middle", .floats([128]), shape: [])]), 2)
        let zero = shared("zeroPoint", .bytes([128]), shape: [])
        let sums = cast(add("MatMulInteger", [moved, weight.values, zero, zero]), Builder.Element.float.rawValue)
        let scaled = add("Mul", [sums, scale])
        let isLast = bias == nil && !isDouble
        var result = add("Mul", [scaled, weight.scales], named: isLast ? output : nil)
        if isDouble { result = add("Cast", [result], [("to", .integer(Builder.Element.double.rawValue))], named: bias == nil ? output : nil) }
        if var bias {
            if beta != 1 { bias = add("Mul", [bias, constant(isDouble ? .doubles([Double(beta)]) : .floats([beta]), shape: [])]) }
            _ = add("Add", [result, bias], named: output)
        }
        return nodes
    }

    /// The weights in 8 bits, rows × columns, and the columns' scales with `alpha` in them.
    private mutating func stored(_ name: String, _ matrix: ONNXMatrix, transposed: Bool, alpha: Float) -> (values: String, scales: String) {
        let key = "\(transposed ? "T" : "N")\(alpha.bitPattern) \(name)"
        if let known = quantized[key] { return known }
        let (rows, columns) = transposed ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
        func value(_ row: Int, _ column: Int) -> Float { transposed ? matrix.values[column * rows + row] : matrix.values[row * columns + column] }
        var values = [UInt8](repeating: 128, count: rows * columns)
        var scales = [Float](repeating: 0, count: columns)
        for column in 0..<columns {
            let largest = (0..<rows).reduce(Float(0)) { max($0, abs(value($1, column))) }
            guard largest > 0 else { continue }
            let scale = largest / 127
            scales[column] = scale * alpha
            for row in 0..<rows {
                let steps = (value(row, column) / scale).rounded(.toNearestOrEven)
                values[row * columns + column] = UInt8(min(max(steps, -127), 127) + 128)
            }
        }
        let pair = (values: constant(.bytes(values), shape: [rows, columns]), scales: constant(.floats(scales), shape: [columns]))
        quantized[key] = pair
        return pair
    }

    private mutating func fresh() -> String {
        var number = taken.count
        while !taken.insert("proviso_\(number)").inserted { number += 1 }
        return "proviso_\(number)"
    }

    private mutating func constant(_ value: ONNXGraphBuilder.Constant, shape: [Int]) -> String {
        let name = fresh()
        made.append(ONNXGraphBuilder.tensor(value, shape: shape, name: name))
        return name
    }

    private mutating func shared(_ key: String, _ value: ONNXGraphBuilder.Constant, shape: [Int]) -> String {
        if let name = sharedNames[key] { return name }
        let name = constant(value, shape: shape)
        sharedNames[key] = name
        return name
    }

    /// Takes away the weights that nothing reads any more.
    private mutating func removeUnused() {
        var used = Set(graph.all(12).compactMap { ProtobufMessage($0)?.text(1) })
        Self.collect(graph, into: &used)
        let gone = Set(constants.keys.filter { !used.contains($0) })
        graph.fields.removeAll { field in
            guard case .data(let bytes) = field.value else { return false }
            switch field.number {
            case 1:
                guard let node = ProtobufMessage(bytes), node.text(4) == "Constant", let name = node.texts(2).first else { return false }
                return gone.contains(name)
            case 5: return ProtobufMessage(bytes)?.text(8).map(gone.contains) ?? false
            case 11, 13: return ProtobufMessage(bytes)?.text(1).map(gone.contains) ?? false
            default: return false
            }
        }
    }

    /// What nodes read, in graphs within graphs as well.
    private static func collect(_ graph: ProtobufMessage, into used: inout Set<String>) {
        for node in graph.all(1).compactMap({ ProtobufMessage($0) }) {
            used.formUnion(node.texts(1))
            for attribute in node.all(5).compactMap({ ProtobufMessage($0) }) {
                for inner in (attribute.all(6) + attribute.all(11)).compactMap({ ProtobufMessage($0) }) {
                    used.formUnion(inner.all(12).compactMap { ProtobufMessage($0)?.text(1) })
                    collect(inner, into: &used)
                }
            }
        }
    }
}
