public import Diagnostics
import Foundation
public import Git
import OrderedCollections
import Policies
import Signatures
import Specs

/// Checks specs and policies without any effect.
public enum Validation {
    /// At a revision, read without a checkout; data files are compared with their pins and read as declared.
    public static func revision(_ repository: Repository, _ commit: ObjectID) throws -> [Diagnostic] {
        let snapshot = try Snapshot(repository, tree: try repository.commit(commit).tree)
        let data = DataFiles(snapshot)
        let datasets = snapshot.catalog.datasets.values
        return snapshot.diagnostics + PolicyChecks.problems(of: snapshot.policies, in: snapshot.catalog) + (try data.problems(datasets))
            + (try datasets.flatMap { try data.inspect($0) })
    }

    /// As the files lie in a folder, committed or not.
    public static func folder(_ path: String) throws -> [Diagnostic] {
        let (catalog, policies, problems) = try catalog(ofFolder: path)
        return problems + PolicyChecks.problems(of: policies, in: catalog) + (try controlProblems(path)) + (try dataProblems(catalog, path))
    }

    static func catalog(ofFolder path: String) throws -> (Catalog, [CompiledPolicy], [Diagnostic]) {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw ReconciliationError(
                .invalidArgument, "there is no folder \(path)", hint: "name the folder that holds \(SpecFolders.repositoryFile)")
        }
        var entries: [SpecEntry] = []
        for relative in try filePaths(in: path) where SpecFolders.isSpec(relative) {
            let full = path + "/" + relative
            let attributes = try FileManager.default.attributesOfItem(atPath: full)
            let isLink = attributes[.type] as? FileAttributeType == .typeSymbolicLink
            entries.append(
                SpecEntry(
                    path: relative, kind: isLink ? .symbolicLink : .regular,
                    bytes: isLink ? [] : Array(try Data(contentsOf: URL(fileURLWithPath: full)))))
        }
        let (catalog, problems) = Catalog.load(entries)
        let (policies, policyProblems) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        return (catalog, policies, problems + policyProblems)
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

    private static func dataProblems(_ catalog: Catalog, _ path: String) throws -> [Diagnostic] {
        try catalog.datasets.values.flatMap { dataset in
            let full = path + "/" + dataset.sourcePath
            let exists = FileManager.default.fileExists(atPath: full)
            // A link is looked at itself, as git does, and not followed.
            let type = exists ? try FileManager.default.attributesOfItem(atPath: full)[.type] as? FileAttributeType : nil
            if let type, type != .typeRegular { return [DataFiles.notAFile(dataset)] }
            let bytes = exists ? Array(try Data(contentsOf: URL(fileURLWithPath: full))) : nil
            if let problem = DataFiles.problem(with: dataset, bytes: bytes) { return [problem] }
            return bytes.map { DataInspection.problems(in: $0, of: dataset) } ?? []
        }
    }
}
