import Attestations
import Basics
import Git
import Ledger

/// Bytes that a decision went on from, of commits that earlier records were made of: a training that was kept read the data of its own commit.
final class EarlierFiles {
    private let repository: Repository
    /// Newest first.
    private let records: [Record]
    private let dvcCache: String?
    private var commits: [String: CommitFiles?] = [:]

    /// - Parameter records: those before the one that is looked into, in any order.
    init(_ repository: Repository, records: [Record], dvcCache: String?) {
        self.repository = repository
        self.records = records.sorted { $0.sequence > $1.sequence }
        self.dvcCache = dvcCache
    }

    /// Nil if no commit of a record with a step that read them has them.
    func bytes(of digest: Digest) throws(GitError) -> [UInt8]? {
        var asked: Set<String> = []
        for record in records where record.draft.steps.contains(where: { $0.inputs.values.contains(digest) }) {
            guard asked.insert(record.draft.source.commit).inserted else { continue }
            if let bytes = try files(of: record.draft.source.commit)?.bytes(of: digest) { return bytes }
        }
        return nil
    }

    /// Nil if the repository has no such commit.
    private func files(of commit: String) -> CommitFiles? {
        if let known = commits[commit] { return known }
        let found = ObjectID(commit).flatMap { id -> CommitFiles? in
            // A shallow clone lacks it: then its bytes are not to be had.
            guard let tree = try? repository.commit(id).tree, let snapshot = try? Snapshot(repository, tree: tree) else { return nil }
            return CommitFiles(snapshot, dvcCache: dvcCache)
        }
        commits[commit] = found
        return found
    }
}
