import Basics
public import Diagnostics
import Foundation
public import Git
import OrderedCollections
import Planning
import Policies
import Signatures
import Specs

/// Checks specs and policies without any effect.
public enum Validation {
    /// At a revision, read without a checkout; data files are compared with their pins and read as declared.
    public static func revision(_ repository: Repository, _ commit: ObjectID, dvcCache: String? = nil) throws -> [Diagnostic] {
        let snapshot = try Snapshot(repository, tree: try repository.commit(commit).tree)
        let data = DataFiles(snapshot, dvcCache: dvcCache)
        let datasets = snapshot.catalog.datasets.values
        let files = try PipelineFiles(snapshot.catalog.graph).problems { try data.digest(ofFile: $0.path, isPointer: $0.isPointer) }
        let series = try CarbonSeries.read(snapshot.catalog) { try snapshot.file($0) }.problem
        return snapshot.diagnostics + [series].compactMap { $0 } + files + PolicyChecks.problems(of: snapshot.policies, in: snapshot.catalog)
            + (try data.problems(snapshot.catalog.models.values)) + (try data.problems(datasets))
            + (try datasets.flatMap { try data.inspect($0, for: snapshot.catalog) })
            + (try inferences(snapshot).problems())
    }

    /// As the files lie in a folder, committed or not.
    /// - Parameter dvcCache: DVC's cache; default: that of the folder.
    public static func folder(_ path: String, dvcCache: String? = nil) throws -> [Diagnostic] {
        let cache = dvcCache ?? path + "/.dvc/cache"
        let (catalog, policies, problems) = try catalog(ofFolder: path)
        let series = try CarbonSeries.read(catalog) { try file($0, in: path).bytes }.problem
        return problems + [series].compactMap { $0 } + PolicyChecks.problems(of: policies, in: catalog) + (try controlProblems(path))
            + (try dataProblems(catalog, path, cache, known: problems))
            + (try fileProblems(catalog, path, cache))
            + (try InferenceFiles(catalog: catalog) {
                try file($0, in: path).bytes
            } list: {
                try files(in: "\(path)/\($0)")
            }.problems())
    }

    private static func inferences(_ snapshot: Snapshot) -> InferenceFiles {
        InferenceFiles(catalog: snapshot.catalog) {
            try snapshot.file($0)
        } list: { folder in
            guard let tree = snapshot.tree else { return [] }
            let prefix = folder.hasSuffix("/") ? folder : folder + "/"
            return try snapshot.repository.treeEntries(of: tree, under: folder).filter(\.mode.isFile).map {
                $0.path.hasPrefix(prefix) ? String($0.path.dropFirst(prefix.count)) : $0.path
            }
        }
    }

