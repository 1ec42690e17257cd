internal import CLibgit2

/// A git repository. Synchronous, and for one thread at a time.
///
/// A handle either writes durably (every object and reference reaches the disk, with fsync) or keeps all objects that it makes in memory,
/// where they can be read through the same handle and vanish with it; a handle of the second kind refuses to touch references.
@safe
public final class Repository {
    public enum ObjectWrites: Sendable {
        case durable
        case inMemory
    }

    let pointer: OpaquePointer
    public let objectWrites: ObjectWrites

    private init(owning pointer: OpaquePointer, objectWrites: ObjectWrites) throws(GitError) {
        unsafe self.pointer = unsafe pointer
        self.objectWrites = objectWrites
        try addBackends()
    }

    deinit { unsafe git_repository_free(pointer) }

    /// Opens the repository at `path`: a working copy's root, its `.git`, or a bare repository. Parent folders are not searched.
    public static func open(at path: String, objectWrites: ObjectWrites = .durable) throws(GitError) -> Repository {
        try open(path: path, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, operation: "open \(path)", objectWrites: objectWrites)
    }

    /// Opens the repository that `path` lies in, as git does from a subfolder.
    public static func discover(from path: String, objectWrites: ObjectWrites = .durable) throws(GitError) -> Repository {
        try open(path: path, flags: 0, operation: "find a repository at \(path)", objectWrites: objectWrites)
    }

    /// Opens what `GIT_DIR`, `GIT_OBJECT_DIRECTORY` and the like name: in a `pre-receive` hook, the repository with the pushed objects that
    /// are still in quarantine. Objects are kept in memory, for git forbids a hook to write references there and libgit2 would not stop it.
    public static func openFromEnvironment() throws(GitError) -> Repository {
        try open(
            path: nil, flags: GIT_REPOSITORY_OPEN_FROM_ENV.rawValue, operation: "open the repository of the environment",
            objectWrites: .inMemory)
    }

    /// Makes an empty bare repository whose HEAD names `branch`.
    public static func initBare(at path: String, branch: String = "main") throws(GitError) -> Repository {
        try create(at: path, flags: GIT_REPOSITORY_INIT_BARE.rawValue, branch: branch)
    }

    /// Makes an empty repository with a working folder.
    public static func initWorking(at path: String, branch: String = "main") throws(GitError) -> Repository {
        try create(at: path, flags: 0, branch: branch)
    }

    private static func create(at path: String, flags: UInt32, branch: String) throws(GitError) -> Repository {
        _ = GitLibrary.start
        let operation = "make a repository at \(path)"
        var options = unsafe git_repository_init_options()
        try check(
            unsafe git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)), operation)
        unsafe options.flags = flags | GIT_REPOSITORY_INIT_MKPATH.rawValue | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
        var out: OpaquePointer?
        let status = unsafe branch.withCString { branch in
            unsafe options.initial_head = unsafe branch
            return unsafe git_repository_init_ext(&out, path, &options)
        }
        try check(status, operation)
        return try unsafe Repository(owning: unsafe out!, objectWrites: .durable)
    }

    private static func open(
        path: String?, flags: UInt32, operation: String, objectWrites: ObjectWrites
    ) throws(GitError) -> Repository {
        _ = GitLibrary.start
        var out: OpaquePointer?
        let status = unsafe git_repository_open_ext(&out, path, flags, nil)
        if status < 0 { throw unsupported(GitError.last(status, operation)) }
        return try unsafe Repository(owning: unsafe out!, objectWrites: objectWrites)
    }

    /// libgit2 gives no code of its own for what it cannot read, only a text.
    private static func unsupported(_ error: GitError) -> GitError {
        if error.message.contains("objectformat") {
            return GitError(
                .unsupportedRepository, error.operation, "it is a SHA-256 repository, which libgit2 \(GitLibrary.version) cannot read")
        }
        if error.message.contains("unsupported extension") || error.message.contains("unsupported repository version") {
            return GitError(
                .unsupportedRepository, error.operation,
                "it uses a feature that libgit2 \(GitLibrary.version) cannot read (\(error.message))")
        }
        return error
    }

    /// A second handle on the same repository, whose objects stay in memory.
    public func inMemoryHandle() throws(GitError) -> Repository { try Repository.open(at: path, objectWrites: .inMemory) }

    /// The `.git` folder, or the bare repository itself; ends with a slash.
    public var path: String { unsafe String(cString: git_repository_path(pointer)) }

    /// Nil for a bare repository; ends with a slash.
    public var workingFolder: String? {
        guard let path = unsafe git_repository_workdir(pointer) else { return nil }
        return unsafe String(cString: path)
    }

    public var isBare: Bool { unsafe git_repository_is_bare(pointer) != 0 }

    /// The backends of the disk have priorities 1 and 2. The mempack takes every write before they are asked; loose objects are read by our
    /// own reader first, since libgit2's does not survive damaged ones. All are freed with the repository.
    private func addBackends() throws(GitError) {
        var database: OpaquePointer?
        try check(unsafe git_repository_odb(&database, pointer), "open the object database")
        defer { unsafe git_odb_free(database) }
        var backend: UnsafeMutablePointer<git_odb_backend>?
        var folder = unsafe git_buf()
        defer { unsafe git_buf_dispose(&folder) }
        try check(unsafe git_repository_item_path(&folder, pointer, GIT_REPOSITORY_ITEM_OBJECTS), "find the folder of objects")
        try check(unsafe proviso_loose_backend_new(&backend, folder.ptr), "make a reader of loose objects")
        try check(unsafe git_odb_add_backend(database, backend, 900), "use the reader of loose objects")
        guard objectWrites == .inMemory else { return }
        try check(unsafe git_mempack_new(&backend), "make an object store in memory")
        try check(unsafe git_odb_add_backend(database, backend, 999), "use the object store in memory")
    }

    func requireDurable() {
        precondition(objectWrites == .durable, "a handle whose objects are in memory must not write references or push")
    }
}
