public import Attestations
import Basics

extension StepKind {
    /// p-values of several models, corrected for being many.
    public static let significance = StepKind("significance", version: 2)
}

/// The tests that one run makes anew, of all its models and attributes: they are corrected together.
///
/// A model whose tests are those of its latest record keeps the family that it was judged with then, so that a run with nothing new plans what is
/// recorded, and the gate and the reconciler that follows it come to the same family for the same change.
public enum TestFamily {
    private static let name = "significance"

    private struct Member {
        let subject: SubjectName
        /// By section, the step that makes its evidence.
        let tests: [EvidenceSchema.Section: Digest]

        var json: JSONValue {
            .object(Dictionary(uniqueKeysWithValues: tests.map { ($0.key.rawValue, .string($0.value.description)) }))
        }

        /// `model.fairness`, as the family's step names what it reads.
        func input(_ section: EvidenceSchema.Section) -> String { "\(subject.name).\(section.rawValue)" }
    }

    /// The same plans, each with the step that corrects its tests.
    ///
    /// - Parameter asking: the models of which a policy reads corrected p-values. Others' tests are not made for this and do not count.
    public static func joined(_ plans: [SubjectPlan], asking: Set<SubjectName>, state: RecordedState) -> [SubjectPlan] {
        guard !asking.isEmpty else { return plans }
        var families: [SubjectName: Step] = [:]
        var new: [Member] = []
        for plan in plans where asking.contains(plan.subject) {
            let member = member(plan)
            guard !member.tests.isEmpty else { continue }
            if let known = recorded(member, state) { families[plan.subject] = known } else { new.append(member) }
        }
        let step = family(new.sorted { $0.subject < $1.subject })
        for member in new { families[member.subject] = step }
        return plans.map { plan in families[plan.subject].map { plan.adding($0, state) } ?? plan }
    }

    private static func member(_ plan: SubjectPlan) -> Member {
        var tests: [EvidenceSchema.Section: Digest] = [:]
        for section in [EvidenceSchema.Section.fairness, .comparison] {
            if case .output(let key, _)? = plan.evidence[section] { tests[section] = key }
        }
        return Member(subject: plan.subject, tests: tests)
    }

    private static func family(_ members: [Member]) -> Step {
        var inputs: [String: StepInput] = [:]
        for member in members {
            for (section, key) in member.tests { inputs[member.input(section)] = .output(step: key, name: "evidence") }
        }
        let names = members.map(\.subject.name)
        return Step(
            name: name, kind: .significance,
            parameters: ["members": .object(Dictionary(uniqueKeysWithValues: members.map { ($0.subject.name, $0.json) }))], inputs: inputs,
            outputs: names)
    }

    /// The family of the subject's latest record, if the subject's tests in it are those of now.
    private static func recorded(_ member: Member, _ state: RecordedState) -> Step? {
        guard let before = state.latest[member.subject]?.record.draft.steps.first(where: { $0.name == name }),
            let all = before.parameters["members"]?.objectValue, all[member.subject.name] == member.json
        else { return nil }
        let members = all.keys.sorted().map { model -> Member in
            var tests: [EvidenceSchema.Section: Digest] = [:]
            for (section, key) in all[model]?.objectValue ?? [:] {
                if let section = EvidenceSchema.Section(rawValue: section), let key = key.stringValue.flatMap({ Digest($0) }) { tests[section] = key }
            }
            return Member(subject: SubjectName(kind: member.subject.kind, name: model), tests: tests)
        }
        let step = family(members)
        return step.key == before.key && state.steps[step.key] != nil ? step : nil
    }
}

extension SubjectPlan {
    /// The same with a family's step and what it says of this subject.
    fileprivate func adding(_ step: Step, _ state: RecordedState) -> SubjectPlan {
        let reason = PreviousSteps(subject, steps.map(\.step) + [step], state).reason(of: step)
        var evidence = evidence
        evidence[.significance] = step.output(subject.name)
        return SubjectPlan(
            subject: subject, path: path, specDigest: specDigest, steps: steps + [PlannedStep(step: step, reason: reason)], evidence: evidence,
            artefacts: artefacts, notes: notes, nextBoundary: nextBoundary)
    }
}
