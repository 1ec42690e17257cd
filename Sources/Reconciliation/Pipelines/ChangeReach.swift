import Attestations
import Basics
import Diagnostics
import Foundation
import Git
import OrderedCollections
import Planning
import Policies
import Specs

/// What a change can alter: the models, pipelines and batch inferences whose specs, data, files or work differ from the base's.
struct ChangeReach {
    let models: [Model]
    /// Names of pipelines.
    let pipelines: Set<String>
    /// Names of batch inferences.
    let inferences: Set<String>
    /// Data sets that stages read.
    let datasets: [String]
    /// What is wrong with the files that those pipelines' programs read.
    let fileProblems: [Diagnostic]
    let workList: WorkList

    /// - Parameters:
    ///   - base: nil on a first push, which reaches everything.
    ///   - data: the merge result's.
    init(from base: Snapshot?, to merged: Snapshot, _ data: DataFiles, dvcCache: String?, instant: Instant) throws {
        let graph = merged.catalog.graph
        let files = PipelineFiles(graph)
        let differing = try merged.catalog.models.values.filter { try Self.differs($0, base, merged) }
        let own = differing.map(\.datasetName)
        let read = Self.datasets(of: graph) + own + own.compactMap { merged.catalog.datasets[$0] }.flatMap { OtherDataset.named(by: $0) }
        let sources = try data.sources(merged.catalog, files, soundData: try Self.sound(read, merged, data))
        let now = PipelinePlanner.plan(merged.catalog, sources: sources, state: .nothing, instant: instant)
        var before: PipelinePlanner.Result?
        if let base, !base.catalog.pipelines.isEmpty {
            let old = DataFiles(base, dvcCache: dvcCache)
            let oldGraph = base.catalog.graph
            let sound = try Self.sound(Self.datasets(of: oldGraph), base, old)
            before = PipelinePlanner.plan(
                base.catalog, sources: try old.sources(base.catalog, PipelineFiles(oldGraph), soundData: sound), state: .nothing, instant: instant)
        }
        let previous = Dictionary((before?.pipelines ?? []).map { ($0.subject.name, $0) }, uniquingKeysWith: { first, _ in first })
        let reached = now.pipelines.filter { plan in
            guard let old = previous[plan.subject.name] else { return true }
            return old.specDigest != plan.specDigest || old.steps.map(\.step.key) != plan.steps.map(\.step.key) || old.notes != plan.notes
        }.map(\.subject.name)
        let reachedNames = Set(reached)
        pipelines = reachedNames
        let names = Set(differing.map(\.name))
        let models = merged.catalog.models.values.filter { model in
            if names.contains(model.name) { return true }
            guard case .pipeline? = merged.catalog.datasets[model.datasetName]?.source else { return false }
            return before?.data[model.datasetName] != now.data[model.datasetName]
        }
        self.models = models
        inferences = Set(
            try merged.catalog.inferences.values.filter { inference in
                if try InferenceReach(base, merged).differs(inference) { return true }
                return [inference.datasetName, inference.referenceName].contains { name in
                    guard let name, case .pipeline? = merged.catalog.datasets[name]?.source else { return false }
                    return before?.data[name] != now.data[name]
                }
            }.map(\.name))
        let reachedNodes = graph.nodes.filter { reachedNames.contains($0.pipeline) }
        datasets = Set(reachedNodes.compactMap { graph.instances[$0.pipeline]?.instances[$0.instance] }.flatMap { graph.datasets(of: $0) }).sorted()
        fileProblems = try files.problems { try data.digest(ofFile: $0.path, isPointer: $0.isPointer) }
        workList = WorkList(models: models, pipelines: reachedNames, sources: sources)
    }

    private static func datasets(of graph: PipelineGraph) -> [String] {
        graph.nodes.compactMap { graph.instances[$0.pipeline]?.instances[$0.instance] }.flatMap { graph.datasets(of: $0) }
    }

    private static func sound(_ names: [String], _ snapshot: Snapshot, _ data: DataFiles) throws -> Set<String> {
        Set(try Set(names).compactMap { snapshot.catalog.datasets[$0] }.filter { try data.problem(with: $0) == nil }.map(\.name))
    }

    /// Whether the spec, data set, data file or documents differ.
    private static func differs(_ model: Model, _ base: Snapshot?, _ merged: Snapshot) throws -> Bool {
        guard let base, let before = base.catalog.models[model.name], before.digest == model.digest else { return true }
        let others = merged.catalog.datasets[model.datasetName].map { OtherDataset.named(by: $0) } ?? []
        for name in [model.datasetName] + others {
            guard let dataset = merged.catalog.datasets[name], let old = base.catalog.datasets[name] else { return true }
            if dataset.digest != old.digest { return true }
            if let path = dataset.sourcePath, let oldPath = old.sourcePath, try merged.fileID(path) != base.fileID(oldPath) { return true }
        }
        let documents = model.documents.flatMap { [$0.path, $0.path + DetachedSignatures.suffix] }
        if let name = model.teacherName, let teacher = merged.catalog.models[name], try differs(teacher, base, merged) { return true }
        return try (documents + model.pinnedFiles.map(\.path)).contains { try merged.fileID($0) != base.fileID($0) }
    }
}
