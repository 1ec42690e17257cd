import Basics
import OrderedCollections
import Specs

/// A stage that runs a program, as a step of the kind `command`.
struct ProgramStage {
    let work: StageWork
    let execution: StepExecution

    /// The variable that says when the pipeline's schedule was last due.
    static let tick = "PROVISO_TICK"

    func plan() -> StageWork.Planned {
        let body = work.instance.body
        var files: [String: JSONValue] = [:]
        var inputs: [String: StepInput] = [:]
        for (name, input) in (body["inputs"]?.objectValue ?? [:]) {
            for part in parts(name, input) {
                inputs[part.name] = part.input
                files[part.name] = .string(part.path)
            }
        }
        var environment = (body["environment"]?.objectValue ?? [:]).mapValues(Self.text)
        if let schedule = work.pipeline.schedule, body["scheduled"]?.boolValue != false, let tick = schedule.latest(atOrBefore: work.instant) {
            environment[Self.tick] = .string(tick.description)
        }
        let outputs = body["outputs"]?.objectValue ?? [:]
        let parameters: JSONValue = [
            "command": .array((body["command"]?.arrayValue ?? []).map(Self.text)), "environment": .object(environment), "files": .object(files),
            "outputs": .object(outputs), "network": body["network"] ?? .bool(false), "parameters": body["parameters"] ?? [:],
        ]
        return StageWork.Planned(
            Step(
                name: work.instance.id, kind: .command, parameters: parameters, inputs: inputs, outputs: outputs.keys.sorted() + ["log"],
                execution: execution))
    }

    private static func text(_ value: JSONValue) -> JSONValue { .string(value.stringValue ?? value.canonicalText) }

    private func parts(_ name: String, _ input: JSONValue) -> [(name: String, input: StepInput, path: String)] {
        let places = work.instances?.places(of: input, named: name) { work.catalog.datasets[$0]?.format } ?? []
        return places.map { place in
            if let made = place.made {
                guard let output = work.output(made.instance, made.output) else { preconditionFailure("a planned stage's inputs are made") }
                return (self.name(of: made, named: name, input), output, place.path)
            }
            if let dataset = input["dataset"]?.stringValue {
                guard let data = work.made.input(ofDataset: dataset) else { preconditionFailure("a planned stage's data set is there") }
                return (name, data, place.path)
            }
            guard let digest = (input["path"] ?? input["dvc"])?.stringValue.flatMap({ work.made.file($0) }) else {
                preconditionFailure("a planned stage's files are there")
            }
            return (name, .artefact(digest), place.path)
        }
    }

    /// The input's own name, or with the values of the matrix behind it where it stands for all instances of a stage.
    private func name(of made: InputPlace.Made, named name: String, _ input: JSONValue) -> String {
        guard case .all(let stage, _)? = input["from"]?.stringValue.flatMap({ work.instances?.resolve($0) }) else { return name }
        return "\(name)@\(made.instance.dropFirst(stage.count + 1))"
    }
}
