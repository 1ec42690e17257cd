import Planning
import Specs

/// What is to be planned: some or all of a snapshot's pipelines, models and batch inferences, and what their work may read.
struct WorkList {
    let models: [Model]
    /// Names of pipelines that are decided about. Of others only what a model's data need is run.
    let pipelines: Set<String>
    let sources: PipelineSources
    var inferences: [ResolvedInference] = []

    /// With the batch inferences of `assessment`'s snapshot; nil: all of them.
    func with(inferences names: Set<String>?, of assessment: Assessment) throws -> WorkList {
        var list = self
        list.inferences = try assessment.inferences(named: names)
        return list
    }
}
