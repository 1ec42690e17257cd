internal import Basics

/// What bubblewrap is told. Pure but for a look at which of the system's folders this machine has.
struct Bubblewrap {
    /// How the program gets another user's number than ours.
    enum UserMapping: String {
        /// We are root with all that it takes: the program really runs as nobody, so that even a file bound by mistake is not readable by it
        /// unless everybody may read it.
        case real
        /// A user namespace shows it another number; outside, it is still us.
        case namespace
    }

    static let nobody = 65534
    static let workFolder = "/work"
    static let parametersFile = "/run/proviso/parameters.json"
    static let statusDescriptor = 3
    static let filterDescriptor = 4

    let policy: SandboxPolicy
    let command: SandboxedCommand
    let mapping: UserMapping
    /// Holds `passwd`, `group` and `parameters.json`.
    let scratch: String
    let hasFilter: Bool

    /// Of /usr and what a dynamic linker and the alternatives of Debian need. `/etc` itself never.
    private static let system = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
    private static let settings = ["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"]
    private static let networkSettings = [
        "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/services", "/etc/ssl/certs", "/etc/ca-certificates", "/etc/pki/tls/certs",
    ]

    var arguments: [String] {
        var words = [policy.bubblewrap, "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "proviso"]
        if !command.network { words.append("--unshare-net") }
        switch mapping {
        case .namespace: words += ["--unshare-user", "--uid", "\(Self.nobody)", "--gid", "\(Self.nobody)", "--disable-userns", "--cap-drop", "ALL"]
        case .real: words += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]
        }
        words += ["--die-with-parent", "--new-session", "--clearenv"]
        for (name, value) in SandboxedCommand.cleanEnvironment.sorted(by: { $0.key < $1.key }) { words += ["--setenv", name, value] }
        for path in Self.system {
            switch SystemFiles.kind(path) {
            case .link: words += ["--symlink", SystemFiles.target(ofLink: path) ?? "usr" + path, path]
            case .folder: words += ["--ro-bind", path, path]
            default: break
            }
        }
        // Made before something is bound in them: bubblewrap gives folders that it makes by itself to nobody else.
        for path in ["/etc", "/run", "/run/proviso"] { words += ["--perms", "0755", "--dir", path] }
        for path in Self.settings + (command.network ? Self.networkSettings : []) { words += ["--ro-bind-try", path, path] }
        // Ahead of what may be read, which may lie in it.
        words += tmpfs("/tmp")
        for path in policy.readOnlyPaths {
            for parent in Self.parents(of: path) { words += ["--perms", "0755", "--dir", parent] }
            words += ["--ro-bind", path, path]
        }
        words += ["--ro-bind", scratch + "/passwd", "/etc/passwd", "--ro-bind", scratch + "/group", "/etc/group"]
        words += ["--ro-bind", scratch + "/parameters.json", Self.parametersFile]
        words += ["--proc", "/proc", "--dev", "/dev"]
        words += tmpfs("/dev/shm")
        words += ["--bind", command.workFolder, Self.workFolder]
        for (path, source) in command.inputs.sorted(by: { $0.key < $1.key }) { words += ["--ro-bind", source, "\(Self.workFolder)/\(path)"] }
        words += ["--chdir", Self.workFolder, "--remount-ro", "/dev", "--remount-ro", "/proc", "--remount-ro", "/"]
        if hasFilter { words += ["--seccomp", "\(Self.filterDescriptor)"] }
        words += ["--json-status-fd", "\(Self.statusDescriptor)", "--"]
        if mapping == .real {
            // Inside, since bubblewrap itself needs to be root until everything is mounted.
            words += [
                "/usr/bin/setpriv", "--reuid", "\(Self.nobody)", "--regid", "\(Self.nobody)", "--clear-groups", "--inh-caps=-all",
                "--bounding-set=-all",
                "--",
            ]
        }
        // The program's own variables come last: a linker that heeds LD_PRELOAD must not do so for anything that still is root.
        words += ["/usr/bin/env", "-i"]
        return words + environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + command.arguments
    }

    private func tmpfs(_ path: String) -> [String] { ["--perms", "1777", "--size", "\(command.limits.fileBytes)", "--tmpfs", path] }

    var environment: [String: String] {
        SandboxedCommand.cleanEnvironment.merging(["PROVISO_PARAMETERS": Self.parametersFile]) { $1 }.merging(command.environment) { $1 }
    }

    /// What bubblewrap itself enforces, as records name it.
    var enforcement: [String: String] {
        [
            "sandbox": "bubblewrap", "user": mapping == .real ? "nobody" : "user namespace", "network": command.network ? "shared" : "namespace",
            "systemCalls": hasFilter ? "seccomp" : "none",
        ]
    }

    /// The folders above a path, the outermost first.
    static func parents(of path: String) -> [String] {
        let names = path.split(separator: "/").dropLast()
        return names.indices.map { "/" + names[...$0].joined(separator: "/") }
    }

    /// The capability to do it all is bit 21, CAP_SYS_ADMIN.
    static func mapping(isRoot: Bool, status: String) -> UserMapping {
        guard isRoot, SystemFiles.exists("/usr/bin/setpriv"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
            let capabilities = UInt64(line.dropFirst(7).filter { !$0.isWhitespace }, radix: 16)
        else { return .namespace }
        return capabilities >> 21 & 1 == 1 ? .real : .namespace
    }
}

extension SandboxedCommand {
    /// Why a path cannot lie in the work folder; nil if it can.
    public static func problem(withPath path: String) -> String? {
        if path.isEmpty { return "a path in the work folder may not be empty" }
        if path.hasPrefix("/") { return "'\(path)' is absolute; paths are those below the work folder" }
        if path.utf8.contains(0) { return "a path may not contain a zero byte" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
            return "'\(path)' leaves the work folder or is not in its simplest form"
        }
        if parts.count > 32 { return "'\(path)' is nested more than 32 folders deep" }
        return nil
    }
}
