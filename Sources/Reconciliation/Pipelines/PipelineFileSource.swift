import Basics
import Diagnostics
import Execution
import Foundation
import Git
import OrderedCollections
import Planning
import Specs
import Storage
import Synchronization

/// Where a pipeline's specs and the files that it reads come from.
protocol PipelineFileSource {
    var catalog: Catalog { get }
    var diagnostics: [Diagnostic] { get }
    /// What stages can read, and what is wrong with the rest.
    func sources(_ graph: PipelineGraph) throws -> (PipelineSources, [Diagnostic])
    /// Puts files with these digests into a store.
    func store(_ digests: Set<Digest>, _ graph: PipelineGraph, in store: FileStore) throws
    func finish() throws
}

/// A commit, read without a checkout.
struct CommitPipelineFiles: PipelineFileSource {
    private let snapshot: Snapshot
    private let files: CommitFiles
    private let data: DataFiles

    init(_ options: PipelineRun.Options, revision: String) throws {
        let repository = try Repository.open(at: options.folder, objectWrites: .inMemory)
        snapshot = try Snapshot(repository, tree: try repository.commit(try repository.resolve(revision)).tree)
        files = CommitFiles(snapshot, dvcCache: options.dvcCache)
        data = DataFiles(snapshot, dvcCache: options.dvcCache)
    }

    var catalog: Catalog { snapshot.catalog }
    var diagnostics: [Diagnostic] { snapshot.diagnostics }

    func sources(_ graph: PipelineGraph) throws -> (PipelineSources, [Diagnostic]) {
        let uses = PipelineFiles(graph)
        let datasets = Array(catalog.datasets.values)
        let sound = Set(try datasets.filter { try data.problem(with: $0) == nil }.map(\.name))
        let problems = try data.problems(datasets) + uses.problems { try data.digest(ofFile: $0.path, isPointer: $0.isPointer) }
        return (try data.sources(catalog, uses, soundData: sound), problems)
    }

    func store(_ digests: Set<Digest>, _ graph: PipelineGraph, in store: FileStore) throws {
        for digest in digests.sorted() { if let bytes = try files.bytes(of: digest) { _ = try store.put(bytes) } }
    }

    func finish() {}
}

/// The files as they lie in a work tree. What has not changed since it was last read is not read again.
final class WorkTreePipelineFiles: PipelineFileSource {
    let catalog: Catalog
    let diagnostics: [Diagnostic]
    private let tree: WorkTreeData

    init(_ options: PipelineRun.Options) throws {
        let (catalog, _, problems) = try Validation.catalog(ofFolder: options.folder)
        self.catalog = catalog
        // A folder with pipelines and nothing else can be tried; to be governed it needs the rest.
        diagnostics = problems.filter { $0.code != .missingRepositorySpec }
        tree = WorkTreeData(
            folder: options.folder, dvcCache: options.dvcCache, digests: FileDigests(at: options.state + "/digests"))
    }

    func sources(_ graph: PipelineGraph) throws -> (PipelineSources, [Diagnostic]) {
        var problems: [Diagnostic] = []
        var datasets: [String: Digest] = [:]
        // Data sets that nothing of a pipeline reads are not looked at.
        let read = Set(graph.nodes.flatMap { node in graph.instances[node.pipeline]?.instances[node.instance].map { graph.datasets(of: $0) } ?? [] })
        for dataset in catalog.datasets.values where read.contains(dataset.name) {
            if let problem = try tree.problem(with: dataset) { problems.append(problem) } else { datasets[dataset.name] = dataset.pinned }
        }
        let uses = PipelineFiles(graph)
        problems += try uses.problems { try tree.digest(ofFile: $0.path, isPointer: $0.isPointer) }
        var files: [String: Digest] = [:]
        for use in uses.uses where files[use.path] == nil {
            guard case .success(let digest)? = try tree.digest(ofFile: use.path, isPointer: use.isPointer), use.pinned ?? digest == digest else {
                continue
            }
            files[use.path] = digest
        }
        return (PipelineSources(datasets: datasets, files: files), problems)
    }

    func store(_ digests: Set<Digest>, _ graph: PipelineGraph, in store: FileStore) throws {
        // What models are made of is looked at only where a step reads it; other bytes than the pinned ones are another digest's.
        for file in catalog.models.values.flatMap(\.pinnedFiles) where digests.contains(file.digest) { _ = try tree.digest(ofFile: file.path) }
        for (digest, path) in tree.known.sorted(by: { $0.key < $1.key }) where digests.contains(digest) {
            let stored = try store.put(file: path)
            guard stored == digest else {
                throw ReconciliationError(.environment, "\(path) was changed while the pipeline was being planned", hint: "run it again")
            }
        }
    }

