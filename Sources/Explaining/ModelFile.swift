internal import Basics
public import Models

/// A model file of any kind that predictions can be explained of.
public enum ModelFile: Sendable {
    /// Trained by Proviso: XGBoost with the schema of its features.
    case artifact(ModelArtifact)
    /// What XGBoost itself saves, as UBJ or JSON.
    case trees(TreeEnsemble)
    /// `{"linear": …}`.
    case linear(LinearModel)
    case onnx(ONNXModel)
    /// `{"scorer": …}`: a command that scores.
    case scorer(ScorerDescription)

    /// Tells the kind from the bytes. Throws `malformedArtifact`, or what the kind's reader throws.
    public init(bytes: [UInt8]) throws(ModelError) {
        func malformed(_ reason: String) -> ModelError { ModelError(.malformedArtifact, operation: "read the model", message: reason) }
        guard let first = bytes.first else { throw malformed("the file is empty") }
        if bytes.starts(with: Array("proviso-model ".utf8)) {
            self = .artifact(try ModelArtifact(bytes: bytes))
        } else if bytes.starts(with: Array("proviso-mixture ".utf8)) {
            throw ModelError(
                .unsupportedModel, operation: "read the model",
                message: "it draws from several models or repairs its features first, and explanations are of single models")
        } else if first == UInt8(ascii: "{") {
            // XGBoost's binary form starts with a brace too, and goes on with a type instead of a name or white space.
            let isText = bytes.dropFirst().first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) } == UInt8(ascii: "\"")
            guard isText, let json = try? JSONValue(parsing: bytes) else {
                self = .trees(try TreeEnsemble(xgboost: bytes))
                return
            }
            if json["linear"] != nil {
                self = .linear(try LinearModel(json: json))
            } else if json["scorer"] != nil {
                self = .scorer(try ScorerDescription(json: json))
            } else if json["learner"] != nil {
                self = .trees(try TreeEnsemble(xgboost: bytes))
            } else {
                throw malformed("its JSON has none of 'learner' (XGBoost), 'linear' and 'scorer'")
            }
        } else if first == 0x08 {
            // An ONNX file's first field is the version of its format.
            self = .onnx(try ONNXModel(bytes: bytes))
        } else {
            throw malformed("it is no model of a known kind: XGBoost (UBJ, JSON), ONNX, linear or scorer (JSON), or one that Proviso trained")
        }
    }

    /// A word for reports.
    public var kind: String {
        switch self {
        case .artifact: "proviso"
        case .trees: "xgboost"
        case .linear: "linear"
        case .onnx: "onnx"
        case .scorer: "scorer"
        }
    }
}
