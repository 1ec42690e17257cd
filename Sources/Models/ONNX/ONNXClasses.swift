internal import Basics

/// What an ONNX file says the classes are called whose chances it gives, in the order of their columns.
///
/// Read from the file alone, never from what the model chooses for some rows: two tables, or two parts of one, must not be read by two columns.
public enum ONNXClasses: Hashable, Sendable {
    /// By their names, which need not be in the order of anything.
    case named([String])
    /// The model's choice is a column's place: 0 for the first.
    case counted
}

extension ONNXClasses {
    /// Goes back from the output that is the choice to what names it: a classifier's class labels, a list in which a place is looked up, or a place itself. Of an
    /// export of Proviso's the metadata say it.
    ///
    /// - Parameters:
    ///   - labels: the outputs that may be the choice.
    ///   - maps: the outputs that are maps from classes to chances.
    /// Nil where the file does not say, or says two things.
    init?(of bytes: [UInt8], labels: [String], maps: [String]) {
        if let text = ONNXFile.metadata(bytes)["proviso.classes"], let names = try? JSONValue(parsing: Array(text.utf8)).arrayValue {
            self = .named(names.compactMap(\.stringValue))
            return
        }
        guard let graph = ProtobufMessage(bytes[...])?.all(7).last.flatMap({ ProtobufMessage($0) }) else { return nil }
        let reader = GraphReader(graph)
        let found = Set(maps.compactMap { reader.labels(of: $0) } + (labels.count == 1 ? labels.compactMap { reader.choice($0) } : []))
        guard found.count == 1, let only = found.first else { return nil }
        self = only
    }
}

/// A graph of onnx.proto3, gone through against its direction.
private struct GraphReader {
    private struct Node {
        let operation: String
        let inputs: [String]
        let outputs: [String]
        let attributes: [ProtobufMessage]
    }

    private let makers: [String: Node]
    private let constants: [String: ProtobufMessage]

    init(_ graph: ProtobufMessage) {
        var makers: [String: Node] = [:]
        for node in graph.all(1).compactMap({ ProtobufMessage($0) }) {
            let read = Node(
                operation: node.text(4) ?? "", inputs: node.texts(1), outputs: node.texts(2),
                attributes: node.all(5).compactMap { ProtobufMessage($0) })
            for output in read.outputs { makers[output] = read }
        }
        self.makers = makers
        constants = Dictionary(
            graph.all(5).compactMap { ProtobufMessage($0) }.map { ($0.text(8) ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What changes neither values nor their order.
    private static let passing: Set<String> = ["Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten"]

    /// What makes `name`, behind what only passes it on.
    private func origin(_ name: String) -> (node: Node, name: String)? {
        var name = name
        // As many steps as there are nodes: a damaged graph may go round.
        for _ in 0...makers.count {
            guard let node = makers[name] else { return nil }
            guard Self.passing.contains(node.operation), let input = node.inputs.first else { return (node, name) }
            name = input
        }
        return nil
    }

    func choice(_ output: String) -> ONNXClasses? {
        guard let (node, name) = origin(output) else { return nil }
        switch node.operation {
        case "ArgMax": return .counted
        case "ArrayFeatureExtractor", "Gather":
            guard node.inputs.count == 2, origin(node.inputs[1])?.node.operation == "ArgMax" else { return nil }
            return texts(node.inputs[0]).map { .named($0) }
        default: return node.outputs.first == name ? Self.labels(node) : nil
        }
    }

    func labels(of output: String) -> ONNXClasses? { origin(output).flatMap { Self.labels($0.node) } }

    /// `classlabels_strings`, `classlabels_ints` or `classlabels_int64s` of ai.onnx.ml's classifiers and of ZipMap.
    private static func labels(_ node: Node) -> ONNXClasses? {
        let found = node.attributes.filter { $0.text(1)?.hasPrefix("classlabels_") == true }
            .map { attribute in attribute.texts(9) + (attribute.integers(8) ?? []).map { String($0) } }.filter { !$0.isEmpty }
        return found.count == 1 ? .named(found[0]) : nil
    }

    /// A constant list of texts or whole numbers.
    private func texts(_ name: String) -> [String]? {
        guard
            let tensor = constants[name]
                ?? makers[name].flatMap({ $0.attributes.first { $0.text(1) == "value" }?.all(5).last }).flatMap({ ProtobufMessage($0) })
        else { return nil }
        let raw = tensor.all(9).last.map { Array($0) } ?? []
        func numbers(_ width: Int) -> [Int64] {
            stride(from: 0, to: raw.count / width * width, by: width).map { start in
                let bits = (0..<width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(raw[start + $1]) }
                return width == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
            }
        }
        switch tensor.integer(2) {
        case 6: return (raw.isEmpty ? (tensor.integers(5) ?? []).map { Int64(Int32(truncatingIfNeeded: $0)) } : numbers(4)).map { String($0) }
        case 7: return (raw.isEmpty ? tensor.integers(7) ?? [] : numbers(8)).map { String($0) }
        case 8: return tensor.texts(6)
        default: return nil
        }
    }
}
