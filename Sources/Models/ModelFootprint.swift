public import Basics

/// How large a model is, and how much work a prediction takes: figures of its bytes alone, the same on every machine.
public struct ModelFootprint: Hashable, Sendable {
    /// Of the whole artefact.
    public var bytes: Int
    /// Trees and the nodes that can be reached in them; 0 for a model without.
    public var trees = 0
    public var nodes = 0
    /// Levels below the root of the deepest tree.
    public var depth = 0
    /// Numbers that the model consists of: thresholds and leaves, coefficients, and the elements of an ONNX graph's constants.
    public var parameters = 0
    /// Comparisons of trees (weighted by the training rows that came by), or multiplications of coefficients and matrices, for one row; nil where ONNX
    /// operators do other work that cannot be counted, as trees do.
    public var operationsPerRow: Double? = 0

    /// Throws `malformedArtifact` or `unsupportedModel` for a model that cannot be read.
    public init(_ models: [ModelArtifact], bytes: Int) throws(ModelError) {
        self.bytes = bytes
        for model in models {
            switch model.header.format {
            case .xgboost: add(try TreeEnsemble(xgboost: model.payload))
            case .linear:
                let line = try GeneralizedLinearModel(bytes: model.payload, header: model.header)
                parameters += line.coefficients.count + line.intercepts.count
                operationsPerRow = operationsPerRow.map { $0 + Double(line.coefficients.count) }
            case .onnx: add(onnx: model.payload)
            }
        }
    }

    /// Of an ONNX file.
    public init(onnx file: [UInt8]) {
        bytes = file.count
        add(onnx: file)
    }

    private mutating func add(_ ensemble: TreeEnsemble) {
        trees += ensemble.trees.count
        for tree in ensemble.trees {
            var open = [(node: 0, level: 0)]
            let all = Double(tree.cover[0])
            while let (node, level) = open.popLast() {
                nodes += 1
                parameters += 1
                guard tree.feature[node] >= 0 else {
                    depth = max(depth, level)
                    continue
                }
                // A node is asked by its share of the rows; where no shares are known, by all.
                let share = all > 0 ? Double(tree.cover[node]) / all : 1
                operationsPerRow = operationsPerRow.map { $0 + share }
                open += [(Int(tree.right[node]), level + 1), (Int(tree.left[node]), level + 1)]
            }
        }
    }

    public var json: JSONValue {
        JSONValue.object([
            "bytes": .int(Int64(bytes)), "trees": .int(Int64(trees)), "nodes": .int(Int64(nodes)), "depth": .int(Int64(depth)),
            "parameters": .int(Int64(parameters)), "operationsPerRow": operationsPerRow.map { .double($0) } ?? .null,
        ]).droppingNulls
    }
}
