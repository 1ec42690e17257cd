/// Builds an ONNX graph node by node (onnx.proto3, IR version 9).
struct ONNXGraphBuilder {
    /// Sets of operators and the versions that are written: what is not named is the standard's own.
    private static let versions: [String: Int64] = ["": 20, "ai.onnx.ml": 4, "com.microsoft": 1]

    /// The value of a constant or of a tensor attribute.
    enum Constant {
        case doubles([Double])
        case floats([Float])
        case bytes([UInt8])
        case int64s([Int64])
        case texts([String])

        /// TensorProto.DataType
        var type: Int64 {
            switch self {
            case .floats: 1
            case .bytes: 2
            case .int64s: 7
            case .texts: 8
            case .doubles: 11
            }
        }

        var count: Int {
            switch self {
            case .doubles(let all): all.count
            case .floats(let all): all.count
            case .bytes(let all): all.count
            case .int64s(let all): all.count
            case .texts(let all): all.count
            }
        }
    }

    enum Attribute {
        case integer(Int64)
        case integers([Int64])
        case floats([Float])
        case text(String)
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
    private var domains: Set<String> = [""]
    private var taken: Set<String> = []
    private var elements: [String: Element] = [:]
    private var count = 0

    /// A column of the table, rows × 1. All inputs come before the first node, so that no node takes the name of one.
    mutating func input(_ name: String, _ element: Element) {
        taken.insert(name)
        elements[name] = element
        inputs.append(Self.port(name, element, width: 1))
    }

    func hasInput(_ name: String) -> Bool { elements[name] != nil }
    func element(of input: String) -> Element? { elements[input] }

    /// `wanted`, or with a number behind it if an input is called so.
    mutating func outputName(_ wanted: String) -> String {
        var name = wanted
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(wanted)_\(number)"
            number += 1
        }
        return name
    }

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
        repeat { count += 1 } while taken.contains("v\(count)")
        return "v\(count)"
    }

    /// A constant of the graph; no shape: a single number.
    mutating func constant(_ value: Constant, shape: [Int] = []) -> String {
        let name = fresh()
        initializers.append(Self.tensor(value, shape: shape, name: name))
        return name
    }

    /// Adds a node and gives the name of its output.
    ///
    /// - Parameter outputs: how many it has; the first is given.
    mutating func node(
        _ type: String, _ inputs: [String], _ attributes: [(String, Attribute)] = [], domain: String = "", named: String? = nil, outputs: Int = 1
    ) -> String {
        let name = named ?? fresh()
        domains.insert(domain)
        let others = (1..<outputs).map { _ in fresh() }
        nodes.append(Self.nodeBytes(type, inputs, attributes, domain: domain, outputs: [name] + others))
        return name
    }

    static func nodeBytes(_ type: String, _ inputs: [String], _ attributes: [(String, Attribute)], domain: String = "", outputs: [String]) -> [UInt8]
    {
        var node = ProtobufWriter()
        for name in inputs { node.text(1, name) }
        for name in outputs { node.text(2, name) }
        node.text(4, type)
        for (name, value) in attributes { node.data(5, attribute(name, value)) }
        if !domain.isEmpty { node.text(7, domain) }
        return node.bytes
    }

    mutating func cast(_ tensor: String, _ element: Element) -> String { node("Cast", [tensor], [("to", .integer(element.rawValue))]) }

    static func attribute(_ name: String, _ value: Attribute) -> [UInt8] {
        var attribute = ProtobufWriter()
        attribute.text(1, name)
        switch value {
        case .integer(let number):
            attribute.integer(3, number)
            attribute.integer(20, 2)
        case .text(let text):
            attribute.text(4, text)
            attribute.integer(20, 3)
        case .tensor(let constant):
            attribute.data(5, tensor(constant, shape: [constant.count], name: ""))
            attribute.integer(20, 4)
        case .floats(let all):
            attribute.data(7, little(all.map(\.bitPattern)))
            attribute.integer(20, 6)
        case .integers(let all):
            attribute.integers(8, all)
            attribute.integer(20, 7)
        case .texts(let all):
            for text in all { attribute.text(9, text) }
            attribute.integer(20, 8)
        }
        return attribute.bytes
    }

    static func tensor(_ value: Constant, shape: [Int], name: String) -> [UInt8] {
        var tensor = ProtobufWriter()
        for length in shape { tensor.integer(1, Int64(length)) }
        tensor.integer(2, value.type)
        switch value {
        case .texts(let all): for text in all { tensor.text(6, text) }
        case .doubles(let all): tensor.data(9, little(all.map(\.bitPattern)))
        case .floats(let all): tensor.data(9, little(all.map(\.bitPattern)))
        case .bytes(let all): tensor.data(9, all)
        case .int64s(let all): tensor.data(9, little(all))
        }
        if !name.isEmpty { tensor.text(8, name) }
        return tensor.bytes
    }

    private static func little<Number: FixedWidthInteger>(_ all: [Number]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(all.count * Number.bitWidth / 8)
        for number in all {
            for shift in stride(from: 0, to: Number.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift))) }
        }
        return bytes
    }

    /// The file's bytes.
    func model(name: String, metadata: [(key: String, value: String)]) -> [UInt8] {
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
        for domain in domains.sorted() {
            model.message(8) { opset in
                opset.text(1, domain)
                opset.integer(2, Self.versions[domain] ?? 1)
            }
        }
        for (key, value) in metadata {
            model.message(14) { entry in
                entry.text(1, key)
                entry.text(2, value)
            }
        }
        return model.bytes
    }
}
