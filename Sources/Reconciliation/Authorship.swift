import Basics
import Git
import Signatures

/// Who made a change: the verified signer of every commit in it.
struct Authorship {
    struct CommitSigner {
        let commit: ObjectID
        let title: String
        let status: SignatureStatus
    }

    let commits: [CommitSigner]

    /// Reads every commit that `head` has and `base` has not, and checks its signature against the **base's** signer file at the decision instant.
    init(repository: Repository, base: ObjectID?, head: ObjectID, signers: SignerFile, at instant: Instant) throws(GitError) {
        var commits: [CommitSigner] = []
        for id in try repository.commitsBetween(base, head) {
            let commit = try repository.commit(id)
            let status = SignatureStatus.of(
                signature: commit.signature, payload: commit.signedPayload, namespace: "git", signers: signers, at: instant)
            commits.append(CommitSigner(commit: id, title: commit.title, status: status))
        }
        self.commits = commits
    }

    /// The names of all signers that the base knows.
    var principals: Set<String> {
        Set(commits.compactMap { if case .good(_, let signer) = $0.status { signer.name } else { nil } })
    }

    /// The keys behind all signatures that verify, whether or not the base knows them.
    var keys: Set<PublicKey> { Set(commits.compactMap(\.status.verifiedKey)) }

    /// The commits whose author is unknown.
    var unknown: [CommitSigner] {
        commits.filter { if case .good = $0.status { false } else { true } }
    }
}
