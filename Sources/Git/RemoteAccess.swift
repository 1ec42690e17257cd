/// How to prove who we are to a server. What is left nil is not tried; an ssh server is always offered the keys of the running ssh-agent
/// last.
public struct RemoteAccess: Sendable {
    /// The name to log in with where the address has none; `git` over ssh by default.
    public var user: String?
    /// The path of a private key without a passphrase, beside its `.pub` file.
    public var sshKeyFile: String?
    /// A password or token for https.
    public var password: String?

    public init(user: String? = nil, sshKeyFile: String? = nil, password: String? = nil) {
        self.user = user
        self.sshKeyFile = sshKeyFile
        self.password = password
    }

    /// No credentials but those of the ssh-agent.
    public static let anonymous = RemoteAccess()

    /// Whether libgit2 reaches `address` through the file system. Such a push runs none of the server's hooks: it must never be taken for
    /// one that a gate has judged.
    public static func isLocal(_ address: String) -> Bool { localPath(address) != nil }

    /// The path that a local address names. `host:path` is ssh, as for git, unless a slash comes before the colon.
    static func localPath(_ address: String) -> String? {
        if address.hasPrefix("file://") {
            let rest = address.dropFirst("file://".count)
            return rest.hasPrefix("localhost/") ? String(rest.dropFirst("localhost".count)) : String(rest)
        }
        guard let colon = address.firstIndex(of: ":") else { return address }
        return address[..<colon].contains("/") ? address : nil
    }
}