    private static func files(in folder: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.type] as? FileAttributeType == .typeRegular
        }.sorted()
    }

    static func catalog(ofFolder path: String) throws -> (Catalog, [CompiledPolicy], [Diagnostic]) {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw ReconciliationError(
                .invalidArgument, "there is no folder \(path)", hint: "name the folder that holds \(SpecFolders.repositoryFile)")
        }
        var entries: [SpecEntry] = []
        for relative in try filePaths(in: path) where SpecFolders.isSpec(relative) {
            entries.append(try entry(relative, at: path + "/" + relative))
        }
        let (catalog, problems) = Catalog.load(entries)
        let (policies, policyProblems) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        return (catalog, policies, problems + policyProblems + StageColumns.problems(in: catalog))
    }

    /// A pack's own folder: policies and their tests in one place, as `policies/` of this program's sources has them. Nil if it is none.
    static func catalog(ofPack path: String) throws -> (Catalog, [CompiledPolicy], [Diagnostic])? {
        guard FileManager.default.fileExists(atPath: "\(path)/\(PackContents.file)") else { return nil }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".yaml") && $0 != PackContents.file }
        let entries = try names.sorted().map { try entry("\(path)/\($0)", at: "\(path)/\($0)") }
        let (catalog, problems) = Catalog.load(entries, isRepository: false)
        let (policies, policyProblems) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        return (catalog, policies, problems + policyProblems)
    }

    private static func entry(_ name: String, at path: String) throws -> SpecEntry {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let isLink = attributes[.type] as? FileAttributeType == .typeSymbolicLink
        return SpecEntry(
            path: name, kind: isLink ? .symbolicLink : .regular, bytes: isLink ? [] : Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    private static func filePaths(in path: String) throws -> [String] {
        var paths: [String] = []
        for name in [SpecFolders.repositoryFile] + SpecFolders.all {
            let full = path + "/" + name
            guard FileManager.default.fileExists(atPath: full) else { continue }
            let type = try FileManager.default.attributesOfItem(atPath: full)[.type] as? FileAttributeType
            if type == .typeDirectory {
                paths += try FileManager.default.subpathsOfDirectory(atPath: full).map { "\(name)/\($0)" }
            } else {
                paths.append(name)
            }
        }
        return paths.sorted()
    }

    private static func controlProblems(_ path: String) throws -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for name in ["allowed_signers", "ledger_signers", "owners"] {
            let relative = "\(SpecFolders.controlFolder)/\(name)"
            guard FileManager.default.fileExists(atPath: path + "/" + relative) else { continue }
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + relative)), as: UTF8.self)
            let file = SourceFile(path: relative, text: text)
            problems += name == "owners" ? OwnersFile.parse(file).diagnostics : SignerFile.parse(file).diagnostics
        }
        return problems
    }

    private static func dataProblems(_ catalog: Catalog, _ path: String, _ cache: String, known: [Diagnostic]) throws -> [Diagnostic] {
        func inspected(_ bytes: [UInt8], _ dataset: Dataset) throws -> [Diagnostic] {
            try DataInspection.problems(in: bytes, of: dataset, for: catalog, known: known) { try file($0, in: path).bytes }
        }
        return try catalog.datasets.values.flatMap { dataset -> [Diagnostic] in
            guard let source = dataset.sourcePath else { return [] }
            let (bytes, isOther) = try file(source, in: path)
            // A link is looked at itself, as git does, and not followed.
            if isOther { return [DataFiles.notAFile(dataset, source)] }
            guard case .dvc = dataset.source, let pointer = bytes else {
                if let problem = DataFiles.problem(with: dataset, bytes: bytes) { return [problem] }
                return try bytes.map { try inspected($0, dataset) } ?? []
            }
            switch DataFiles.bytes(ofPointer: pointer, source, cache: cache) {
            case .failure(let problem): return [DataFiles.problem(with: dataset, problem)]
            case .success(let data):
                if let problem = DataFiles.problem(with: dataset, bytes: data) { return [problem] }
                return try inspected(data, dataset)
            }
        }
    }

    private static func fileProblems(_ catalog: Catalog, _ path: String, _ cache: String) throws -> [Diagnostic] {
        try PipelineFiles(catalog.graph).problems { use in
            guard let bytes = try file(use.path, in: path).bytes else { return nil }
            guard use.isPointer else { return .success(Digest.of(bytes)) }
            return DataFiles.bytes(ofPointer: bytes, use.path, cache: cache).map { Digest.of($0) }
        }
            + catalog.models.values.flatMap { model in
                try model.pinnedFiles.compactMap { pinned in
                    ModelFiles.problem(model, pinned, actual: try file(pinned.path, in: path).bytes.map { Digest.of($0) })
                }
            }
    }

    /// The bytes of a regular file; `isOther` if something else lies there.
    private static func file(_ relative: String, in path: String) throws -> (bytes: [UInt8]?, isOther: Bool) {
        let full = path + "/" + relative
        guard FileManager.default.fileExists(atPath: full) else { return (nil, false) }
        let type = try FileManager.default.attributesOfItem(atPath: full)[.type] as? FileAttributeType
        guard type == .typeRegular else { return (nil, true) }
        return (Array(try Data(contentsOf: URL(fileURLWithPath: full))), false)
    }
}
