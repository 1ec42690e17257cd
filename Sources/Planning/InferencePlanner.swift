import Attestations
public import Basics
public import Specs

extension StepKind {
    /// Scores one part of a table, and measures it on the way.
    public static let scoreShard = StepKind("scoreShard", version: 1)
    /// Judges what was measured of all parts, and lists them.
    public static let monitor = StepKind("monitor", version: 1)
    /// What drift is measured against: counts of the training rows' columns.
    public static let reference = StepKind("reference", version: 1)
}

/// A file of the table that is scored.
public struct InferenceFile: Hashable, Sendable {
    /// Below the table's root.
    public let name: String
    /// In the repository.
    public let path: String
    public let digest: Digest

    public init(name: String, path: String, digest: Digest) {
        self.name = name
        self.path = path
        self.digest = digest
    }
}

/// The work of a batch inference: a step for each file, so that a file is scored again only if it, a model or a parameter changed.
public enum InferencePlanner {
    /// - Parameters:
    ///   - models: by role, the digests of the models' bytes.
    ///   - reference: the data set whose training rows drift is measured against, with its bytes' digest.
    public static func plan(
        _ inference: BatchInference, files: [InferenceFile], format: String?, models: [String: Digest], reference: (dataset: Dataset, data: Digest)?,
        state: RecordedState
    ) -> SubjectPlan {
        let subject = SubjectName(kind: BatchInference.kind, name: inference.name)
        var steps: [Step] = []
        var shared: [String: StepInput] = models.mapValues { .artefact($0) }
        if let reference {
            let step = Step(
                name: "reference", kind: .reference, parameters: ["table": ModelPlanner.table(of: reference.dataset)],
                inputs: ["data": .artefact(reference.data)], outputs: ["reference"])
            steps.append(step)
            shared["reference"] = step.output("reference")
        }
        var listed: [JSONValue] = []
        var inputs = shared
        for (index, file) in files.enumerated() {
            let number = String(repeating: "0", count: max(0, 6 - "\(index)".count)) + "\(index)"
            let step = Step(
                name: "score-\(number)", kind: .scoreShard,
                parameters: JSONValue.object([
                    "file": .string(file.name), "format": format.map { .string($0) } ?? .null, "scoring": inference.scoringParameters,
                    "onnx": inference.onnx,
                ]).droppingNulls, inputs: shared.merging(["data": .artefact(file.digest)]) { own, _ in own }, outputs: ["measures", "predictions"])
            steps.append(step)
            inputs["data-\(number)"] = .artefact(file.digest)
            inputs["measures-\(number)"] = step.output("measures")
            inputs["predictions-\(number)"] = step.output("predictions")
            listed.append(["number": .string(number), "file": .string(file.name)])
        }
        let monitor = Step(
            name: "monitor", kind: .monitor, parameters: ["files": .array(listed), "scoring": inference.scoringParameters], inputs: inputs,
            outputs: ["manifest"])
        steps.append(monitor)
        let before = PreviousSteps(subject, steps, state)
        let planned = steps.map { PlannedStep(step: $0, reason: before.reason(of: $0)) }
        return SubjectPlan(
            subject: subject, path: inference.path, specDigest: inference.digest, steps: planned, evidence: [:],
            artefacts: ["manifest": monitor.output("manifest")])
    }
}
