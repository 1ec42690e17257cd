import Attestations
import Git

/// The tree that a merge would give, or why there is none to judge.
struct MergeResult {
    let tree: ObjectID?
    let finding: Finding?

    static func of(_ repository: Repository, base: ObjectID?, head: ObjectID) async throws -> MergeResult {
        func none(_ outcome: Outcome, _ message: String, hint: String? = nil) -> MergeResult {
            MergeResult(tree: nil, finding: Finding(kind: "merge", outcome: outcome, message: message, hint: hint))
        }
        switch try repository.mergedTree(base: base, head: head) {
        case .conflicts(let paths):
            return none(.undecided, "the merge has conflicts in \(paths.joined(separator: ", "))", hint: "bring the branch up to date with its base")
        case .unrelatedHistories: return none(.undecided, "head and base share no history")
        case .clean(let tree):
            // A fast-forward is no merge: there is nothing on which two engines could differ.
            guard let base, try !repository.isAncestor(base, of: head), try !repository.isAncestor(head, of: base) else {
                return MergeResult(tree: tree, finding: nil)
            }
            switch await MergeSecondOpinion.merge(repository: repository, base: base, head: head) {
            case .tree(let other) where other == tree: return MergeResult(tree: tree, finding: nil)
            case .tree, .conflicts:
                return none(.undecided, "libgit2 and git merge this differently", hint: "bring the branch up to date with its base")
            case .unavailable(let reason): return none(.undecided, "git could not confirm the merge: \(reason)")
            }
        }
    }
}
