import Basics
import Diagnostics
import Foundation
import Git
import Specs

/// The data files of one snapshot, checked against what their specs pin.
final class DataFiles {
    private let snapshot: Snapshot
    /// DVC's cache, `….dvc/cache`; nil if there is none.
    private let cache: String?
    /// By blob, since many data sets may share a file.
    private var digests: [ObjectID: Digest] = [:]
    /// By pointer.
    private var cached: [ObjectID: Result<Digest, DVCPointer.Problem>] = [:]

    init(_ snapshot: Snapshot, dvcCache: String? = nil) {
        self.snapshot = snapshot
        cache = dvcCache
    }

    /// What is wrong with a data set's bytes; nil if they are the pinned ones, or if a pipeline makes them.
    func problem(with dataset: Dataset) throws(GitError) -> Diagnostic? {
        guard let path = dataset.sourcePath else { return nil }
        guard let id = try snapshot.fileID(path) else {
            return try snapshot.has(path) ? Self.notAFile(dataset, path) : Self.problem(with: dataset, path, actual: nil)
        }
        if case .dvc = dataset.source {
            switch try digest(ofPointer: path, id) {
            case .success(let digest): return Self.problem(with: dataset, path, actual: digest)
            case .failure(let problem): return Self.problem(with: dataset, problem)
            }
        }
        return Self.problem(with: dataset, path, actual: try digest(of: id))
    }

    private func digest(of id: ObjectID) throws(GitError) -> Digest {
        if let known = digests[id] { return known }
        let digest = Digest.of(try snapshot.repository.blob(id))
        digests[id] = digest
        return digest
    }

    private func digest(ofPointer path: String, _ id: ObjectID) throws(GitError) -> Result<Digest, DVCPointer.Problem> {
        if let known = cached[id] { return known }
        let pointer = try snapshot.repository.blob(id)
        let result = Self.bytes(ofPointer: pointer, path, cache: cache).map { Digest.of($0) }
        cached[id] = result
        return result
    }

    static func bytes(ofPointer pointer: [UInt8], _ path: String, cache: String?) -> Result<[UInt8], DVCPointer.Problem> {
        do throws(DVCPointer.Problem) {
            let pointer = try DVCPointer(pointer, path: path)
            guard let cache else {
                throw DVCPointer.Problem(
                    "there is no cache of DVC's to read '\(pointer.path)' from",
                    hint: "validate and dataset pin read .dvc/cache of the work tree; tell others where it is: --dvc-cache DIR")
            }
            guard let bytes = FileManager.default.contents(atPath: pointer.place(in: cache)) else {
                throw DVCPointer.Problem("DVC's cache lacks '\(pointer.path)' (\(pointer.md5))", hint: "dvc pull \(path)")
            }
            if let objection = pointer.objection(to: Array(bytes)) { throw DVCPointer.Problem(objection, hint: "dvc pull --force \(path)") }
            return .success(Array(bytes))
        } catch {
            return .failure(error)
        }
    }

    /// The bytes that a data set's file or pointer stands for; nil if they cannot be had.
    func bytes(of dataset: Dataset) throws(GitError) -> [UInt8]? {
        switch dataset.source {
        case .path(let path): return try snapshot.file(path)
        case .dvc(let path): return try bytes(ofPointer: path)
        case .pipeline: return nil
        }
    }

    func bytes(ofPointer path: String) throws(GitError) -> [UInt8]? {
        guard let pointer = try snapshot.file(path), case .success(let bytes) = Self.bytes(ofPointer: pointer, path, cache: cache) else { return nil }
        return bytes
    }

    /// Nil if there is no such file.
    func digest(ofFile path: String) throws(GitError) -> Digest? {
        guard let id = try snapshot.fileID(path) else { return nil }
        return try digest(of: id)
    }

    /// The digest of a file that a program reads: of its own bytes, or of those that DVC keeps for it. Nil if there is no such file.
    func digest(ofFile path: String, isPointer: Bool) throws(GitError) -> Result<Digest, DVCPointer.Problem>? {
        guard let id = try snapshot.fileID(path) else { return nil }
        return isPointer ? try digest(ofPointer: path, id) : .success(try digest(of: id))
    }

    /// - Parameter bytes: nil if there is no such file.
    static func problem(with dataset: Dataset, bytes: [UInt8]?) -> Diagnostic? {
        problem(with: dataset, digest: bytes.map { Digest.of($0) })
    }

    /// - Parameter digest: nil if there is no such file.
    static func problem(with dataset: Dataset, digest: Digest?) -> Diagnostic? {
        problem(with: dataset, dataset.sourcePath ?? "", actual: digest)
    }

    static func problem(with dataset: Dataset, _ problem: DVCPointer.Problem) -> Diagnostic {
        Diagnostic(.dataPointer, problem.message, at: dataset.resource.span(at: ["spec", "source", "dvc"]), hint: problem.hint)
    }

    /// A folder, a symbolic link or a submodule lies where the file should.
    static func notAFile(_ dataset: Dataset, _ path: String) -> Diagnostic {
        Diagnostic(
            .dataMissing, "'\(path)' is no regular file", at: place(of: dataset),
            hint: "a folder or a link cannot be pinned: commit the file itself, and name it")
    }

    private static func place(of dataset: Dataset) -> SourceSpan {
        let isPointer = if case .dvc = dataset.source { true } else { false }
        return dataset.resource.span(at: ["spec", "source", isPointer ? "dvc" : "path"])
    }

    private static func problem(with dataset: Dataset, _ path: String, actual: Digest?) -> Diagnostic? {
        guard let actual else {
            return Diagnostic(
                .dataMissing, "there is no file '\(path)' in the repository", at: place(of: dataset), hint: "add and commit it, or mend the path")
        }
        guard let pinned = dataset.pinned else {
            return Diagnostic(
                .dataUnpinned, "the data set '\(dataset.name)' pins no digest", at: dataset.resource.span(at: ["metadata", "name"]),
                hint: "proviso dataset pin \(dataset.name)")
        }
        guard actual != pinned else { return nil }
        return Diagnostic(
            .dataDigestMismatch, "'\(path)' is not what the data set '\(dataset.name)' pins: it is \(actual)",
            at: dataset.resource.span(at: ["spec", "digest"]), hint: "if the new data are meant: proviso dataset pin \(dataset.name)")
    }

    /// The bytes of a data set that are the pinned ones, against what its columns and split say. Reads the whole file.
    ///
    /// - Parameter model: the only one that it is looked at for; nil: for all that read it.
    func inspect(_ dataset: Dataset, for catalog: Catalog, model: String? = nil) throws(GitError) -> [Diagnostic] {
        guard try problem(with: dataset) == nil, let bytes = try bytes(of: dataset) else { return [] }
        do {
            return try DataInspection.problems(in: bytes, of: dataset, for: catalog, known: snapshot.diagnostics, model: model) {
                try snapshot.file($0)
            }
        } catch let error as GitError { throw error } catch { preconditionFailure("only the file's reading throws: \(error)") }
    }

    func problems(_ datasets: some Sequence<Dataset>) throws(GitError) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for dataset in datasets { if let problem = try problem(with: dataset) { problems.append(problem) } }
        return problems
    }
}
