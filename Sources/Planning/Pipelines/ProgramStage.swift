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
        let place = input["as"]?.stringValue
        if let path = input["path"]?.stringValue ?? input["dvc"]?.stringValue {
            guard let digest = work.made.file(path) else { preconditionFailure("a planned stage's files are there") }
            let own = input["dvc"] == nil ? path : String(path.dropLast(path.hasSuffix(".dvc") ? 4 : 0))
            return [(name, .artefact(digest), place ?? own)]
        }
        if let dataset = input["dataset"]?.stringValue {
            guard let data = work.made.input(ofDataset: dataset) else { preconditionFailure("a planned stage's data set is there") }
            let source = work.catalog.datasets[dataset]
            return [(name, data, place ?? "\(name).\(source?.format ?? "parquet")")]
        }
        guard let text = input["from"]?.stringValue, let reference = work.instances?.resolve(text) else { return [] }
        switch reference {
        case .output(let id, let output):
            guard let made = work.output(id, output) else { preconditionFailure("a planned stage's inputs are made") }
            return [(name, made, place ?? name + ending(id, output))]
        case .all(let stage, let output):
            return (work.instances?.matrices[stage] ?? []).compactMap { id in
                let suffix = id.dropFirst(stage.count + 1)
                return work.output(id, output).map { ("\(name)@\(suffix)", $0, "\(place ?? name)/\(suffix)\(ending(id, output))") }
            }
        }
    }

    /// The end of the name of the file that holds an output.
    private func ending(_ id: String, _ output: String) -> String {
        guard let instance = work.instances?.instances[id] else { return "" }
        if instance.stage.makesTables || output == "scores" { return ".parquet" }
        guard instance.stage.work == .run else { return ".json" }
        if output == "log" { return ".log" }
        let file = instance.body["outputs"]?[output]?.stringValue?.split(separator: "/").last ?? ""
        return file.lastIndex(of: ".").map { String(file[$0...]) } ?? ""
    }
}
