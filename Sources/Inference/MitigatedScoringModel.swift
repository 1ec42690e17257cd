import Basics
import Explanations
import Frames
import Models
import Training

/// A model that Proviso trained with mitigation: several that are drawn from, or one whose features are repaired first.
struct MitigatedScoringModel: ScoringModel {
    let digest: Digest
    let format = "proviso"
    let inputs: [InputColumn]
    let outputs = ["score"]
    private let model: TrainedModel
    private let known: [String: Set<String>]

    init(_ bytes: [UInt8]) throws(ModelError) {
        let model = try TrainedModel(bytes: bytes)
        self.model = model
        digest = Digest.of(bytes)
        // The repair reads the group that a row belongs to, whether or not the model does.
        let attribute = model.repair.map(\.attribute).flatMap { name in
            model.schema.names.contains(name)
                ? nil : InputColumn(name: name, kind: model.edges == nil ? .category : .number)
        }
        inputs = model.schema.inputColumns + [attribute].compactMap { $0 }
        known = model.header.knownCategories
    }

    /// Without the repair's attribute, which the model itself does not read.
    var keyColumns: [String] { model.schema.names }

    func knownCategories(of column: String) -> Set<String>? { known[column] }

    var decides: Bool { model.isRandomised }

    func worker(threads: Int) -> any ScoringWorker { Worker(model: model, threads: threads) }

    private struct Worker: ScoringWorker {
        let model: TrainedModel
        let threads: Int

        func scores(_ frame: Frame) throws(ModelError) -> [Double] {
            guard frame.rowCount > 0 else { return [] }
            do { return try model.scores(frame, threads: threads) } catch let error as ModelError { throw error } catch {
                throw ModelError(.malformedArtifact, operation: "apply the model", message: "\(error)")
            }
        }

        var draws: Bool { model.isRandomised }

        func decisions(_ frame: Frame, scores: [Double]) throws(ModelError) -> [Bool]? {
            guard model.isRandomised else { return nil }
            do { return try model.decisions(scores, frame, by: DecisionRule(threshold: 0.5)) } catch {
                throw ModelError(.missingFeature, operation: "decide", message: error.message)
            }
        }

        func contributions(_ frame: Frame) throws(ModelError) -> Attributions {
            throw ModelError(
                .unsupportedModel, operation: "give reasons",
                message: "the model draws from several models or repairs its features first; reasons are given for single tree models")
        }
    }
}
