import Attestations
import Basics
import Specs

/// Decides which data a model is trained on when they changed: the new ones, or for the time being those that it was trained on.
///
/// Decided from the ledger, from drift that was measured as a step, and from the decision instant. What is kept is what the subject was last recorded to
/// have trained; a spec that changes the training trains on the new data in any case.
struct Retrain {
    private let settings: Retraining
    private let subject: SubjectName
    /// The training step's name in the subject's records.
    private let step: String
    private let path: [String]
    private let instant: Instant

    init(_ settings: Retraining, subject: SubjectName, step: String, path: [String], instant: Instant) {
        self.settings = settings
        self.subject = subject
        self.step = step
        self.path = path
        self.instant = instant
    }

    struct Decision {
        let training: StepInput
        /// Measures how far the new data lie from the old ones.
        var drift: Step?
        /// Why it trains though only its data changed.
        var cause: StepReason?
        /// Why it does not.
        var note: StageNote?
    }

    /// - Parameters:
    ///   - training: the step that trains on given data.
    ///   - drift: the parameters of a step that compares data.
    func decide(data: StepInput, drift parameters: JSONValue, state: RecordedState, training: (StepInput) -> Step) -> Decision {
        // What was trained since the data had drifted keeps its reason, or else the next look would find another plan and decide again.
        let recorded = state.lastSteps(having: step, of: subject)
        let measured = settings.triggers.contains(.drift) ? recorded.filter { $0.implementation == StepKind.dataDrift.description } : []
        let current = Decision(training: data, drift: measured.lazy.compactMap { drift(recorded: $0, to: data, parameters, state) }.first)
        // By its own records: what another subject has trained says nothing of this one, and would change it without a reason.
        guard !settings.triggers.contains(.data), let before = recorded.first(where: { $0.name == step }), before.key != training(data).key,
            let digest = before.inputs["data"], let old = candidates(digest, state).first(where: { training($0).key == before.key }),
            let trained = state.steps[before.key]
        else { return current }
        if let days = settings.maximumAgeDays, settings.triggers.contains(.age), let since = trained.instant, since.adding(days: days) <= instant {
            return Decision(training: data, cause: .retrained("older than \(days) days: what is trained is of \(since)"))
        }
        var kept = "trained on \(digest.short), the data have changed since"
        guard settings.triggers.contains(.drift) else {
            return Decision(training: old, note: note("\(kept): kept until it is \(settings.maximumAgeDays ?? 0) days old"))
        }
        let measuring = drift(from: old, to: data, parameters)
        guard let measured = state.documents[measuring.key], let missing = measured["missing"]?["value"]?.doubleValue else {
            return Decision(training: old, drift: measuring, note: note("\(kept): how far is measured first"))
        }
        func text(_ number: Double) -> String { JSONValue.double(number).canonicalText }
        func column(_ figure: String) -> String { measured[figure]?["column"]?.stringValue ?? "" }
        // Of a model that reads times alone there is none: they lie elsewhere in every later table.
        let largest = measured["largest"]?["value"]?.doubleValue
        if let largest, largest > settings.maximumDrift {
            let cause = "drift on '\(column("largest"))': \(text(largest)) > \(text(settings.maximumDrift))"
            return Decision(training: data, drift: measuring, cause: .retrained(cause))
        }
        // Shares of just so much apart may differ from the number in its last digit.
        if missing > settings.maximumMissingDifference + 1e-12 {
            let limit = text(settings.maximumMissingDifference)
            let cause = "drift on '\(column("missing"))': the share of missing values differs by \(text(missing)) > \(limit)"
            return Decision(training: data, drift: measuring, cause: .retrained(cause))
        }
        kept +=
            largest.map { ": kept, since the largest drift, of '\(column("largest"))', is \(text($0)) ≤ \(text(settings.maximumDrift))" }
            ?? ": kept, since times alone are read, and the largest difference of missing shares, of '\(column("missing"))', is \(text(missing)) ≤ \(text(settings.maximumMissingDifference))"
        return Decision(training: old, drift: measuring, note: note(kept))
    }

    private func drift(from old: StepInput, to data: StepInput, _ parameters: JSONValue) -> Step {
        Step(name: "\(step).drift", kind: .dataDrift, parameters: parameters, inputs: ["before": old, "after": data], outputs: ["evidence"])
    }

    /// A recorded step that measured these data; nil if it measured others, or in another way.
    private func drift(recorded: RecordedStep, to data: StepInput, _ parameters: JSONValue, _ state: RecordedState) -> Step? {
        guard let before = recorded.inputs["before"] else { return nil }
        return candidates(before, state).lazy.map { drift(from: $0, to: data, parameters) }.first { $0.key == recorded.key }
    }

    private func note(_ text: String) -> StageNote { StageNote(stage: step, explanation: text, isProblem: false, path: path) }

    /// What the recorded bytes may have been to the step: a file's, or some other step's output.
    private func candidates(_ digest: Digest, _ state: RecordedState) -> [StepInput] {
        var found: [StepInput] = [.artefact(digest)]
        for (key, output) in state.steps.sorted(by: { $0.key < $1.key }) {
            for (name, made) in output.outputs.sorted(by: { $0.key < $1.key }) where made == digest { found.append(.output(step: key, name: name)) }
        }
        return found
    }
}
