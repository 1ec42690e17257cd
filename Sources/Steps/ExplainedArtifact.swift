import Explanations
import Frames
import Models
import Training

/// A trained model as it is explained: exactly, by what its kind allows, or by asking about coalitions, which any model allows.
struct ExplainedArtifact {
    /// As `Model.spec.explanation.method` names them.
    enum Method: String {
        case exact, kernel, permutation
    }

    let trained: TrainedModel
    let method: Method
    let players: Players
    /// What the model reads of a table.
    private let schema: FeatureSchema

    /// What preprocessing made of a column is explained as that column.
    ///
    /// - Parameter frame: a table that the model is trained on, for the categories of a repair's attribute.
    init(_ trained: TrainedModel, method: Method, frame: Frame) throws {
        self.trained = trained
        self.method = method
        let header = trained.header
        guard method == .exact else {
            var names = header.input.names
            if let attribute = trained.repair?.attribute, !names.contains(attribute) { names.append(attribute) }
            // With the categories of the table: a model does not keep all texts that it was trained on.
            schema = names == header.input.names ? try header.input.withCategories(of: [frame]) : try FeatureSchema(of: [frame], features: names)
            players = try Players(features: names)
            return
        }
        guard trained.single != nil else {
            throw ExplanationError(
                .unsupportedModel,
                message:
                    "the model draws from several models or repairs its features first, and exact values are of single trees' sums only; ask for "
                    + "`explanation.method: kernel`")
        }
        schema = header.features
        players = try Players(features: header.features.names, groups: header.groups)
    }

    /// Rows as the explained predictor reads them.
    func encoded(_ frame: Frame) throws -> EncodedRows {
        guard method == .exact, let artifact = trained.single else { return try EncodedRows(frame, schema: schema) }
        return try artifact.features(of: frame)
    }

    /// What is explained, on the scale of the contributions but for a link.
    func predictor() throws -> any Predictor {
        guard method == .exact, let artifact = trained.single else { return sampledPredictor }
        return try additive(artifact)
    }

    private var sampledPredictor: any Predictor {
        trained.single.map { $0.predictor(schema: schema) } ?? TrainedPredictor(trained: trained, schema: schema)
    }

    /// `seed` moves what is sampled.
    func explainer(background: EncodedRows, seed: UInt64 = 0, threads: Int) throws -> any Explainer {
        guard method == .exact, let artifact = trained.single else {
            // A chance that a model is drawn which decides so may be 0 or 1, whose odds have no logarithm.
            let scale = trained.single != nil && sampledPredictor.rawScale == .probability ? OutputScale.logOdds : .raw
            return try CoalitionSHAP(
                sampledPredictor, background: background, players: players,
                method: method == .permutation ? .permutation(pairs: 20) : .kernel(KernelSettings()), scale: scale, seed: seed)
        }
        switch try additive(artifact) {
        case let linear as LinearModel: return try LinearSHAP(linear, background: background, players: players)
        case let trees as TreeEnsemble: return try TreeSHAP(trees, .interventional(background: background), players: players, threads: threads)
        default: preconditionFailure("models that add up are linear or trees")
        }
    }

    /// The model of its own features, whose predictions are margins.
    private func additive(_ artifact: ModelArtifact) throws -> any Predictor {
        guard let predictor = try artifact.additivePredictor() else {
            throw ExplanationError(.unsupportedModel, message: "an ONNX model has no exact explanation; ask for `explanation.method: kernel`")
        }
        return predictor
    }
}

/// Several models, or one behind a repair, as a predictor of rows of raw columns.
private struct TrainedPredictor: Predictor {
    let trained: TrainedModel
    let schema: FeatureSchema

    var featureCount: Int { schema.features.count }
    var outputCount: Int { trained.header.outputCount }
    var rawScale: OutputScale? { trained.header.task == .binary ? .probability : nil }

    func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        do {
            return try trained.scores(Frame(schema.columns(of: rows, count: count)), threads: 1)
        } catch let error as ModelError { throw error } catch {
            throw ModelError(.library, operation: "apply the model", message: "\(error)")
        }
    }
}