    func finish() throws { try tree.digests.save() }
}

/// Data files of a work tree, with their digests.
final class WorkTreeData {
    let digests: FileDigests
    private let folder: String
    private let cache: String
    /// The files that were looked at, by what they hold.
    private(set) var known: [Digest: String] = [:]

    init(folder: String, dvcCache: String?, digests: FileDigests) {
        self.folder = folder
        self.digests = digests
        cache = dvcCache ?? folder + "/.dvc/cache"
    }

    /// Nil if there is no such regular file.
    func digest(ofFile path: String) throws -> Digest? {
        guard case .file(let full) = place(path) else { return nil }
        return try noted(full)
    }

    /// Of a file's own bytes, or of those that DVC keeps for it; nil if there is no such regular file.
    func digest(ofFile path: String, isPointer: Bool) throws -> Result<Digest, DVCPointer.Problem>? {
        guard isPointer else { return try digest(ofFile: path).map { .success($0) } }
        guard case .file(let full) = place(path), let bytes = FileManager.default.contents(atPath: full) else { return nil }
        return try digest(ofPointer: Array(bytes), path)
    }

    /// What is wrong with a data set's bytes; nil if they are the pinned ones, or if a pipeline makes them.
    func problem(with dataset: Dataset) throws -> Diagnostic? {
        guard let source = dataset.sourcePath else { return nil }
        switch place(source) {
        case .missing: return DataFiles.problem(with: dataset, digest: nil)
        case .other: return DataFiles.notAFile(dataset, source)
        case .file(let full):
            guard case .dvc = dataset.source else { return DataFiles.problem(with: dataset, digest: try noted(full)) }
            switch try digest(ofPointer: Array(FileManager.default.contents(atPath: full) ?? Data()), source) {
            case .success(let digest): return DataFiles.problem(with: dataset, digest: digest)
            case .failure(let problem): return DataFiles.problem(with: dataset, problem)
            }
        }
    }

    private func noted(_ full: String) throws -> Digest {
        let digest = try digests.digest(of: full)
        known[digest] = full
        return digest
    }

    /// The file of DVC's cache that a pointer names, checked against its MD5.
    func digest(ofPointer bytes: [UInt8], _ path: String) throws -> Result<Digest, DVCPointer.Problem> {
        do {
            let pointer = try DVCPointer(bytes, path: path)
            let place = pointer.place(in: cache)
            guard FileManager.default.fileExists(atPath: place) else {
                return .failure(DVCPointer.Problem("DVC's cache lacks '\(pointer.path)' (\(pointer.md5))", hint: "dvc pull \(path)"))
            }
            let found = try digests.digests(of: place, withMD5: true)
            if let objection = pointer.objection(toSize: found.size, md5: found.md5 ?? "") {
                return .failure(DVCPointer.Problem(objection, hint: "dvc pull --force \(path)"))
            }
            known[found.sha256] = place
            return .success(found.sha256)
        } catch let problem as DVCPointer.Problem {
            return .failure(problem)
        }
    }

    enum Place: Equatable { case missing, other, file(String) }

    /// A link is looked at itself, as git does, and not followed.
    func place(_ relative: String) -> Place {
        let full = folder + "/" + relative
        guard let type = (try? FileManager.default.attributesOfItem(atPath: full))?[.type] as? FileAttributeType else { return .missing }
        return type == .typeRegular ? .file(full) : .other
    }
}

/// Keys of steps whose results were there already.
final class ReusedSteps: Sendable {
    private let keys = Mutex<Set<Digest>>([])
    func note(_ key: Digest) { keys.withLock { _ = $0.insert(key) } }
    func contains(_ key: Digest) -> Bool { keys.withLock { $0.contains(key) } }
}

extension LocalExecutor.Seals {
    /// Those of a secret that lies in a file, made at first: workers go on when the process that started them is killed, and what they end still counts.
    static func kept(at path: String) throws -> LocalExecutor.Seals {
        if FileManager.default.contents(atPath: path)?.count != 32 {
            var generator = SystemRandomNumberGenerator()
            let made = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let new = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
            guard FileManager.default.createFile(atPath: new, contents: Data(made), attributes: [.posixPermissions: 0o600]),
                unsafe rename(new, path) == 0
            else { throw ReconciliationError(.environment, "cannot write \(path)") }
        }
        // Of two that made one at the same time the last stands.
        guard let bytes = FileManager.default.contents(atPath: path) else { throw ReconciliationError(.environment, "cannot read \(path)") }
        let secret = Array(bytes)
        return LocalExecutor.Seals { Digest.authenticating(Array("proviso attempt \($0)".utf8), secret: secret).bytes }
    }
}
