extension ModelFootprint {
    /// Counts an ONNX file; one that cannot be read has nothing that could be counted.
    mutating func add(onnx file: [UInt8]) {
        guard let model = ProtobufMessage(file[...]), let graph = model.all(7).first.flatMap({ ProtobufMessage($0) }) else { return }
        add(graph, level: 0)
        // What the file's own functions do is counted once; how often they are called, and with which matrices, is not looked at.
        for function in model.all(25).compactMap({ ProtobufMessage($0) }) {
            operationsPerRow = nil
            for node in function.all(7).compactMap({ ProtobufMessage($0) }) { addAttributes(of: node, level: 1) }
        }
    }

    private mutating func add(_ graph: ProtobufMessage, level: Int) {
        var shapes: [String: [Int64]] = [:]
        for tensor in graph.all(5).compactMap({ ProtobufMessage($0) }) {
            shapes[tensor.text(8) ?? ""] = tensor.integers(1) ?? []
            addElements(of: tensor)
        }
        for sparse in graph.all(15).compactMap({ ProtobufMessage($0) }) {
            for tensor in sparse.all(1).compactMap({ ProtobufMessage($0) }) { addElements(of: tensor) }
        }
        for node in graph.all(1).compactMap({ ProtobufMessage($0) }) {
            addAttributes(of: node, level: level)
            switch node.text(4) ?? "" {
            case "MatMul", "Gemm", "MatMulInteger":
                let inputs = node.texts(1)
                guard inputs.count > 1, let shape = shapes[inputs[1]], shape.count == 2 else {
                    operationsPerRow = nil
                    continue
                }
                operationsPerRow = operationsPerRow.map { $0 + Double(shape[0]) * Double(shape[1]) }
            case let type where Self.uncounted.contains(where: { type.hasPrefix($0) }): operationsPerRow = nil
            default: break
            }
        }
    }

    /// Operators whose work is not that of matrices, and not one operation an element either.
    private static let uncounted = [
        "TreeEnsemble", "SVM", "Conv", "LSTM", "GRU", "RNN", "Loop", "Scan", "If", "LinearRegressor", "LinearClassifier", "QLinear", "Einsum",
        "Attention", "TfIdf",
    ]

    private mutating func addElements(of tensor: ProtobufMessage) {
        parameters = parameters.clampedSum(tensor.elementCount)
    }

    /// Trees, coefficients and constants are attributes of operators: lists of numbers and tensors; bodies of loops and branches are too.
    private mutating func addAttributes(of node: ProtobufMessage, level: Int) {
        let attributes = node.all(5).compactMap { ProtobufMessage($0) }
        if node.text(4)?.hasPrefix("TreeEnsemble") == true {
            let named = Dictionary(attributes.map { ($0.text(1) ?? "", $0) }, uniquingKeysWith: { first, _ in first })
            add(ONNXForest(named))
            return
        }
        for attribute in attributes {
            parameters = parameters.clampedSum(attribute.floatCount(7))
            for tensor in (attribute.all(5) + attribute.all(10)).compactMap({ ProtobufMessage($0) }) { addElements(of: tensor) }
            guard level < 50 else { continue }
            for body in (attribute.all(6) + attribute.all(11)).compactMap({ ProtobufMessage($0) }) { add(body, level: level + 1) }
        }
    }

    private mutating func add(_ ensemble: ONNXForest) {
        trees += ensemble.trees
        nodes += ensemble.nodes
        depth = max(depth, ensemble.depth)
        parameters = parameters.clampedSum(ensemble.parameters)
    }
}

/// What an operator of ai.onnx.ml that applies trees has: `TreeEnsembleClassifier` and `TreeEnsembleRegressor`, or `TreeEnsemble` of version 5.
private struct ONNXForest {
    private(set) var trees = 0
    private(set) var nodes = 0
    private(set) var depth = 0
    /// Thresholds and the weights of leaves.
    private(set) var parameters = 0

