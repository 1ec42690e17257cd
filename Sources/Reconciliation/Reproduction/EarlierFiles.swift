import Attestations
import Basics
import Git
import Ledger

/// What lies in the commits that records were made of: a training that was kept read the data of its own commit, and a champion those of a long time ago.
final class EarlierFiles {
    private let repository: Repository
    /// Newest first.
    private let records: [Record]
    private let dvcCache: String?
    private var commits: [String: CommitFiles?] = [:]

    /// - Parameter records: whose commits count, in any order.
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

    /// How the steps of a record were to be run; nil if the repository has not the commit that was judged.
    func plan(of record: Record, _ ledger: LedgerState) throws -> RecordedPlan? {
        guard let judged = snapshot(of: record.draft.source.commit) else { return nil }
        return try RecordedPlan(record, judged, ledger.before(record.sequence), dvcCache: dvcCache)
    }

    private func files(of commit: String) -> CommitFiles? {
        if let known = commits[commit] { return known }
        let found = snapshot(of: commit).map { CommitFiles($0, dvcCache: dvcCache) }
        commits[commit] = found
        return found
    }

    /// Nil if the repository has no such commit: a shallow clone lacks it, and then its bytes are not to be had.
    private func snapshot(of commit: String) -> Snapshot? {
        guard let id = ObjectID(commit), let tree = try? repository.commit(id).tree else { return nil }
        return try? Snapshot(repository, tree: tree)
    }
}
