public import Basics

/// A model of ours as an ONNX file, preprocessing included.
///
/// The graph has an input for each raw column, rows × 1, under the column's name: numbers and truth values as `double` (NaN is missing), categories as
/// `string` (the empty text is missing, or another that the file's metadata name where the empty text is a category), times as `int64` microseconds since
/// 1970 (the smallest number is missing); and the output `prediction`, rows × outputs: probabilities, or the number, calibrated if it is exported with its
/// calibration. A category that training did not see has the fate that was declared: where that is an error, the run fails (an index out of bounds). A linear
/// model gives NaN for a row with something missing.
///
/// What depends on a row's group has the attribute as an input, whether or not the model reads it: texts, or numbers between declared edges. With its decision
/// a file has the output `decision`, truth values or of several classes the likeliest one's name, and where chance decides the input `draw`: a number from 0 to below 1 that belongs to the row.
///
/// Operators are standard ones (opset 20, ai.onnx.ml 4), but for hashed text: ONNX Runtime's `com.microsoft` Tokenizer and MurmurHash3.
///
/// Equality in ONNX Runtime: what preprocessing makes and XGBoost's margins are the same bits; probabilities and other predictions of XGBoost's are within
/// one unit in the last place of their 32 bits; those of linear models differ by the order in which ONNX Runtime adds 64-bit products. So on one thread, as
/// `ONNXModel` runs; several may share out the trees and add their sums in another order.
public struct ONNXExport: Sendable {
    public let bytes: [UInt8]
    /// What the output with the predictions is called: `prediction`, unless a column is.
    public let output: String
    /// What the output with the decisions is called, and the input for the row's draw.
    public let decision: String?
    public let draw: String?
    let artifact: ModelArtifact
    let isPlain: Bool
    let sign: String
    let attributes: [ONNXGroups]

    /// How far predictions may be from ours, in units of max(1, |ours|): one rounding to 32 bits for XGBoost's, of 64-bit sums for others'; after a
    /// calibration, what its steepest part makes of that.
    public let tolerance: Double
    /// The same before a calibration.
    public let rounding: Double

    /// Throws `unsupportedModel` for what ONNX cannot say: a model that is ONNX already.
    public init(_ artifact: ModelArtifact) throws(ModelError) {
        try self.init(members: [(artifact, 1)], maps: [], digest: artifact.digest)
    }

    /// A mixture, or a model with its calibration.
    ///
    /// - Parameters:
    ///   - members: models of one header; of several, whose task is of two classes, the output is the weight of those that give ½ or more.
    ///   - maps: how scores become chances, one for each output; none: they stay as they are. Of several outputs the chances are divided by their sum.
    ///   - repair: of numbers by the row's group, before anything else is done with them.
    ///   - decision: of classes; nil: the file gives chances only.
    ///   - digest: of the whole as Proviso keeps it.
    /// Throws as above.
    public init(
        members: [(model: ModelArtifact, weight: Double)], maps: [ONNXScoreMap], repair: ONNXRepair? = nil, decision rule: ONNXDecision? = nil,
        digest: Digest
    ) throws(ModelError) {
        precondition(!members.isEmpty && (maps.isEmpty || maps.count == members[0].model.header.outputCount), "one map an output")
        let artifact = members[0].model
        self.artifact = artifact
        isPlain = members.count == 1 && maps.isEmpty && repair == nil
        let exact = artifact.header.format == .linear ? 1e-12 : 0x1p-23
        rounding = exact
        tolerance = maps.reduce(exact) { max($0, min(1, exact * $1.steepness)) }
        attributes = [repair?.groups, rule?.groups].compactMap { $0 }
        sign = artifact.header.missingText(beside: attributes.flatMap(\.names))
        var builder = ONNXPreprocessing(input: artifact.header.input, sign: sign, groups: attributes)
        draw = rule?.isRandomised == true ? builder.input(wanted: "draw") : nil
        if let repair { try builder.repair(repair) }
        let places: String? = if let groups = rule?.groups { try builder.groups(groups) } else { nil }
        for transform in artifact.header.preprocessing { try builder.add(transform) }
        let features = try builder.features(artifact.header.features)
        var graph = builder.graph
        output = graph.outputName("prediction")
        decision = rule.map { _ in graph.outputName("decision") }
        let width = artifact.header.outputCount
        var chances = output
        if members.count == 1 && maps.isEmpty {
            let element = try Self.add(artifact, to: &graph, features, named: output)
            graph.output(output, element, width: width)
            if rule != nil, element != .double { chances = graph.cast(output, .double) }
        } else {
            var scores: [String] = []
            for (place, member) in members.enumerated() {
                guard member.model.header == artifact.header else { throw Self.unsupported("its members read other features than each other") }
                let name = graph.outputName("member\(place)")
                let element = try Self.add(member.model, to: &graph, features, named: name)
                scores.append(members.count == 1 ? graph.cast(name, .double) : graph.vote(name, element, weight: member.weight))
            }
            let mixed = members.count == 1 ? scores[0] : graph.mixture(scores, named: maps.isEmpty ? output : nil)
            if !maps.isEmpty { graph.chances(mixed, maps, named: output) }
            graph.output(output, .double, width: width)
        }
        if let rule, let decision {
            let decides: Bool, isOfClasses: Bool
            if case .likeliest(let classes) = rule {
                (isOfClasses, decides) = (true, classes == artifact.header.classes)
            } else {
                (isOfClasses, decides) = (false, artifact.header.task == .binary)
            }
            guard decides else { throw Self.unsupported("only a model of classes decides") }
            graph.decision(rule, chances, places: places, draw: draw, named: decision)
            graph.output(decision, isOfClasses ? .string : .bool, width: 1)
        }
        var metadata = [
            (key: "proviso.label", value: artifact.label), (key: "proviso.missing.integer", value: String(Int64.min)),
            (key: "proviso.missing.text", value: sign), (key: "proviso.model", value: digest.description),
            (key: "proviso.task", value: artifact.header.task.rawValue),
        ]
        if !artifact.header.classes.isEmpty {
            let names = JSONValue.array(artifact.header.classes.map { .string($0) })
            metadata.insert((key: "proviso.classes", value: String(decoding: names.canonicalBytes, as: UTF8.self)), at: 0)
        }
        bytes = graph.model(name: artifact.label, metadata: metadata)
    }

    /// The model's nodes; gives the type of what it makes.
    private static func add(
        _ artifact: ModelArtifact, to graph: inout ONNXGraphBuilder, _ features: ONNXPreprocessing.Features,
        named output: String
    ) throws(ModelError) -> ONNXGraphBuilder.Element {
        switch artifact.header.format {
        case .xgboost:
            let trees = try TreeEnsemble(xgboost: artifact.payload)
            guard trees.featureCount == artifact.header.features.features.count, trees.outputCount == artifact.header.outputCount else {
                throw ModelError(.malformedArtifact, operation: "export the model", message: "its trees are not those of its features")
            }
            try graph.trees(trees, features: features.matrix, categories: features.categories, named: output)
            return .float
        case .linear:
            graph.linear(
                try GeneralizedLinearModel(bytes: artifact.payload, header: artifact.header), features: features.matrix, named: output)
            return .double
        case .onnx: throw unsupported("it is an ONNX model already")
        }
    }

    static func unsupported(_ reason: String) -> ModelError { ModelError(.unsupportedModel, operation: "export the model", message: reason) }
}
