internal import CLibgit2

extension Repository {
    /// The references that a server offers, without fetching anything.
    public static func remoteReferences(of address: String, access: RemoteAccess = .anonymous) throws(GitError) -> [Reference] {
        _ = GitLibrary.start
        let operation = "ask \(address) for its references"
        var remote: OpaquePointer?
        try check(unsafe git_remote_create_detached(&remote, address), operation)
        defer { unsafe git_remote_free(remote) }
        let session = RemoteSession(access: access)
        var callbacks = unsafe git_remote_callbacks()
        try check(unsafe git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION)), operation)
        unsafe session.install(in: &callbacks)
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        return try withExtendedLifetime(session) { () throws(GitError) in
            try check(unsafe git_remote_connect(remote, GIT_DIRECTION_FETCH, &callbacks, nil, nil), operation)
            try check(unsafe git_remote_ls(&heads, &count, remote), operation)
            var references: [Reference] = []
            for index in 0..<count {
                guard let head = unsafe heads?[index], let name = unsafe head.pointee.name else { continue }
                references.append(unsafe Reference(name: String(cString: name), target: ObjectID(head.pointee.oid)))
            }
            return references
        }
    }

    /// Fetches by refspecs such as `+refs/heads/*:refs/remotes/origin/*`. References that are gone on the server are removed if `prune`.
    public func fetch(
        from address: String, refspecs: [String], prune: Bool = false, access: RemoteAccess = .anonymous
    ) throws(GitError) {
        requireDurable()
        let operation = "fetch from \(address)"
        var remote: OpaquePointer?
        try check(unsafe git_remote_create_anonymous(&remote, pointer, address), operation)
        defer { unsafe git_remote_free(remote) }
        var options = unsafe git_fetch_options()
        try check(unsafe git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION)), operation)
        unsafe options.update_fetchhead = 0
        unsafe options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        unsafe options.prune = prune ? GIT_FETCH_PRUNE : GIT_FETCH_NO_PRUNE
        let session = RemoteSession(access: access)
        unsafe session.install(in: &options.callbacks)
        let status = withExtendedLifetime(session) {
            unsafe withStrings(refspecs) { unsafe git_remote_fetch(remote, $0, &options, "fetch from \(address)") }
        }
        try check(status, operation)
    }

    /// Copies a repository into a new folder and checks its default branch out, unless `bare`.
    public static func clone(
        from address: String, to path: String, bare: Bool, access: RemoteAccess = .anonymous
    ) throws(GitError) -> Repository {
        _ = GitLibrary.start
        let operation = "clone \(address)"
        var options = unsafe git_clone_options()
        try check(unsafe git_clone_options_init(&options, UInt32(GIT_CLONE_OPTIONS_VERSION)), operation)
        unsafe options.bare = bare ? 1 : 0
        let session = RemoteSession(access: access)
        unsafe session.install(in: &options.fetch_opts.callbacks)
        var out: OpaquePointer?
        let status = withExtendedLifetime(session) { unsafe git_clone(&out, address, path, &options) }
        try check(status, operation)
        unsafe git_repository_free(out)
        return try Repository.open(at: path)
    }

    /// Moves one reference of a server to `commit`, without force, if it still points at `expected` (nil: does not exist). The server's own
    /// check of the old value is the compare-and-swap.
    ///
    /// An address in the file system skips the server's hooks, as libgit2 always does (`PushReport.skippedHooks`, `RemoteAccess.isLocal`):
    /// never let anything through such an address that a hook was to judge.
    public func push(
        _ commit: ObjectID, to reference: String, of address: String, expecting expected: ObjectID?, access: RemoteAccess = .anonymous
    ) throws(PushError) -> PushReport {
        requireDurable()
        let session = RemoteSession(access: access, expecting: expected)
        func failure(_ code: PushError.Code, _ reason: String) -> PushError {
            PushError(code, reference: reference, reason: reason, serverMessages: session.messages)
        }
        do {
            if let expected, try !isAncestor(expected, of: commit) {
                throw failure(.refused, "\(commit.short) does not contain \(expected.short), and a push never forces")
            }
            if let path = RemoteAccess.localPath(address) {
                try pushLocally(commit, to: reference, ofRepositoryAt: path, expecting: expected)
                return PushReport(serverMessages: "", skippedHooks: true)
            }
            // libgit2 pushes references only. The name tells whose it is, should a crash leave it behind; until then it keeps the commit
            // alive.
            let source = "refs/proviso/push/\(commit)"
            if try self.reference(source) == nil { try updateReference(source, to: commit, expecting: nil, reason: "push") }
            let result = Result { () throws(GitError) in try push("\(source):\(reference)", to: address, session) }
            try deleteReference(source, expecting: commit)
            try result.get()
        } catch let error as PushError {
            throw error
        } catch let error as GitError {
            if let found = session.found {
                throw failure(.lostRace, "the reference is at \(found == .zero ? "nothing" : found.short) by now")
            }
            switch error.code {
            case .modified, .exists, .locked, .nonFastForward: throw failure(.lostRace, error.message)
            case .authentication: throw failure(.refused, error.message)
            default: throw failure(.failed, error.message)
            }
        } catch {
            preconditionFailure("\(error)")
        }
        // libgit2 returns success even if the server refused.
        if let refusal = session.refusals.first { throw failure(.refused, refusal.reason) }
        return PushReport(serverMessages: session.messages, skippedHooks: false)
    }

    private func push(_ refspec: String, to address: String, _ session: RemoteSession) throws(GitError) {
        let operation = "push to \(address)"
        var remote: OpaquePointer?
        try check(unsafe git_remote_create_anonymous(&remote, pointer, address), operation)
        defer { unsafe git_remote_free(remote) }
        var options = unsafe git_push_options()
        try check(unsafe git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION)), operation)
        unsafe session.install(in: &options.callbacks)
        let status = withExtendedLifetime(session) {
            unsafe withStrings([refspec]) { unsafe git_remote_push(remote, $0, &options) }
        }
        try check(status, operation)
    }

    /// libgit2's own file transport overwrites the reference without looking at its old value, so the objects are copied and the reference
    /// is swapped here.
    private func pushLocally(
        _ commit: ObjectID, to reference: String, ofRepositoryAt path: String, expecting expected: ObjectID?
    ) throws(GitError) {
        let target = try Repository.open(at: path)
        let current = try target.reference(reference)
        guard current == expected else {
            throw GitError(.modified, "push to \(path)", "\(reference) is at \(current?.short ?? "nothing") by now")
        }
        var hidden: [ObjectID] = []
        // Branches only: a reference elsewhere may point at a blob, as approvals do.
        for known in try target.references(prefix: "refs/heads/") where try contains(known.target) { hidden.append(known.target) }
        try copyObjects(reachableFrom: commit, notFrom: hidden, to: target)
        try target.updateReference(reference, to: commit, expecting: expected, reason: "push")
    }

    /// Copies what `commit` brings over `hidden` into another repository, durably and as one pack. From a handle whose objects are in
    /// memory to a durable one, many objects cost one fsync instead of one each.
    public func copyObjects(reachableFrom commit: ObjectID, notFrom hidden: [ObjectID], to target: Repository) throws(GitError) {
        target.requireDurable()
        let operation = "copy objects to \(target.path)"
        var walk: OpaquePointer?
        try check(unsafe git_revwalk_new(&walk, pointer), operation)
        defer { unsafe git_revwalk_free(walk) }
        var oid = commit.raw
        try check(unsafe git_revwalk_push(walk, &oid), operation)
        for id in hidden {
            oid = id.raw
            try check(unsafe git_revwalk_hide(walk, &oid), operation)
        }
        var builder: OpaquePointer?
        try check(unsafe git_packbuilder_new(&builder, pointer), operation)
        defer { unsafe git_packbuilder_free(builder) }
        try check(unsafe git_packbuilder_insert_walk(builder, walk), operation)
        guard unsafe git_packbuilder_object_count(builder) > 0 else { return }

        var database: OpaquePointer?
        try check(unsafe git_repository_odb(&database, target.pointer), operation)
        defer { unsafe git_odb_free(database) }
        var writer: UnsafeMutablePointer<git_odb_writepack>?
        try check(unsafe git_odb_write_pack(&writer, database, nil, nil), operation)
        guard let writer = unsafe writer else { preconditionFailure("libgit2 gave no pack writer") }
        defer { unsafe writer.pointee.free(writer) }
        var output = unsafe PackOutput(writer: writer, progress: git_indexer_progress())
        let status = unsafe git_packbuilder_foreach(
            builder,
            { bytes, count, payload in
                guard let payload = unsafe payload else { return GIT_ERROR.rawValue }
                let output = unsafe payload.assumingMemoryBound(to: PackOutput.self)
                return unsafe output.pointee.writer.pointee.append(output.pointee.writer, bytes, count, &output.pointee.progress)
            }, &output)
        try check(status, operation)
        try check(unsafe writer.pointee.commit(writer, &output.progress), operation)
    }
}

/// Where a pack is written to. The progress is the writer's memory of how far it has come: one value for all pieces.
@unsafe
private struct PackOutput {
    let writer: UnsafeMutablePointer<git_odb_writepack>
    var progress: git_indexer_progress
}

/// Lends `strings` to a call of libgit2.
private func withStrings<Result>(_ strings: [String], _ body: (UnsafePointer<git_strarray>) -> Result) -> Result {
    unsafe CStrings(strings).withPointers { pointers in
        var array = unsafe git_strarray(strings: pointers.baseAddress, count: pointers.count)
        return unsafe body(&array)
    }
}
