import Planning
import Specs

/// What is to be planned: some or all of a snapshot's pipelines and models, and what their work may read.
struct WorkList {
    let models: [Model]
    /// Names of pipelines that are decided about. Of others only what a model's data need is run.
    let pipelines: Set<String>
    let sources: PipelineSources
    let graph: PipelineGraph
}
