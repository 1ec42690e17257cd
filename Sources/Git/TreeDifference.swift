/// One path that differs between two trees.
public struct TreeChange: Hashable, Sendable {
    public let path: String
    /// Nil if the path is new.
    public let old: TreeEntry?
    /// Nil if the path is gone.
    public let new: TreeEntry?
}

extension Repository {
    /// The files, links and submodules that differ, by path. Folders with the same name are not entered, so that the cost is that of the
    /// change, not of the trees. Renames appear as one path gone and one new.
    public func changes(from old: ObjectID?, to new: ObjectID?) throws(GitError) -> [TreeChange] {
        var changes: [TreeChange] = []
        try compare(old, new, at: "", into: &changes)
        return changes.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private func compare(_ old: ObjectID?, _ new: ObjectID?, at folder: String, into changes: inout [TreeChange]) throws(GitError) {
        guard old != new else { return }
        var left = try old.map { id throws(GitError) in try children(of: id)[...] } ?? []
        var right = try new.map { id throws(GitError) in try children(of: id)[...] } ?? []
        // Two trees of one history differ in few places: what they begin and end with alike is passed over.
        while let child = left.first, child == right.first {
            left.removeFirst()
            right.removeFirst()
        }
        while let child = left.last, child == right.last {
            left.removeLast()
            right.removeLast()
        }
        var before: [String: TreeEntry] = [:]
        for child in left { before[child.path] = child }
        for child in right {
            let previous = before.removeValue(forKey: child.path)
            if previous != child { try compare(previous, child, at: folder, into: &changes) }
        }
        for child in before.values { try compare(child, nil, at: folder, into: &changes) }
    }

    private func compare(
        _ old: TreeEntry?, _ new: TreeEntry?, at folder: String, into changes: inout [TreeChange]
    ) throws(GitError) {
        guard let name = (old ?? new)?.path else { return }
        func file(_ entry: TreeEntry?) -> TreeEntry? {
            guard let entry, entry.mode != .tree else { return nil }
            return TreeEntry(path: folder + name, mode: entry.mode, id: entry.id)
        }
        func subtree(_ entry: TreeEntry?) -> ObjectID? { entry?.mode == .tree ? entry?.id : nil }
        // A file that became a folder is a file gone and files new.
        if file(old) != nil || file(new) != nil { changes.append(TreeChange(path: folder + name, old: file(old), new: file(new))) }
        try compare(subtree(old), subtree(new), at: folder + name + "/", into: &changes)
    }
}
