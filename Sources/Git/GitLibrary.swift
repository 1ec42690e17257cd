internal import CLibgit2
internal import Dispatch

/// Settings of libgit2 that hold for the whole process.
public enum GitLibrary {
    /// Initialises libgit2 once; every entry point of this module touches it.
    static let start: Void = {
        let status = git_libgit2_init()
        precondition(status > 0, "libgit2 does not start: \(GitError.last(status, "start"))")
        // Without this libgit2 makes no fsync at all, and a record could vanish after its push was confirmed.
        precondition(proviso_git_enable_fsync(1) == 0)
        precondition(proviso_git_enable_strict_object_creation(1) == 0)
        precondition(proviso_git_enable_strict_hash_verification(1) == 0)
    }()

    /// Begins to initialise libgit2 on another thread: it reads the certificates of all authorities, which takes a tenth of what a plan without changes
    /// takes, and which the reading of arguments and keys need not wait for.
    public static func startSoon() { DispatchQueue.global().async { _ = start } }

    /// libgit2's version, such as `1.5.1`.
    public static var version: String {
        var major: Int32 = 0
        var minor: Int32 = 0
        var revision: Int32 = 0
        _ = unsafe git_libgit2_version(&major, &minor, &revision)
        return "\(major).\(minor).\(revision)"
    }

    /// A private certificate authority for https remotes: a PEM file, a folder of such, or both.
    public static func setCertificateAuthorities(file: String?, folder: String?) throws(GitError) {
        _ = start
        try check(unsafe proviso_git_set_ssl_cert_locations(file, folder), "use the certificates in \(file ?? folder ?? "nothing")")
    }

    /// Keeps libgit2 from reading the system's and the user's configuration files: for tests, and for hooks that must not depend on either.
    public static func ignoreUserConfiguration() throws(GitError) {
        _ = start
        for level in [GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL] {
            try check(unsafe proviso_git_set_search_path(Int32(level.rawValue), ""), "ignore the user's configuration")
        }
    }

    /// Whether repositories that belong to another user are refused (the default, as in git).
    public static func setOwnerValidation(_ enabled: Bool) throws(GitError) {
        _ = start
        try check(proviso_git_set_owner_validation(enabled ? 1 : 0), "set the validation of owners")
    }
}
