public import Attestations
public import Basics

/// What a model under judgement is compared with: the model that the baseline environment has live.
public struct Champion: Hashable, Sendable {
    /// The step that trained it, in whose output it is.
    public let training: Digest
    /// The digest of the model artefact.
    public let model: Digest
    /// What it was trained on.
    public let data: Digest?
    /// Where it decides, if no decision rule was fitted.
    public let threshold: Double
    /// As an input of steps, its fitted decision rule; empty if it has none.
    let decision: [String: StepInput]

    /// - Parameters:
    ///   - steps: those of the record that is live.
    ///   - threshold: the model's as the base says it, if the record measured nothing at a threshold.
    /// Nil if the record tells of no trained model.
    public init?(steps: [RecordedStep], threshold: Double) {
        guard let training = steps.first(where: { $0.name == "train" && $0.outputs["model"] != nil }), let model = training.outputs["model"] else {
            return nil
        }
        self.training = training.key
        self.model = model
        data = training.inputs["data"]
        let rule = steps.first { $0.outputs["decision"] != nil }
        decision = rule.map { ["decision": .output(step: $0.key, name: "decision")] } ?? [:]
        self.threshold = steps.lazy.compactMap { $0.parameters["threshold"]?.doubleValue }.first ?? threshold
    }
}
