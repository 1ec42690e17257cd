import Basics
import Explanations
import Frames
import Models

/// A model that Proviso trained.
struct ArtifactScoringModel: ScoringModel {
    let digest: Digest
    let format = "proviso"
    let inputs: [InputColumn]
    let outputs: [String]
    private let artifact: ModelArtifact
    private let known: [String: Set<String>]

    init(_ bytes: [UInt8]) throws(ModelError) {
        artifact = try ModelArtifact(bytes: bytes)
        digest = Digest.of(bytes)
        inputs = artifact.schema.inputColumns
        known = artifact.header.knownCategories
        switch artifact.header.task {
        case .binary: outputs = ["score"]
        case .multiclass: outputs = artifact.header.classes.map { "score:\($0)" }
        case .regression, .count, .quantile: outputs = ["prediction"]
        }
    }

    var classes: [String]? { artifact.header.task == .multiclass ? artifact.header.classes : nil }

    func knownCategories(of column: String) -> Set<String>? { known[column] }

    func worker(threads: Int) throws(ModelError) -> any ScoringWorker { try Worker(artifact, threads: threads) }

    private final class Worker: ScoringWorker {
        private let artifact: ModelArtifact
        private let threads: Int
        /// Nil for a linear model.
        private let trees: Trees?
        private var explainer: (any Explainer)?

        /// What holds a model that cannot be copied.
        private final class Trees {
            let model: XGBoostModel
            init(_ ubj: [UInt8]) throws(ModelError) { model = try XGBoostModel.load(ubj: ubj) }
        }

        init(_ artifact: ModelArtifact, threads: Int) throws(ModelError) {
            self.artifact = artifact
            self.threads = threads
            trees = artifact.header.format == .xgboost ? try Trees(artifact.ubj) : nil
            let width = artifact.header.features.features.count
            if let count = try trees?.model.featureCount(), count != width {
                throw ModelError(
                    .malformedArtifact, operation: "apply the model", message: "the model has \(count) features, its schema \(width)")
            }
        }

        func scores(_ frame: Frame) throws(ModelError) -> [Double] {
            guard let trees, frame.rowCount > 0 else { return try artifact.predict(frame, threads: threads) }
            return try trees.model.predict(FeatureMatrix(artifact.features(of: frame)), .value, threads: threads).map { Double($0) }
        }

        func contributions(_ frame: Frame) throws(ModelError) -> Attributions {
            guard trees != nil else {
                throw ModelError(
                    .unsupportedModel, operation: "give reasons", message: "reasons need trees: a linear model has no path-dependent values")
            }
            do {
                let explainer =
                    try explainer
                    ?? TreeSHAP(
                        TreeEnsemble(xgboost: artifact.ubj), .pathDependent,
                        players: Players(features: artifact.header.features.names, groups: artifact.header.groups))
                self.explainer = explainer
                return try explainer.explain(artifact.features(of: frame), threads: threads)
            } catch let error as ModelError {
                throw error
            } catch {
                throw ModelError(.unsupportedModel, operation: "give reasons", message: "\(error)")
            }
        }
    }
}

extension FeatureSchema {
    var inputColumns: [InputColumn] {
        features.map { feature in
            switch feature.type {
            case .number: InputColumn(name: feature.name, kind: .number)
            case .boolean: InputColumn(name: feature.name, kind: .boolean)
            case .category: InputColumn(name: feature.name, kind: .category)
            case .timestamp: InputColumn(name: feature.name, kind: .timestamp)
            }
        }
    }

}

extension ModelHeader {
    /// Of the columns whose categories a model knows by name: not of those whose rare ones, and new ones, it takes together.
    var knownCategories: [String: Set<String>] {
        var known: [String: Set<String>] = [:]
        let unnamed = unnamedCategories
        for feature in input.features where !unnamed.contains(feature.name) {
            if case .category(let texts) = feature.type { known[feature.name] = Set(texts) }
        }
        return known
    }
}
