import Attestations
public import Basics
import Diagnostics
import Foundation
public import Git
import Ledger
import LocatedYAML
import OrderedCollections
import Specs
import Storage

/// Edits of a user's files that keep comments and layout.
public enum FileEdits {
    /// Writes the digest of a data set's bytes into its file.
    ///
    /// - Returns: the file, and the digest.
    /// - Parameter digests: the file that remembers digests of what has not changed; nil: everything is read.
    public static func pin(dataset name: String, in folder: String, digests: String? = nil) throws -> (path: String, digest: Digest) {
        let path = try path(ofKind: "Dataset", name: name, in: folder)
        let file = try read(path, in: folder)
        guard let located = YAMLDocument.parse(file).value,
            let source = (located.value(at: ["spec", "source", "path"]) ?? located.value(at: ["spec", "source", "dvc"]))?.text?.value
        else {
            throw ReconciliationError(.invalidArgument, "\(path) names no file", hint: "proviso validate says what is wrong with it")
        }
        let memory = FileDigests(at: digests)
        let tree = WorkTreeData(folder: folder, dvcCache: nil, digests: memory)
        let digest: Digest
        if located.value(at: ["spec", "source", "dvc"]) != nil, let pointer = FileManager.default.contents(atPath: folder + "/" + source) {
            switch try tree.digest(ofPointer: Array(pointer), source) {
            case .success(let found): digest = found
            case .failure(let problem): throw ReconciliationError(.invalidArgument, problem.message, hint: problem.hint)
            }
        } else {
            guard let found = try tree.digest(ofFile: source) else {
                let isThere = FileManager.default.fileExists(atPath: folder + "/" + source)
                throw ReconciliationError(
                    .invalidArgument, isThere ? "'\(source)' is no regular file" : "there is no file '\(source)'",
                    hint: "\(path) names it as the data set's source")
            }
            digest = found
        }
        try memory.save()
        guard let edited = YAMLEdit.setting(["spec", "digest"], to: digest.description, in: file) else {
            throw ReconciliationError(.invalidArgument, "\(path) cannot be edited without rewriting it", hint: "write digest: \(digest)")
        }
        try write(edited, to: path, in: folder)
        return (path, digest)
    }

    /// Makes a record of a model live in an environment's file.
    public static func setLive(model: String, record: Digest, environment name: String, in folder: String) throws -> String {
        let path = try path(ofKind: "Environment", name: name, in: folder)
        let file = try read(path, in: folder)
        let models = YAMLDocument.parse(file).value?.value(at: ["spec", "models"])?.elements ?? []
        let index = models.firstIndex { $0["name"]?.text?.value == model }
        let edited =
            if let index {
                YAMLEdit.setting(["spec", "models", String(index), "record"], to: record.description, in: file)
            } else {
                YAMLEdit.appending(["name": model, "record": record.description], to: ["spec", "models"], in: file)
            }
        guard let edited else { throw ReconciliationError(.invalidArgument, "\(path) cannot be edited without rewriting it") }
        try write(edited, to: path, in: folder)
        return path
    }

    /// The record to make live: the model's newest that passed, or, for a rollback, the newest that passed before the one that is live.
    public static func record(
        of model: String, toRollBack environment: String?, in folder: String, repository: Repository, ledgerReference: String
    ) throws -> Digest {
        guard let reader = try LedgerReader.open(repository, reference: ledgerReference) else {
            throw ReconciliationError(.invalidArgument, "there is no ledger at \(ledgerReference)", hint: "fetch it: git fetch origin proviso/ledger")
        }
        let subject = SubjectName(kind: "Model", name: model)
        let passed = try reader.entries().filter { $0.record.subject == subject && $0.record.verdict.outcome == .pass }
        guard let environment else {
            guard let newest = passed.last?.digest else { throw ReconciliationError(.invalidArgument, "no record of \(subject) has passed") }
            return newest
        }
        let file = try read(try path(ofKind: "Environment", name: environment, in: folder), in: folder)
        let models = YAMLDocument.parse(file).value?.value(at: ["spec", "models"])?.elements ?? []
        let live = models.first { $0["name"]?.text?.value == model }?["record"]?.text.flatMap { Digest($0.value) }
        guard let live, let position = passed.firstIndex(where: { $0.digest == live }) else {
            throw ReconciliationError(.invalidArgument, "nothing of \(subject) that the ledger knows is live in \(environment)")
        }
        // The same model may have been judged several times, for instance before and after a waiver: that would be no step back.
        let now = passed[position].record.draft
        let earlier = passed[..<position].last {
            $0.record.draft.artefacts != now.artefacts || $0.record.draft.source.specDigest != now.source.specDigest
        }
        guard let earlier else { throw ReconciliationError(.invalidArgument, "there is no earlier record of \(subject) that passed") }
        return earlier.digest
    }

    private static func path(ofKind kind: String, name: String, in folder: String) throws -> String {
        let subfolder = Kinds.named(kind)?.folder ?? ""
        let names =
            FileManager.default.fileExists(atPath: folder + "/" + subfolder)
            ? try FileManager.default.contentsOfDirectory(atPath: folder + "/" + subfolder) : []
        var known: [String] = []
        for candidate in names.sorted() where candidate.hasSuffix(".yaml") || candidate.hasSuffix(".yml") {
            let path = "\(subfolder)/\(candidate)"
            guard let found = YAMLDocument.parse(try read(path, in: folder)).value?.value(at: ["metadata", "name"])?.text?.value else { continue }
            if found == name { return path }
            known.append(found)
        }
        throw ReconciliationError(
            .invalidArgument, "there is no \(kind) named '\(name)' in \(folder)/\(subfolder)",
            hint: NameSuggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
                ?? (known.isEmpty ? nil : "there are: \(known.joined(separator: ", "))"))
    }

    private static func read(_ path: String, in folder: String) throws -> SourceFile {
        guard let bytes = FileManager.default.contents(atPath: folder + "/" + path) else {
            throw ReconciliationError(.environment, "cannot read \(path)")
        }
        return SourceFile(path: path, text: String(decoding: bytes, as: UTF8.self))
    }

    private static func write(_ text: String, to path: String, in folder: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + path), options: .atomic)
    }
}
