import Attestations
import Basics
import Diagnostics
import Git
import OrderedCollections
import Planning
import Policies
import Specs

/// The files of the repository that programs of pipelines read.
struct PipelineFiles {
    struct Use {
        let pipeline: Pipeline
        let stage: Pipeline.Stage
        let input: String
        let path: String
        let isPointer: Bool
        let pinned: Digest?

        func span(_ field: String) -> SourceSpan { pipeline.resource.span(at: stage.path + ["run", "inputs", input, field]) }
    }

    let uses: [Use]

    init(_ graph: PipelineGraph) {
        uses = graph.instances.sorted { $0.key < $1.key }.flatMap { _, all in
            all.instances.values.flatMap { instance in
                instance.files.map { name, path in
                    let input = instance.body["inputs"]?[name]
                    return Use(
                        pipeline: all.pipeline, stage: instance.stage, input: name, path: path, isPointer: input?["dvc"] != nil,
                        pinned: input?["digest"]?.stringValue.flatMap(Digest.init(_:)))
                }
            }
        }
    }

    /// What is wrong with them, given what there is at each path: nil for nothing.
    func problems(_ actual: (Use) throws -> Result<Digest, DVCPointer.Problem>?) rethrows -> [Diagnostic] {
        var seen: Set<String> = []
        return try uses.compactMap { use in
            guard seen.insert("\(use.pipeline.name)/\(use.stage.name)/\(use.input)/\(use.path)").inserted else { return nil }
            switch try actual(use) {
            case nil:
                return Diagnostic(
                    .dataMissing, "there is no file '\(use.path)' in the repository", at: use.span(use.isPointer ? "dvc" : "path"),
                    hint: "add and commit it, or mend the path")
            case .failure(let problem):
                return Diagnostic(.dataPointer, problem.message, at: use.span("dvc"), hint: problem.hint)
            case .success(let digest):
                guard let pinned = use.pinned, pinned != digest else { return nil }
                return Diagnostic(
                    .dataDigestMismatch, "'\(use.path)' is not what the input '\(use.input)' pins: it is \(digest)", at: use.span("digest"),
                    hint: "if the new file is meant, write digest: \(digest)")
            }
        }
    }

    /// Those that a change touches: what a pipeline of the base runs decides what its data are.
    func touched(by files: [String]) -> [ChangeGuard.Touched] {
        let changed = Set(files)
        var seen: Set<String> = []
        return uses.filter { changed.contains($0.path) && seen.insert($0.path).inserted }.map { use in
            ChangeGuard.Touched(
                file: use.path, description: "\(use.path) is read by the stage '\(use.stage.name)' of the pipeline '\(use.pipeline.name)'",
                location: FileLocation(use.span("path")))
        }
    }
}

extension DataFiles {
    /// What stages can read: data sets and files that are what they must be.
    func sources(_ catalog: Catalog, _ files: PipelineFiles, soundData: Set<String>) throws(GitError) -> PipelineSources {
        var datasets: [String: Digest] = [:]
        for dataset in catalog.datasets.values where soundData.contains(dataset.name) { datasets[dataset.name] = dataset.pinned }
        var digests: [String: Digest] = [:]
        for use in files.uses where digests[use.path] == nil {
            guard case .success(let digest)? = try digest(ofFile: use.path, isPointer: use.isPointer), use.pinned ?? digest == digest else {
                continue
            }
            digests[use.path] = digest
        }
        return PipelineSources(datasets: datasets, files: digests)
    }
}
