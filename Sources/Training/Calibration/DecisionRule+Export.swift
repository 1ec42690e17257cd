internal import Basics
public import Models

extension DecisionRule {
    /// How scores become chances, for an export; thresholds are not among what a file in ONNX says.
    public var scoreMaps: [ONNXScoreMap] { classes.map { $0.calibrators.map(\.scoreMap) } ?? calibrator.map { [$0.scoreMap] } ?? [] }
}

extension Calibrator {
    fileprivate var scoreMap: ONNXScoreMap {
        switch self {
        case .platt(let slope, let intercept): .logOdds(slope: slope, intercept: intercept)
        case .beta(let a, let b, let c): .beta(a: a, b: b, c: c)
        case .isotonic(let scores, let chances): .points(scores: scores, chances: chances)
        }
    }
}

extension TrainedModel {
    /// As ONNX, its preprocessing and the rule's calibration included.
    ///
    /// Throws `unsupportedModel` for what ONNX cannot say: features that are repaired by the row's group before they are read.
    public func exported(_ rule: DecisionRule? = nil) throws(ModelError) -> ONNXExport {
        guard repair == nil else {
            throw ModelError(
                .unsupportedModel, operation: "export the model",
                message: "disparateImpactRemover moves its features by the row's group before they are read, which is no part of the model")
        }
        let maps = rule?.scoreMaps ?? []
        guard maps.isEmpty || maps.count == header.outputCount, rule?.classes.map({ $0.classes == header.classes }) ?? true else {
            throw ModelError(.malformedArtifact, operation: "export the model", message: "the decision rule was fitted for other outputs than it has")
        }
        return try ONNXExport(members: members.map { ($0.model, $0.weight) }, maps: maps, digest: .of(bytes))
    }
}
