import Basics
import Specs

/// What has to be there before a model that something else trains, or a student: the teacher's steps, the training rows for a program, the program.
struct ReadyModelSteps {
    private(set) var steps: [Step] = []
    /// Of the step `train`: `file`, a model that is ready; `teacher`, the model whose predictions are learnt, and `teacherDecision`, the rule that calibrates them.
    private(set) var inputs: [String: StepInput] = [:]
    /// The teacher's model.
    private(set) var teacher: StepInput?
    private let isReady: Bool

    init(_ spec: JSONValue, data: StepInput, parameters: [String: JSONValue], teacher: TrainingSteps?) {
        let estimator = spec["estimator"] ?? .null
        let type = estimator["type"]?.stringValue ?? ""
        isReady = type == "onnx" || type == "command"
        if type == "onnx" { inputs["file"] = Self.pinned(estimator) }
        if type == "command" {
            steps = Self.program(estimator, data, parameters)
            inputs["file"] = steps[1].output("model")
        }
        if let teacher {
            // Chances are what is learnt: a calibration makes them of the teacher's scores.
            let calibration = isReady ? nil : teacher.calibration
            inputs["teacherDecision"] = calibration
            // The same work under names of a teacher's.
            steps += (calibration == nil ? teacher.before + teacher.search + [teacher.train] : teacher.steps).map { step in
                Step(
                    name: "teacher-\(step.name)", kind: step.kind, parameters: step.parameters, inputs: step.inputs, outputs: step.outputs,
                    execution: step.execution)
            }
            self.teacher = teacher.train.output("model")
        } else if let file = spec["teacher"].flatMap(Self.pinned) {
            var own = parameters.filter { ["table", "task", "label", "features", "quantile"].contains($0.key) }
            own["estimator"] = Self.reading(spec["teacher"] ?? .null, type: "onnx")
            let step = Step(
                name: "teacher", kind: .train, parameters: .object(own), inputs: ["data": data, "file": file], outputs: ["evidence", "model"])
            steps.append(step)
            self.teacher = step.output("model")
        }
        if !isReady, let learnt = self.teacher { inputs["teacher"] = learnt }
    }

    /// The parameters of the step `train`.
    func trained(_ parameters: [String: JSONValue]) -> [String: JSONValue] {
        guard isReady, let estimator = parameters["estimator"] else { return parameters }
        var own = parameters
        own["estimator"] = Self.reading(estimator, type: estimator["type"]?.stringValue ?? "")
        return own
    }

    private static func pinned(_ body: JSONValue) -> StepInput? { body["digest"]?.stringValue.flatMap(Digest.init(_:)).map { .artefact($0) } }

    /// How an ONNX file is applied; where it lies makes no difference.
    private static func reading(_ body: JSONValue, type: String) -> JSONValue {
        var members: [String: JSONValue] = ["type": .string(type)]
        for name in ["inputs", "output", "outputColumn", "classes"] { members[name] = body[name] }
        if let path = body["writes"]?.stringValue, !path.hasSuffix(".onnx") { members["format"] = "xgboost" }
        return .object(members)
    }

    /// The training rows, and the program that is given them.
    private static func program(_ estimator: JSONValue, _ data: StepInput, _ parameters: [String: JSONValue]) -> [Step] {
        var wanted = parameters.filter { ["table", "label", "features", "weights"].contains($0.key) }
        let rows = Step(name: "training-rows", kind: .trainingRows, parameters: .object(wanted), inputs: ["data": data], outputs: ["table"])
        let label = (wanted["table"]?["columns"]?.arrayValue ?? []).first { $0["name"] == wanted["label"] }
        wanted["positive"] = label?["positive"]
        wanted["table"] = nil
        for name in ["task", "quantile"] { wanted[name] = parameters[name] }
        let path = estimator["writes"]?.stringValue ?? "model.onnx"
        wanted["seed"] = estimator["seed"]
        wanted["settings"] = estimator["settings"] ?? [:]
        wanted["data"] = "train.parquet"
        wanted["model"] = .string(path)
        var files: [String: JSONValue] = ["table": "train.parquet"]
        var inputs = ["table": rows.output("table")]
        for (place, text) in estimator["files"]?.objectValue ?? [:] {
            guard let digest = text.stringValue.flatMap(Digest.init(_:)) else { continue }
            files["file:\(place)"] = .string(place)
            inputs["file:\(place)"] = .artefact(digest)
        }
        var execution = StepExecution()
        execution.timeoutSeconds = estimator["timeout"]?.stringValue.flatMap(SpecQuantities.seconds)
        let resources = estimator["resources"] ?? .null
        func bytes(_ name: String) -> Int64? { resources[name]?.stringValue.flatMap(SpecQuantities.bytes) }
        execution.resources = StepResources(
            cpus: Int(resources["cpus"]?.intValue ?? 1), memoryBytes: bytes("memory"), processes: resources["processes"]?.intValue.map { Int($0) },
            fileBytes: bytes("disk"))
        let fit = Step(
            name: "fit", kind: .command,
            parameters: [
                "command": estimator["command"] ?? .array([]), "environment": estimator["environment"] ?? [:], "files": .object(files),
                "outputs": ["model": .string(path)], "network": estimator["network"] ?? false, "parameters": .object(wanted),
            ], inputs: inputs, outputs: ["log", "model"], execution: execution)
        return [rows, fit]
    }
}
