/// Builds an ONNX graph node by node (onnx.proto3, IR version 9).
struct ONNXGraphBuilder {
    /// The value of a constant or of a tensor attribute.
    enum Constant {
        case doubles([Double])
        case floats([Float])
        case bytes([UInt8])
        case int64s([Int64])
        case uint32s([UInt32])
        case texts([String])

        /// TensorProto.DataType
        var type: Int64 {
            switch self {
            case .floats: 1
            case .bytes: 2
            case .int64s: 7
            case .texts: 8
            case .doubles: 11
            case .uint32s: 12
            }
        }
    }

    enum Attribute {
        case integer(Int64)
        case integers([Int64])
        case texts([String])
        case tensor(Constant)
    }

    enum Element: Int64 {
        case float = 1
        case int64 = 7
        case string = 8
        case bool = 9
        case double = 11
    }

    private var nodes: [[UInt8]] = []
    private var initializers: [[UInt8]] = []
    private var inputs: [[UInt8]] = []
    private var outputs: [[UInt8]] = []
    private var count = 0

    mutating func input(_ name: String, _ element: Element) { inputs.append(Self.port(name, element, width: 1)) }
    mutating func output(_ name: String, _ element: Element, width: Int) { outputs.append(Self.port(name, element, width: width)) }

    private static func port(_ name: String, _ element: Element, width: Int) -> [UInt8] {
        var port = ProtobufWriter()
        port.text(1, name)
        port.message(2) { type in
            type.message(1) { tensor in
                tensor.integer(1, element.rawValue)
                tensor.message(2) { shape in
                    shape.message(1) { $0.text(2, "rows") }
                    shape.message(1) { $0.integer(1, Int64(width)) }
                }
            }
        }
        return port.bytes
    }

    private mutating func fresh() -> String {
        count += 1
        return "v\(count)"
    }

    /// A constant of the graph; no shape: a single number.
    mutating func constant(_ value: Constant, shape: [Int] = []) -> String {
        let name = fresh()
        initializers.append(Self.tensor(value, shape: shape, name: name))
        return name
    }

    /// Adds a node and gives the name of its first output.
    mutating func node(
        _ type: String, _ inputs: [String], _ attributes: [(String, Attribute)] = [], domain: String = "", outputs wanted: Int = 1, named: String? = nil
    ) -> String {
        nodes(type, inputs, attributes, domain: domain, outputs: wanted, named: named)[0]
    }

    mutating func nodes(
        _ type: String, _ inputs: [String], _ attributes: [(String, Attribute)] = [], domain: String = "", outputs wanted: Int, named: String? = nil
    ) -> [String] {
        let names = (0..<wanted).map { _ in named ?? fresh() }
        var node = ProtobufWriter()
        for name in inputs { node.text(1, name) }
        for name in names { node.text(2, name) }
        node.text(4, type)
        for (name, value) in attributes { node.data(5, Self.attribute(name, value)) }
        if !domain.isEmpty { node.text(7, domain) }
        nodes.append(node.bytes)
        return names
    }

    private static func attribute(_ name: String, _ value: Attribute) -> [UInt8] {
        var attribute = ProtobufWriter()
        attribute.text(1, name)
        switch value {
        case .integer(let number):
            attribute.integer(3, number)
            attribute.integer(20, 2)
        case .tensor(let constant):
            let count: Int =
                switch constant {
                case .doubles(let all): all.count
                case .floats(let all): all.count
                case .bytes(let all): all.count
                case .int64s(let all): all.count
                case .uint32s(let all): all.count
                case .texts(let all): all.count
                }
            attribute.data(5, tensor(constant, shape: [count], name: ""))
            attribute.integer(20, 4)
        case .integers(let all):
            attribute.integers(8, all)
            attribute.integer(20, 7)
        case .texts(let all):
            for text in all { attribute.text(9, text) }
            attribute.integer(20, 8)
        }
        return attribute.bytes
    }

    private static func tensor(_ value: Constant, shape: [Int], name: String) -> [UInt8] {
        func little<Number: FixedWidthInteger>(_ all: [Number]) -> [UInt8] {
            all.flatMap { number in (0..<(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) } }
        }
        var tensor = ProtobufWriter()
        for length in shape { tensor.integer(1, Int64(length)) }
        tensor.integer(2, value.type)
        switch value {
        case .texts(let all): for text in all { tensor.text(6, text) }
        case .doubles(let all): tensor.data(9, little(all.map(\.bitPattern)))
        case .floats(let all): tensor.data(9, little(all.map(\.bitPattern)))
        case .bytes(let all): tensor.data(9, all)
        case .int64s(let all): tensor.data(9, little(all))
        case .uint32s(let all): tensor.data(9, little(all))
        }
        if !name.isEmpty { tensor.text(8, name) }
        return tensor.bytes
    }

    /// The file's bytes.
    func model(name: String) -> [UInt8] {
        var model = ProtobufWriter()
        model.integer(1, 9)
        model.text(2, "proviso")
        model.message(7) { graph in
            for node in nodes { graph.data(1, node) }
            graph.text(2, name)
            for initializer in initializers { graph.data(5, initializer) }
            for input in inputs { graph.data(11, input) }
            for output in outputs { graph.data(12, output) }
        }
        for (domain, version) in [("", Int64(20)), ("ai.onnx.ml", 5), ("com.microsoft", 1)] {
            model.message(8) { opset in
                opset.text(1, domain)
                opset.integer(2, version)
            }
        }
        return model.bytes
    }
}
