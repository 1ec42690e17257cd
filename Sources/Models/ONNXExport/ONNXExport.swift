public import Frames

/// A model of ours as an ONNX file, preprocessing included.
///
/// The graph has an input for each raw column, rows × 1, under the column's name: numbers and truth values as `double` (NaN is missing), categories as
/// `string` (the empty text is missing), times as `int64` microseconds since 1970 (the smallest number is missing); and the output `prediction`, rows ×
/// outputs: probabilities, or the number. Text hashing uses ONNX Runtime's own operator `com.microsoft.MurmurHash3`; all else is standard (opset 20, ml 5).
public struct ONNXExport: Sendable {
    public let bytes: [UInt8]
    private let artifact: ModelArtifact

    static let missingTime = Int64.min

    /// Throws `unsupportedModel` for what ONNX cannot say: a model that is ONNX already, a category that is the empty text, an unseen category that is an
    /// error.
    public init(_ artifact: ModelArtifact) throws(ModelError) {
        self.artifact = artifact
        var builder = ONNXPreprocessing(input: artifact.header.input)
        for transform in artifact.header.preprocessing { try builder.add(transform) }
        let features = try builder.features(artifact.header.features)
        var graph = builder.graph
        switch artifact.header.format {
        case .xgboost:
            let trees = try TreeEnsemble(xgboost: artifact.ubj)
            graph.trees(trees, features: features)
            graph.output("prediction", .float, width: trees.outputCount)
        case .linear:
            let model = try GeneralizedLinearModel(bytes: artifact.payload, header: artifact.header)
            graph.linear(model, features: features)
            graph.output("prediction", .double, width: model.outputCount)
        case .onnx: throw ONNXExport.unsupported("it is an ONNX model already")
        }
        bytes = graph.model(name: artifact.label)
    }

    static func unsupported(_ reason: String) -> ModelError { ModelError(.unsupportedModel, operation: "export the model", message: reason) }

    /// The largest distance, over all rows of `frame`, of ONNX Runtime's prediction from ours, in units of max(1, |ours|).
    public func largestDifference(_ frame: Frame, threads: Int = 1) throws(ModelError) -> Double {
        let ours = try artifact.predict(frame, threads: threads)
        let model = try ONNXModel(bytes: bytes)
        var tensors: [String: ONNXTensor] = [:]
        for feature in artifact.header.input.features { tensors[feature.name] = try Self.tensor(frame.feature(feature.name), feature) }
        guard case .tensor(let tensor) = try model.run(tensors, outputs: ["prediction"])["prediction"], let theirs = tensor.doubles,
            theirs.count == ours.count
        else { throw ModelError(.unsupportedOutput, operation: "check the export", message: "it gave no prediction for each row") }
        return zip(ours, theirs).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.0))) }
    }

    private static func tensor(_ column: Column, _ feature: FeatureSchema.Feature) throws(ModelError) -> ONNXTensor {
        let shape = [column.count, 1]
        switch (column.values, feature.type) {
        case (.category(let codes, let categories), .category):
            return ONNXTensor(shape: shape, .string(codes.enumerated().map { column.isMissing($0) ? "" : categories[Int($1)] }))
        case (.timestamp(let all), .timestamp):
            return ONNXTensor(shape: shape, .int64(all.enumerated().map { column.isMissing($0) ? missingTime : $1 }))
        default:
            let numbers: [Double] = try column.encoded(as: feature)
            return ONNXTensor(shape: shape, .double(numbers.enumerated().map { column.isMissing($0) ? .nan : $1 }))
        }
    }
}

extension ONNXGraphBuilder {
    /// Trees as one operator, their margins' start added, and the link.
    mutating func trees(_ ensemble: TreeEnsemble, features: String) {
        let flat = ONNXTrees(ensemble)
        let input = node("Cast", [features], [("to", .integer(Element.float.rawValue))])
        let sums = node("TreeEnsemble", [input], flat.attributes(outputs: ensemble.outputCount), domain: "ai.onnx.ml")
        let start = constant(.floats(ensemble.baseMargins.map { Float($0) }), shape: [1, ensemble.outputCount])
        let margins = node("Add", [sums, start])
        switch ensemble.link {
        case .identity: _ = node("Identity", [margins], named: "prediction")
        case .logistic: _ = node("Sigmoid", [margins], named: "prediction")
        case .softmax: _ = node("Softmax", [margins], [("axis", .integer(1))], named: "prediction")
        case .exponential: _ = node("Exp", [margins], named: "prediction")
        }
    }

