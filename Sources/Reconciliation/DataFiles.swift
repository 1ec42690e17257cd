import Basics
import Diagnostics
import Git
import Specs

/// The data files of one snapshot, checked against what their specs pin.
final class DataFiles {
    private let snapshot: Snapshot
    /// By blob, since many data sets may share a file.
    private var digests: [ObjectID: Digest] = [:]

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    /// What is wrong with a data set's bytes; nil if they are the pinned ones.
    func problem(with dataset: Dataset) throws(GitError) -> Diagnostic? {
        guard let id = try snapshot.fileID(dataset.sourcePath) else {
            return try snapshot.has(dataset.sourcePath) ? Self.notAFile(dataset) : Self.problem(with: dataset, actual: nil)
        }
        let actual: Digest
        if let known = digests[id] { actual = known } else { actual = Digest.of(try snapshot.repository.blob(id)) }
        digests[id] = actual
        return Self.problem(with: dataset, actual: actual)
    }

    /// - Parameter bytes: nil if there is no such file.
    static func problem(with dataset: Dataset, bytes: [UInt8]?) -> Diagnostic? {
        problem(with: dataset, actual: bytes.map { Digest.of($0) })
    }

    /// A folder, a symbolic link or a submodule lies where the file should.
    static func notAFile(_ dataset: Dataset) -> Diagnostic {
        Diagnostic(
            .dataMissing, "'\(dataset.sourcePath)' is no regular file", at: dataset.resource.span(at: ["spec", "source", "path"]),
            hint: "a folder or a link cannot be pinned: commit the file itself, and name it")
    }

    private static func problem(with dataset: Dataset, actual: Digest?) -> Diagnostic? {
        guard let actual else {
            return Diagnostic(
                .dataMissing, "there is no file '\(dataset.sourcePath)' in the repository",
                at: dataset.resource.span(at: ["spec", "source", "path"]), hint: "add and commit it, or mend the path")
        }
        guard let pinned = dataset.pinned else {
            return Diagnostic(
                .dataUnpinned, "the data set '\(dataset.name)' pins no digest", at: dataset.resource.span(at: ["metadata", "name"]),
                hint: "proviso dataset pin \(dataset.name)")
        }
        guard actual != pinned else { return nil }
        return Diagnostic(
            .dataDigestMismatch, "'\(dataset.sourcePath)' is not what the data set '\(dataset.name)' pins: it is \(actual)",
            at: dataset.resource.span(at: ["spec", "digest"]), hint: "if the new data are meant: proviso dataset pin \(dataset.name)")
    }

    /// The bytes of a data set that are the pinned ones, against what its columns and split say. Reads the whole file.
    func inspect(_ dataset: Dataset) throws(GitError) -> [Diagnostic] {
        guard try problem(with: dataset) == nil, let bytes = try snapshot.file(dataset.sourcePath) else { return [] }
        return DataInspection.problems(in: bytes, of: dataset)
    }

    func problems(_ datasets: some Sequence<Dataset>) throws(GitError) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for dataset in datasets { if let problem = try problem(with: dataset) { problems.append(problem) } }
        return problems
    }
}
