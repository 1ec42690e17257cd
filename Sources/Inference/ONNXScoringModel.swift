import Basics
import Explanations
import Frames
import Models

/// A model that another framework trained and exported.
struct ONNXScoringModel: ScoringModel {
    let digest: Digest
    let format = "onnx"
    let inputs: [InputColumn]
    let outputs: [String]
    private let predictor: ONNXPredictor

    /// Throws what `ONNXPredictor` throws; `unclearClass` too where a score would be of a class that nobody named.
    init(_ model: ONNXModel, digest: Digest, sample: Frame, options: ONNXOptions) throws(ModelError) {
        predictor = try ONNXPredictor(model, frames: [sample], options: options)
        try predictor.checkClass()
        self.digest = digest
        inputs = predictor.schema.inputColumns
        outputs = predictor.outputCount == 1 ? ["score"] : predictor.outputNames
    }

    var reading: JSONValue? { predictor.configuration }

    /// An ONNX model is given the texts themselves, and does not say which it was trained on.
    func knownCategories(of column: String) -> Set<String>? { nil }

    // ONNX Runtime's sessions may be used by several threads; a call of one block works on one.
    func worker(threads: Int) -> any ScoringWorker { Worker(predictor: predictor, threads: threads) }

    private struct Worker: ScoringWorker {
        let predictor: ONNXPredictor
        let threads: Int

        func scores(_ frame: Frame) throws(ModelError) -> [Double] { try predictor.predict(frame, threads: threads) }

        func contributions(_ frame: Frame) throws(ModelError) -> Attributions {
            throw ModelError(
                .unsupportedModel, operation: "give reasons",
                message: "the model is ONNX, whose predictions are not shared out exactly; reasons are given for Proviso's own tree models")
        }
    }
}
