import Attestations
import Basics

extension StepReason {
    /// Why `step`, which nothing vouches for, runs.
    ///
    /// - Parameters:
    ///   - before: the step of that name in the subject's latest record.
    ///   - names: the subject's steps by key.
    static func explain(_ step: Step, before: RecordedStep?, names: [Digest: String], state: RecordedState) -> StepReason {
        guard let before else { return .first }
        if let due = scheduled(step, before) { return due }
        var changes: [String] = []
        if before.implementation != step.kind.description {
            changes.append("the engine's \(before.implementation) became \(step.kind)")
        }
        changes += differences(from: before.parameters, to: step.parameters, at: "")
        for (name, input) in step.inputs.sorted(by: { $0.key < $1.key }) {
            switch input {
            case .artefact(let digest):
                if let old = before.inputs[name], old != digest { changes.append("\(name) changed from \(old.short) to \(digest.short)") }
            case .output(let key, _):
                if state.steps[key] == nil, let upstream = names[key] {
                    changes.append("\(name) comes from \(upstream), which runs")
                }
            }
        }
        return .changed(changes.isEmpty ? ["its inputs changed"] : changes)
    }

    /// A program that runs only since its schedule was due again.
    private static func scheduled(_ step: Step, _ before: RecordedStep) -> StepReason? {
        guard step.kind == .command, let tick = step.parameters["environment"]?[ProgramStage.tick]?.stringValue,
            before.implementation == step.kind.description, let last = before.parameters["environment"]?[ProgramStage.tick], last != .string(tick)
        else { return nil }
        let others = step.parameters.dropping(members: [ProgramStage.tick]) != before.parameters.dropping(members: [ProgramStage.tick])
        return others ? nil : .scheduled(since: tick)
    }

    /// `estimator.rounds: 200 → 300` for each leaf that differs; long lists are named, not printed.
    private static func differences(from old: JSONValue, to new: JSONValue, at path: String) -> [String] {
        if old == new { return [] }
        if case .object(let before) = old, case .object(let after) = new {
            return Set(before.keys).union(after.keys).sorted().flatMap { key in
                differences(from: before[key] ?? .null, to: after[key] ?? .null, at: path.isEmpty ? key : "\(path).\(key)")
            }
        }
        func shown(_ value: JSONValue) -> String {
            let text = value.canonicalText
            return text.count <= 40 ? text : "…"
        }
        if case .array = old, case .array = new { return ["\(path) changed"] }
        return ["\(path): \(shown(old)) → \(shown(new))"]
    }
}
