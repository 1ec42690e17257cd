internal import CLibgit2

/// What an entry of a tree is, as git writes it.
public struct FileMode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let regular = FileMode(rawValue: 0o100644)
    public static let executable = FileMode(rawValue: 0o100755)
    public static let symbolicLink = FileMode(rawValue: 0o120000)
    public static let submodule = FileMode(rawValue: 0o160000)
    public static let tree = FileMode(rawValue: 0o040000)

    public var isFile: Bool { self == .regular || self == .executable }
    public var description: String {
        let octal = String(rawValue, radix: 8)
        return String(repeating: "0", count: max(0, 6 - octal.count)) + octal
    }
}

/// A file, link or submodule of a tree, with its path from the tree's root.
public struct TreeEntry: Hashable, Sendable {
    public let path: String
    public let mode: FileMode
    public let id: ObjectID

    public init(path: String, mode: FileMode, id: ObjectID) {
        self.path = path
        self.mode = mode
        self.id = id
    }
}

extension Repository {
    enum ObjectKind {
        case blob, tree, commit

        var raw: git_object_t {
            switch self {
            case .blob: GIT_OBJECT_BLOB
            case .tree: GIT_OBJECT_TREE
            case .commit: GIT_OBJECT_COMMIT
            }
        }
    }

    /// Calls `body` with an object's bytes, whose name libgit2 has checked against them.
    func withObject<Result>(_ id: ObjectID, _ kind: ObjectKind, _ body: (UnsafeRawBufferPointer) -> Result) throws(GitError) -> Result {
        var database: OpaquePointer?
        try check(unsafe git_repository_odb(&database, pointer), "open the object database")
        defer { unsafe git_odb_free(database) }
        var oid = id.raw
        var object: OpaquePointer?
        try check(unsafe git_odb_read(&object, database, &oid), "read \(kind) \(id)")
        defer { unsafe git_odb_object_free(object) }
        guard unsafe git_odb_object_type(object) == kind.raw else {
            throw GitError(.malformedObject, "read \(kind) \(id)", "it is an object of another kind")
        }
        return unsafe body(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object)))
    }

    /// The bytes of a blob.
    public func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
        try unsafe withObject(id, .blob) { unsafe Array($0) }
    }

    public func contains(_ id: ObjectID) throws(GitError) -> Bool {
        var database: OpaquePointer?
        try check(unsafe git_repository_odb(&database, pointer), "open the object database")
        defer { unsafe git_odb_free(database) }
        var oid = id.raw
        return unsafe git_odb_exists(database, &oid) == 1
    }

    /// Stores a blob.
    public func writeBlob(_ bytes: [UInt8]) throws(GitError) -> ObjectID {
        var oid = git_oid()
        let status = unsafe bytes.withUnsafeBytes { unsafe git_blob_create_from_buffer(&oid, pointer, $0.baseAddress, $0.count) }
        try check(status, "store a blob of \(bytes.count) bytes")
        return ObjectID(oid)
    }

    /// All files, links and submodules below `prefix` (a folder without a trailing slash; empty for the whole tree), in git's order.
    /// A prefix that does not exist or is no folder gives none.
    public func treeEntries(of tree: ObjectID, under prefix: String = "") throws(GitError) -> [TreeEntry] {
        var entries: [TreeEntry] = []
        if prefix.isEmpty {
            try collect(tree, at: "", into: &entries)
        } else if let folder = try entry(at: prefix, in: tree), folder.mode == .tree {
            try collect(folder.id, at: prefix + "/", into: &entries)
        }
        return entries
    }

    /// The entry at `path`, which may be a folder; nil if there is none.
    public func entry(at path: String, in tree: ObjectID) throws(GitError) -> TreeEntry? {
        var current = TreeEntry(path: "", mode: .tree, id: tree)
        for name in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard current.mode == .tree, let next = try children(of: current.id).first(where: { $0.path == name }) else { return nil }
            current = next
        }
        return TreeEntry(path: path, mode: current.mode, id: current.id)
    }

    /// The entries of one folder, named without its path, in git's order.
    public func children(of tree: ObjectID) throws(GitError) -> [TreeEntry] {
        let entries = try unsafe withObject(tree, .tree) { unsafe TreeParser.parse($0) }
        guard let entries else { throw GitError(.malformedObject, "read tree \(tree)", "its bytes are damaged") }
        return entries
    }

    private func collect(_ tree: ObjectID, at folder: String, into entries: inout [TreeEntry]) throws(GitError) {
        for child in try children(of: tree) {
            if child.mode == .tree {
                try collect(child.id, at: folder + child.path + "/", into: &entries)
            } else {
                entries.append(TreeEntry(path: folder + child.path, mode: child.mode, id: child.id))
            }
        }
    }

    /// A new tree: `base` (nil for an empty one) with files put at the paths of `upserts` and without those of `removals`. Folders come and
    /// go with their files.
    public func createTree(
        from base: ObjectID?, upserts: [TreeEntry], removals: [String] = []
    ) throws(GitError) -> ObjectID {
        let operation = "make a tree"
        var baseTree: OpaquePointer?
        if let base {
            var oid = base.raw
            try check(unsafe git_tree_lookup(&baseTree, pointer, &oid), operation)
        }
        defer { unsafe git_tree_free(baseTree) }
        var oid = git_oid()
        let status = unsafe CStrings(upserts.map(\.path) + removals).withPointers { paths in
            var updates = unsafe [git_tree_update]()
            for (index, entry) in upserts.enumerated() {
                unsafe updates.append(
                    git_tree_update(
                        action: GIT_TREE_UPDATE_UPSERT, id: entry.id.raw, filemode: git_filemode_t(entry.mode.rawValue),
                        path: paths[index]))
            }
            for index in upserts.count..<paths.count {
                unsafe updates.append(
                    git_tree_update(
                        action: GIT_TREE_UPDATE_REMOVE, id: git_oid(), filemode: GIT_FILEMODE_UNREADABLE, path: paths[index]))
            }
            return unsafe git_tree_create_updated(&oid, pointer, baseTree, updates.count, updates)
        }
        try check(status, operation)
        return ObjectID(oid)
    }
}
