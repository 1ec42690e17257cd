import Attestations
public import Basics
public import Specs

extension StepKind {
    /// Scores one part of a table, and measures it on the way.
    public static let scoreShard = StepKind("scoreShard", version: 9)
    /// Judges what was measured of all parts, and lists them.
    public static let monitor = StepKind("monitor", version: 8)
    /// What drift is measured against: counts of the training rows' columns.
    public static let reference = StepKind("reference", version: 4)
}

/// A file of the table that is scored, or some row groups of one.
public struct InferenceFile: Hashable, Sendable {
    /// Below the table's root.
    public let name: String
    /// In the repository; nil for what a pipeline makes.
    public let path: String?
    public let data: StepInput
    /// Nil: all of it.
    public let groups: Range<Int>?

    public init(name: String, path: String?, data: StepInput, groups: Range<Int>? = nil) {
        self.name = name
        self.path = path
        self.data = data
        self.groups = groups
    }
}

/// The work of a batch inference: a step for each file, so that a file is scored again only if it, a model or a parameter changed.
public enum InferencePlanner {
    /// - Parameters:
    ///   - models: by role, the digests of the models' bytes.
    ///   - decisions: by role, the digests of the decision rules that the models were judged with.
    ///   - reasons: `adverseReasons` of the model that decides.
    ///   - reference: the data set whose training rows drift is measured against, with its bytes.
    public static func plan(
        _ inference: BatchInference, files: [InferenceFile], format: String?, models: [String: Digest],
        decisions: [String: Digest] = [:], reasons: JSONValue? = nil, reference: (dataset: Dataset, data: StepInput)?,
        state: RecordedState
    ) -> SubjectPlan {
        let subject = SubjectName(kind: BatchInference.kind, name: inference.name)
        let scoring = inference.scoringParameters(reasons: reasons)
        var steps: [Step] = []
        var shared: [String: StepInput] = models.mapValues { .artefact($0) }
        for (role, rule) in decisions { shared["decision:\(role)"] = .artefact(rule) }
        if let reference {
            let step = Step(
                name: "reference", kind: .reference, parameters: ["table": ModelPlanner.table(of: reference.dataset)],
                inputs: ["data": reference.data], outputs: ["reference"])
            steps.append(step)
            shared["reference"] = step.output("reference")
        }
        var listed: [JSONValue] = []
        var inputs = shared
        for (index, file) in files.enumerated() {
            let number = String(repeating: "0", count: max(0, 6 - "\(index)".count)) + "\(index)"
            let groups = file.groups.map { JSONValue.array([.int(Int64($0.lowerBound)), .int(Int64($0.upperBound))]) }
            let step = Step(
                name: "score-\(number)", kind: .scoreShard,
                parameters: JSONValue.object([
                    "file": .string(file.name), "format": format.map { .string($0) } ?? .null, "groups": groups ?? .null,
                    "scoring": scoring, "onnx": inference.onnx,
                ]).droppingNulls, inputs: shared.merging(["data": file.data]) { own, _ in own }, outputs: ["measures", "predictions"],
                execution: StepExecution(series: subject.description))
            steps.append(step)
            inputs["data-\(number)"] = file.data
            inputs["measures-\(number)"] = step.output("measures")
            inputs["predictions-\(number)"] = step.output("predictions")
            listed.append(JSONValue.object(["number": .string(number), "file": .string(file.name), "groups": groups ?? .null]).droppingNulls)
        }
        let monitor = Step(
            name: "monitor", kind: .monitor,
            parameters: JSONValue.object([
                "files": .array(listed), "format": format.map { .string($0) } ?? .null, "scoring": scoring,
            ]).droppingNulls, inputs: inputs,
            outputs: ["manifest"])
        steps.append(monitor)
        let before = PreviousSteps(subject, steps, state)
        let planned = steps.map { PlannedStep(step: $0, reason: before.reason(of: $0)) }
        return SubjectPlan(
            subject: subject, path: inference.path, specDigest: inference.digest, steps: planned, evidence: [:],
            artefacts: ["manifest": monitor.output("manifest")])
    }
}
