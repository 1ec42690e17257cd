import Attestations
import Basics

extension StepReason {
    /// Why `step` runs or need not, given what the ledger holds.
    static func explain(_ step: Step, subject: SubjectName, siblings: [Step], state: RecordedState) -> StepReason {
        if let recorded = state.steps[step.key] { return .recorded(record: recorded.record) }
        guard let before = state.latest[subject]?.record.draft.steps.first(where: { $0.name == step.name }) else { return .first }
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
                if state.steps[key] == nil, let upstream = siblings.first(where: { $0.key == key }) {
                    changes.append("\(name) comes from \(upstream.name), which runs")
                }
            }
        }
        return .changed(changes.isEmpty ? ["its inputs changed"] : changes)
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
