internal import CLibgit2

/// A branch or tag by its full name (`refs/heads/main`), with what it finally points at.
public struct Reference: Hashable, Sendable {
    public let name: String
    public let target: ObjectID
}

extension Repository {
    /// What a reference of this full name points at, symbolic ones followed; nil if it does not exist.
    public func reference(_ name: String) throws(GitError) -> ObjectID? {
        var oid = git_oid()
        let status = unsafe git_reference_name_to_id(&oid, pointer, name)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try check(status, "read \(name)")
        return ObjectID(oid)
    }

    /// The references whose full names begin with `prefix`, by name.
    public func references(prefix: String) throws(GitError) -> [Reference] {
        var iterator: OpaquePointer?
        try check(unsafe git_reference_iterator_new(&iterator, pointer), "list references")
        defer { unsafe git_reference_iterator_free(iterator) }
        var names: [String] = []
        while true {
            var name: UnsafePointer<CChar>?
            let status = unsafe git_reference_next_name(&name, iterator)
            if status == GIT_ITEROVER.rawValue { break }
            try check(status, "list references")
            if let name = unsafe name {
                let text = unsafe String(cString: name)
                if text.hasPrefix(prefix) { names.append(text) }
            }
        }
        var references: [Reference] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            if let target = try reference(name) { references.append(Reference(name: name, target: target)) }
        }
        return references
    }

    /// The branch that HEAD names, whether or not it exists yet; nil if HEAD is detached.
    public func headBranch() throws(GitError) -> String? {
        var head: OpaquePointer?
        try check(unsafe git_reference_lookup(&head, pointer, "HEAD"), "read HEAD")
        defer { unsafe git_reference_free(head) }
        guard let target = unsafe git_reference_symbolic_target(head) else { return nil }
        return unsafe String(cString: target)
    }

    /// Moves a reference by compare-and-swap: it must still point at `expected`, or not exist if that is nil. If it does not, the error's
    /// code is `modified`, `exists` or `locked`.
    public func updateReference(_ name: String, to target: ObjectID, expecting expected: ObjectID?, reason: String) throws(GitError) {
        requireDurable()
        var new = target.raw
        var out: OpaquePointer?
        let status: Int32
        if let expected {
            var old = expected.raw
            status = unsafe git_reference_create_matching(&out, pointer, name, &new, 1, &old, reason)
        } else {
            status = unsafe git_reference_create(&out, pointer, name, &new, 0, reason)
        }
        defer { unsafe git_reference_free(out) }
        try check(status, "move \(name)")
    }

    /// Removes a reference that must still point at `expected`.
    public func deleteReference(_ name: String, expecting expected: ObjectID) throws(GitError) {
        requireDurable()
        var reference: OpaquePointer?
        try check(unsafe git_reference_lookup(&reference, pointer, name), "delete \(name)")
        defer { unsafe git_reference_free(reference) }
        guard let target = unsafe git_reference_target(reference), unsafe ObjectID(target.pointee) == expected else {
            throw GitError(.modified, "delete \(name)", "it does not point at \(expected.short) any more")
        }
        try check(unsafe git_reference_delete(reference), "delete \(name)")
    }
}