    init(_ attributes: [String: ProtobufMessage]) {
        func integers(_ name: String) -> [Int64] { attributes[name]?.integers(8) ?? [] }
        func numbers(_ name: String) -> Int {
            guard let attribute = attributes[name] else { return 0 }
            let tensors = attribute.all(5).compactMap { ProtobufMessage($0) }
            return tensors.reduce(attribute.floatCount(7)) { $0.clampedSum($1.elementCount) }
        }
        let (left, right) = (integers("nodes_truenodeids"), integers("nodes_falsenodeids"))
        let roots = integers("tree_roots")
        if !roots.isEmpty {
            let (leftLeaves, rightLeaves) = (integers("nodes_trueleafs"), integers("nodes_falseleafs"))
            guard [right, leftLeaves, rightLeaves].allSatisfy({ $0.count == left.count }) else { return }
            let count = left.count
            // Leaves are numbered behind the nodes.
            func child(_ place: Int, _ ids: [Int64], _ leaves: [Int64]) -> Int { Int(clamping: ids[place]) &+ (leaves[place] != 0 ? count : 0) }
            let leaves = integers("leaf_targetids").count
            parameters = count.clampedSum(numbers("leaf_weights"))
            walk(roots.map { Int(clamping: $0) }, count: count + leaves) { place in
                place < count ? [child(place, left, leftLeaves), child(place, right, rightLeaves)] : []
            }
            return
        }
        let (ids, owners, modes) = (integers("nodes_nodeids"), integers("nodes_treeids"), attributes["nodes_modes"]?.texts(9) ?? [])
        guard [owners.count, modes.count, left.count, right.count].allSatisfy({ $0 == ids.count }) else { return }
        struct Name: Hashable { let tree, node: Int64 }
        let places = Dictionary(ids.indices.map { (Name(tree: owners[$0], node: ids[$0]), $0) }, uniquingKeysWith: { first, _ in first })
        func children(_ place: Int) -> [Int] {
            guard modes[place] != "LEAF" else { return [] }
            return [left[place], right[place]].compactMap { places[Name(tree: owners[place], node: $0)] }
        }
        let below = Set(ids.indices.flatMap { children($0) })
        parameters = ["class_weights", "target_weights", "class_weights_as_tensor", "target_weights_as_tensor"]
            .reduce(modes.count { $0 != "LEAF" }) { $0.clampedSum(numbers($1)) }
        walk(ids.indices.filter { !below.contains($0) }, count: ids.count, children: children)
    }

    /// Every node once, whatever a damaged file says of their children.
    private mutating func walk(_ roots: [Int], count: Int, children: (Int) -> [Int]) {
        trees = roots.count
        var seen = [Bool](repeating: false, count: count)
        var open = roots.map { (place: $0, level: 0) }
        while let (place, level) = open.popLast() {
            guard seen.indices.contains(place), !seen[place] else { continue }
            seen[place] = true
            nodes += 1
            depth = max(depth, level)
            open += children(place).map { ($0, level + 1) }
        }
    }
}

extension Int {
    /// Of counts that a damaged file may tell.
    fileprivate func clampedSum(_ other: Int) -> Int {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}

extension ProtobufMessage {
    /// Of a tensor, as its dimensions say.
    fileprivate var elementCount: Int {
        (integers(1) ?? []).reduce(1) { product, side in
            let (elements, isOver) = product.multipliedReportingOverflow(by: Int(clamping: max(0, side)))
            return isOver ? .max : elements
        }
    }

    /// How many floats a field has, packed or one by one.
    fileprivate func floatCount(_ number: Int) -> Int {
        fields.reduce(0) { sum, field in
            guard field.number == number else { return sum }
            switch field.value {
            case .fixed32: return sum + 1
            case .data(let packed): return sum + packed.count / 4
            default: return sum
            }
        }
    }
}
