internal import Basics
internal import CLibgit2

extension Repository {
    public func commit(_ id: ObjectID) throws(GitError) -> Commit {
        let bytes = try unsafe withObject(id, .commit) { unsafe Array($0) }
        var parser = CommitParser(id: id, bytes: bytes)
        return try parser.parse()
    }

    /// The commit that a revision names: a branch, tag, `HEAD~2`, or the beginning of an object's name.
    public func resolve(_ revision: String) throws(GitError) -> ObjectID {
        let operation = "resolve '\(revision)'"
        var object: OpaquePointer?
        try check(unsafe git_revparse_single(&object, pointer, expanded(revision, operation)), operation)
        defer { unsafe git_object_free(object) }
        var commit: OpaquePointer?
        try check(unsafe git_object_peel(&commit, object, GIT_OBJECT_COMMIT), operation)
        defer { unsafe git_object_free(commit) }
        return unsafe ObjectID(git_object_id(commit).pointee)
    }

    /// The full name for the beginning of one; anything else as it is. libgit2 would read such an object past our reader of loose objects.
    private func expanded(_ revision: String, _ operation: String) throws(GitError) -> String {
        let digits = Set("0123456789abcdef".utf8)
        guard (4..<40).contains(revision.utf8.count), revision.utf8.allSatisfy(digits.contains) else { return revision }
        var reference: OpaquePointer?
        let named = unsafe git_reference_dwim(&reference, pointer, revision) == 0
        unsafe git_reference_free(reference)
        if named { return revision }
        var database: OpaquePointer?
        try check(unsafe git_repository_odb(&database, pointer), operation)
        defer { unsafe git_odb_free(database) }
        var short = git_oid()
        var full = git_oid()
        try check(unsafe git_oid_fromstrn(&short, revision, revision.utf8.count), operation)
        try check(unsafe git_odb_exists_prefix(&full, database, &short, revision.utf8.count), operation)
        return ObjectID(full).hex
    }

    /// The commits reachable from `head` but not from `base`, parents before their children.
    public func commitsBetween(_ base: ObjectID?, _ head: ObjectID) throws(GitError) -> [ObjectID] {
        let operation = "walk from \(head)"
        var walk: OpaquePointer?
        try check(unsafe git_revwalk_new(&walk, pointer), operation)
        defer { unsafe git_revwalk_free(walk) }
        try check(unsafe git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_REVERSE.rawValue), operation)
        var oid = head.raw
        try check(unsafe git_revwalk_push(walk, &oid), operation)
        if let base {
            oid = base.raw
            try check(unsafe git_revwalk_hide(walk, &oid), operation)
        }
        var commits: [ObjectID] = []
        while true {
            let status = unsafe git_revwalk_next(&oid, walk)
            if status == GIT_ITEROVER.rawValue { return commits }
            try check(status, operation)
            commits.append(ObjectID(oid))
        }
    }

    /// The best common ancestor; nil if the histories share none.
    public func mergeBase(_ left: ObjectID, _ right: ObjectID) throws(GitError) -> ObjectID? {
        var out = git_oid()
        var first = left.raw
        var second = right.raw
        let status = unsafe git_merge_base(&out, pointer, &first, &second)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try check(status, "find the merge base of \(left.short) and \(right.short)")
        return ObjectID(out)
    }

    /// Whether `descendant` is `ancestor` or contains it in its history.
    public func isAncestor(_ ancestor: ObjectID, of descendant: ObjectID) throws(GitError) -> Bool {
        if ancestor == descendant { return true }
        var first = descendant.raw
        var second = ancestor.raw
        let status = unsafe git_graph_descendant_of(pointer, &first, &second)
        try check(status, "compare \(ancestor.short) and \(descendant.short)")
        return status == 1
    }

    /// Stores a commit; no reference moves. The same arguments give the same bytes. `sign` gets the bytes to be signed and returns the
    /// armored signature.
    public func createCommit(
        tree: ObjectID, parents: [ObjectID], author: CommitIdentity, committer: CommitIdentity, message: String,
        sign: (([UInt8]) -> String)? = nil
    ) throws(GitError) -> ObjectID {
        let operation = "make a commit"
        for id in [tree] + parents where try !contains(id) { throw GitError(.notFound, operation, "object \(id) is missing") }
        let headers = try commitHeaders(tree: tree, parents: parents, author: author, committer: committer)
        guard !message.unicodeScalars.contains("\0") else { throw GitError(.invalidName, operation, "the message contains NUL") }
        let body = "\n" + (message.hasSuffix("\n") ? message : message + "\n")
        var text = headers + body
        if let sign {
            // As git writes it: continuation lines begin with a blank, and the signature's last line feed ends the header. libgit2's
            // own function would add an empty line, and so another name than git's for the same commit.
            var lines = sign(Array(text.utf8)).split(separator: "\n", omittingEmptySubsequences: false)
            if lines.last == "" { lines.removeLast() }
            text = headers + "gpgsig " + lines.joined(separator: "\n ") + "\n" + body
        }
        return try write(Array(text.utf8), .commit)
    }

    private func write(_ bytes: [UInt8], _ kind: ObjectKind) throws(GitError) -> ObjectID {
        var database: OpaquePointer?
        try check(unsafe git_repository_odb(&database, pointer), "open the object database")
        defer { unsafe git_odb_free(database) }
        var oid = git_oid()
        let status = unsafe bytes.withUnsafeBytes { unsafe git_odb_write(&oid, database, $0.baseAddress, $0.count, kind.raw) }
        try check(status, "store a \(kind)")
        return ObjectID(oid)
    }

    private func commitHeaders(
        tree: ObjectID, parents: [ObjectID], author: CommitIdentity, committer: CommitIdentity
    ) throws(GitError) -> String {
        let forbidden: Set<Unicode.Scalar> = ["<", ">", "\n", "\0"]
        for identity in [author, committer] {
            guard !identity.name.isEmpty, !(identity.name + identity.email).unicodeScalars.contains(where: forbidden.contains) else {
                throw GitError(.invalidName, "make a commit", "'\(identity.name) <\(identity.email)>' cannot be an author")
            }
        }
        func spelling(_ identity: CommitIdentity) -> String {
            let minutes = abs(identity.offsetMinutes)
            func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
            let zone = (identity.offsetMinutes < 0 ? "-" : "+") + two(minutes / 60) + two(minutes % 60)
            return "\(identity.name) <\(identity.email)> \(identity.instant.secondsSinceEpoch) \(zone)"
        }
        var text = "tree \(tree)\n"
        for parent in parents { text += "parent \(parent)\n" }
        return text + "author \(spelling(author))\ncommitter \(spelling(committer))\n"
    }
}
