import Attestations
import Basics

/// The steps that a subject's latest record has, ready to be compared with those planned now.
struct PreviousSteps {
    private let subject: SubjectName
    private let state: RecordedState
    private let before: [String: RecordedStep]
    private let names: [Digest: String]

    init(_ subject: SubjectName, _ steps: [Step], _ state: RecordedState) {
        self.subject = subject
        self.state = state
        // Only asked if something runs.
        guard steps.contains(where: { state.steps[$0.key] == nil }) else {
            before = [:]
            names = [:]
            return
        }
        before = Dictionary(
            (state.latest[subject]?.record.draft.steps ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        names = Dictionary(steps.map { ($0.key, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    func reason(of step: Step) -> StepReason {
        if let recorded = state.steps[step.key] { return .recorded(record: recorded.record) }
        return StepReason.explain(step, before: before[step.name], names: names, state: state)
    }
}
