internal import CLibgit2

/// What merging a head into a base gives.
public enum MergeOutcome: Hashable, Sendable {
    case clean(tree: ObjectID)
    /// The paths that git cannot merge, sorted.
    case conflicts([String])
    /// The two share no commit; git refuses to merge them unless told otherwise.
    case unrelatedHistories
}

extension Repository {
    /// Merges `head` into `base` (nil: nothing is there yet) without touching the disk, as git would with its default strategy. The handle
    /// must be one whose objects are in memory; the tree can be read through it afterwards.
    ///
    /// libgit2 merges a few cases that git reports as conflicts (a renamed folder and a new file in it): whoever decides by the result
    /// compares it with `git merge-tree`.
    public func mergedTree(base: ObjectID?, head: ObjectID) throws(GitError) -> MergeOutcome {
        precondition(objectWrites == .inMemory, "a merge result must not reach the disk")
        guard let base else { return .clean(tree: try commit(head).tree) }
        guard let ancestor = try mergeBase(base, head) else { return .unrelatedHistories }
        if ancestor == base { return .clean(tree: try commit(head).tree) }
        if ancestor == head { return .clean(tree: try commit(base).tree) }

        let operation = "merge \(head.short) into \(base.short)"
        var options = unsafe git_merge_options()
        try check(unsafe git_merge_options_init(&options, UInt32(GIT_MERGE_OPTIONS_VERSION)), operation)
        unsafe options.flags = GIT_MERGE_FIND_RENAMES.rawValue
        var ours: OpaquePointer?
        var theirs: OpaquePointer?
        defer { unsafe git_commit_free(ours) }
        defer { unsafe git_commit_free(theirs) }
        var oid = base.raw
        try check(unsafe git_commit_lookup(&ours, pointer, &oid), operation)
        oid = head.raw
        try check(unsafe git_commit_lookup(&theirs, pointer, &oid), operation)
        var index: OpaquePointer?
        try check(unsafe git_merge_commits(&index, pointer, ours, theirs, &options), operation)
        defer { unsafe git_index_free(index) }
        if unsafe git_index_has_conflicts(index) != 0 { return .conflicts(try unsafe conflicts(in: index, operation)) }
        try check(unsafe git_index_write_tree_to(&oid, index, pointer), operation)
        return .clean(tree: ObjectID(oid))
    }

    private func conflicts(in index: OpaquePointer?, _ operation: String) throws(GitError) -> [String] {
        var iterator: OpaquePointer?
        try check(unsafe git_index_conflict_iterator_new(&iterator, index), operation)
        defer { unsafe git_index_conflict_iterator_free(iterator) }
        var paths: Set<String> = []
        while true {
            var ancestor: UnsafePointer<git_index_entry>?
            var ours: UnsafePointer<git_index_entry>?
            var theirs: UnsafePointer<git_index_entry>?
            let status = unsafe git_index_conflict_next(&ancestor, &ours, &theirs, iterator)
            if status == GIT_ITEROVER.rawValue { break }
            try check(status, operation)
            // Where one side renamed the file, the names differ.
            if let path = unsafe ancestor?.pointee.path { paths.insert(unsafe String(cString: path)) }
            if let path = unsafe ours?.pointee.path { paths.insert(unsafe String(cString: path)) }
            if let path = unsafe theirs?.pointee.path { paths.insert(unsafe String(cString: path)) }
        }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
