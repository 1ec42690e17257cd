import Attestations
import Basics
import Execution
import OrderedCollections
import Planning
import Specs
import Storage

/// The steps that the specs of a judged commit ask for, as far as the commit alone tells, with the limits that they run under: a program may tell its limits, and
/// may not end without them.
struct RecordedPlan {
    let steps: [Step]

    init(_ record: Record, _ judged: Snapshot, _ ledger: LedgerState, dvcCache: String?) throws {
        let sources = try DataFiles(judged, dvcCache: dvcCache)
            .sources(judged.catalog, PipelineFiles(judged.catalog.graph), soundData: Set(judged.catalog.datasets.keys))
        let made = PipelinePlanner.plan(judged.catalog, sources: sources, state: .nothing, instant: record.instant)
        var steps = made.pipelines.filter { $0.subject == record.subject }.flatMap(\.steps)
        if record.subject.kind == Model.kind, let model = judged.catalog.models[record.subject.name],
            let dataset = judged.catalog.datasets[model.datasetName], let data = made.data[dataset.name]
        {
            let teacher = model.teacherName.flatMap { judged.catalog.models[$0] }
            let others = OtherDataset.all(judged.catalog, data: made.data)
            let plan = ModelPlanner.plan(
                model: model, dataset: dataset, data: data, sections: [.model], state: .nothing, instant: record.instant, teacher: teacher,
                champion: nil, others: others)
            steps += plan.steps
        }
        if record.subject.kind == BatchInference.kind {
            let assessment = Assessment(
                base: judged, merged: judged, ledger: ledger, store: FileStore(at: "/dev/null"), results: NoStepResults(), threads: 1,
                instant: record.instant, change: nil, dvcCache: dvcCache)
            steps += try assessment.inferences(named: [record.subject.name]).flatMap { assessment.plan($0, made: made.data).steps }
        }
        self.steps = steps.map(\.step)
    }

    /// How a recorded step of this record was to be run. Where a training was kept, what it made has another key than the commit alone tells: then it is the step
    /// of the same name that does the same.
    func execution(of step: RecordedStep) -> StepExecution? {
        let same =
            steps.first { $0.key == step.key }
            ?? steps.first { $0.name == step.name && $0.kind.description == step.implementation && $0.parameters == step.parameters }
        return same?.execution
    }
}
