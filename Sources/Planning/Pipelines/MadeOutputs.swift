import Basics
import OrderedCollections
import Specs

/// What stages make, as it gets known while they are planned one after another. One object, since a stage's plan looks at it and the next adds to it.
final class MadeOutputs {
    let catalog: Catalog
    let state: RecordedState
    private let sources: PipelineSources
    private var made: [PipelineGraph.Node: [String: StepInput]] = [:]

    init(_ catalog: Catalog, _ sources: PipelineSources, _ state: RecordedState) {
        self.catalog = catalog
        self.state = state
        self.sources = sources
    }

    /// Nil: the stage is left out, or not planned yet.
    func outputs(of node: PipelineGraph.Node) -> [String: StepInput]? { made[node] }

    func note(_ outputs: [String: StepInput], of node: PipelineGraph.Node) { made[node] = outputs }

    func instances(of pipeline: String) -> StageInstances? { catalog.graph.instances[pipeline] }

    /// What a text such as `stage.output` stands for.
    func input(_ text: String, in pipeline: String) -> StepInput? {
        guard case .output(let id, let name)? = catalog.graph.instances[pipeline]?.resolve(text) else { return nil }
        return made[PipelineGraph.Node(pipeline: pipeline, instance: id)]?[name]
    }

    /// Nil: its bytes are not what they must be, or the stage that would make it is left out.
    func input(ofDataset name: String) -> StepInput? {
        guard case .pipeline(let pipeline, let output)? = catalog.datasets[name]?.source else {
            return sources.datasets[name].map { .artefact($0) }
        }
        return input(output, in: pipeline)
    }

    func file(_ path: String) -> Digest? { sources.files[path] }
}