    mutating func linear(_ model: GeneralizedLinearModel, features: String) {
        let (outputs, width) = (model.outputCount, model.featureCount)
        let columns = (0..<width).flatMap { feature in (0..<outputs).map { model.coefficients[$0 * width + feature] } }
        let product = node("MatMul", [features, constant(.doubles(columns), shape: [width, outputs])])
        let sums = node("Add", [product, constant(.doubles(model.intercepts), shape: [1, outputs])])
        switch model.link {
        case .identity: _ = node("Identity", [sums], named: "prediction")
        case .logit: _ = node("Sigmoid", [sums], named: "prediction")
        case .softmax: _ = node("Softmax", [sums], [("axis", .integer(1))], named: "prediction")
        case .log: _ = node("Exp", [sums], named: "prediction")
        }
    }
}

/// The lists that `ai.onnx.ml.TreeEnsemble` (version 5) is made of.
private struct ONNXTrees {
    var features: [Int64] = []
    var splits: [Float] = []
    /// 1: below the split; 6: among the members.
    var modes: [UInt8] = []
    var (trueNodes, falseNodes, trueLeaves, falseLeaves, missingTrue): ([Int64], [Int64], [Int64], [Int64], [Int64]) = ([], [], [], [], [])
    var leafOutputs: [Int64] = []
    var leafWeights: [Float] = []
    /// Each member node's list ends in NaN.
    var members: [Float] = []
    var roots: [Int64] = []

    init(_ ensemble: TreeEnsemble) {
        for tree in ensemble.trees { add(tree) }
    }

    private mutating func add(_ tree: TreeEnsemble.Tree) {
        roots.append(Int64(features.count))
        // Inner nodes and leaves are counted apart, in the tree's own order.
        var places = [Int64](repeating: 0, count: tree.feature.count)
        var inner = Int64(features.count)
        for node in tree.feature.indices {
            if tree.feature[node] >= 0 {
                places[node] = inner
                inner += 1
            } else {
                places[node] = Int64(leafWeights.count)
                leafWeights.append(tree.value[node])
                leafOutputs.append(Int64(tree.output))
            }
        }
        guard tree.feature[0] >= 0 else {
            // A tree of one leaf is a node both of whose ways end there.
            append(feature: 0, split: 0, mode: 1, yes: (places[0], true), no: (places[0], true), missingYes: true)
            return
        }
        for node in tree.feature.indices where tree.feature[node] >= 0 {
            func target(_ child: Int32) -> (Int64, Bool) { (places[Int(child)], tree.feature[Int(child)] < 0) }
            let (left, right) = (target(tree.left[node]), target(tree.right[node]))
            let words = tree.categories[node]
            if words.isEmpty {
                append(
                    feature: tree.feature[node], split: tree.threshold[node], mode: 1, yes: left, no: right, missingYes: tree.defaultLeft[node])
            } else {
                append(feature: tree.feature[node], split: 0, mode: 6, yes: right, no: left, missingYes: !tree.defaultLeft[node])
                for (place, word) in tree.categoryWords[Int(words.lowerBound)..<Int(words.upperBound)].enumerated() {
                    for bit in 0..<64 where word >> UInt64(bit) & 1 == 1 { members.append(Float(place * 64 + bit)) }
                }
                members.append(.nan)
            }
        }
    }

    private mutating func append(feature: Int32, split: Float, mode: UInt8, yes: (Int64, Bool), no: (Int64, Bool), missingYes: Bool) {
        features.append(Int64(feature))
        splits.append(split)
        modes.append(mode)
        trueNodes.append(yes.0)
        trueLeaves.append(yes.1 ? 1 : 0)
        falseNodes.append(no.0)
        falseLeaves.append(no.1 ? 1 : 0)
        missingTrue.append(missingYes ? 1 : 0)
    }

    func attributes(outputs: Int) -> [(String, ONNXGraphBuilder.Attribute)] {
        var all: [(String, ONNXGraphBuilder.Attribute)] = [
            ("aggregate_function", .integer(1)), ("leaf_targetids", .integers(leafOutputs)), ("leaf_weights", .tensor(.floats(leafWeights))),
            ("n_targets", .integer(Int64(outputs))), ("nodes_falseleafs", .integers(falseLeaves)), ("nodes_falsenodeids", .integers(falseNodes)),
            ("nodes_featureids", .integers(features)), ("nodes_missing_value_tracks_true", .integers(missingTrue)),
            ("nodes_modes", .tensor(.bytes(modes))), ("nodes_splits", .tensor(.floats(splits))), ("nodes_trueleafs", .integers(trueLeaves)),
            ("nodes_truenodeids", .integers(trueNodes)), ("post_transform", .integer(0)), ("tree_roots", .integers(roots)),
        ]
        if !members.isEmpty { all.append(("membership_values", .tensor(.floats(members)))) }
        return all
    }
}
