import Attestations
import Basics
import Diagnostics
import Execution
import OrderedCollections
import Planning
import Policies
import Specs

extension Assessment {
    /// A pipeline passes if every stage that should run did. What it made is recorded in either case.
    func assessed(pipeline plan: SubjectPlan, _ steps: [RecordedStep], _ findings: [Finding], _ artefacts: [String: Digest]) throws -> AssessedSubject
    {
        let verdict = Verdict(
            subject: plan.subject, outcome: findings.map(\.outcome).reduce(.pass) { $0.combined(with: $1) }, rules: [], findings: findings,
            nextBoundary: plan.nextBoundary)
        return AssessedSubject(
            plan: plan, steps: steps, evidence: [:], artefacts: artefacts, documents: try driftDocuments(steps), verdict: verdict)
    }

    /// What training was decided by is kept in the ledger, so that the next plan can read it.
    func driftDocuments(_ steps: [RecordedStep]) throws -> [[UInt8]] {
        try steps.filter { $0.implementation == StepKind.dataDrift.description }.compactMap { $0.outputs["evidence"] }.map { try document($0) }
    }

    /// Stages that do not run though they should.
    func findings(on notes: [StageNote], of subject: SubjectName) -> [Finding] {
        let resource = merged.catalog.resource(kind: subject.kind, name: subject.name)
        return notes.filter(\.isProblem).map { note in
            Finding(
                kind: "stageLeftOut", outcome: .undecided, message: "'\(note.stage)' does not run: \(note.explanation)", hint: nil,
                location: resource.map { FileLocation($0.span(at: note.path)) })
        }
    }

    /// Where the spec says what a step of a pipeline does.
    func location(of step: Step, in subject: SubjectName) -> FileLocation? {
        guard subject.kind == Pipeline.kind, let pipeline = merged.catalog.pipelines[subject.name] else { return nil }
        let name = step.name.split { $0 == "@" || $0 == "." }.first.map { String($0) } ?? step.name
        return pipeline.stages.first { $0.name == name }.map { FileLocation(pipeline.resource.span(at: $0.path + ["name"])) }
    }
}
