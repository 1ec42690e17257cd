internal import CLibgit2

/// A result code of libgit2, or one of the few that Proviso adds. Open: libgit2 may return codes that have no name here.
public struct GitResultCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let generic = GitResultCode(rawValue: -1)
    public static let notFound = GitResultCode(rawValue: -3)
    public static let exists = GitResultCode(rawValue: -4)
    public static let ambiguous = GitResultCode(rawValue: -5)
    public static let bareRepository = GitResultCode(rawValue: -8)
    public static let nonFastForward = GitResultCode(rawValue: -11)
    public static let invalidName = GitResultCode(rawValue: -12)
    public static let locked = GitResultCode(rawValue: -14)
    /// The reference no longer has the value that was expected.
    public static let modified = GitResultCode(rawValue: -15)
    public static let authentication = GitResultCode(rawValue: -16)
    public static let certificate = GitResultCode(rawValue: -17)
    /// The folder belongs to somebody else and is not listed as a `safe.directory`.
    public static let wrongOwner = GitResultCode(rawValue: -36)
    /// Proviso's own: a SHA-256 repository, or one with an extension that libgit2 does not know.
    public static let unsupportedRepository = GitResultCode(rawValue: -1001)
    /// Proviso's own: an object does not have the form that it must have.
    public static let malformedObject = GitResultCode(rawValue: -1002)
}

/// What git could not do.
public struct GitError: Error, Hashable, Sendable, CustomStringConvertible {
    public let code: GitResultCode
    /// As a sentence's subject: `resolve 'main'`.
    public let operation: String
    public let message: String

    public init(_ code: GitResultCode, _ operation: String, _ message: String) {
        self.code = code
        self.operation = operation
        self.message = message
    }

    public var description: String { "git cannot \(operation): \(message)" }

    /// Reads libgit2's message at once: the next call on this thread overwrites it.
    static func last(_ status: Int32, _ operation: String) -> GitError {
        guard let error = unsafe git_error_last(), let text = unsafe error.pointee.message else {
            return GitError(GitResultCode(rawValue: status), operation, "unknown error \(status)")
        }
        return GitError(GitResultCode(rawValue: status), operation, unsafe String(cString: text))
    }
}

/// Throws libgit2's error if `status` is one.
func check(_ status: Int32, _ operation: @autoclosure () -> String) throws(GitError) {
    guard status < 0 else { return }
    throw GitError.last(status, operation())
}
