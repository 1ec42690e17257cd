internal import Glibc

/// Where this process's control groups lie.
struct ControlGroupTree: Sendable {
    /// By controller, for version 1: the folder of our own group in that controller's hierarchy.
    let version1: [String: String]
    /// For version 2: our own group's folder and the one above it, as far as they are ours to see.
    let version2: [String]

    /// Reads `/proc/self/mounts` and `/proc/self/cgroup`.
    static func ofThisProcess() -> ControlGroupTree {
        ControlGroupTree(mounts: SystemFiles.text("/proc/self/mounts") ?? "", groups: SystemFiles.text("/proc/self/cgroup") ?? "")
    }

    init(mounts: String, groups: String) {
        var own: [String: String] = [:]
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            for controller in parts[1].split(separator: ",", omittingEmptySubsequences: false) { own[String(controller)] = String(parts[2]) }
        }
        var version1: [String: String] = [:]
        var version2: [String] = []
        for line in mounts.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count >= 4 else { continue }
            let point = String(parts[1])
            func folder(_ path: String) -> String {
                // In a container the path may name a group that is not mounted here; then the mount's own root is ours.
                path != "/" && SystemFiles.exists(point + path) ? point + path : point
            }
            switch parts[2] {
            case "cgroup":
                for controller in parts[3].split(separator: ",") {
                    if let path = own[String(controller)] { version1[String(controller)] = folder(path) }
                }
            case "cgroup2":
                guard let path = own[""] else { continue }
                let group = folder(path)
                version2.append(group)
                if group != point, let slash = group.lastIndex(of: "/") { version2.append(String(group[..<slash])) }
            default: continue
            }
        }
        self.version1 = version1
        self.version2 = version2
    }
}

/// A control group for one program: made before it, emptied and removed after it.
struct ControlGroup {
    /// The group's folders: one for version 2, one for each controller of version 1.
    private let folders: [String: String]
    private let isVersion2: Bool
    /// What it limits: some of `memory`, `processes`, `cpu`.
    let enforces: Set<String>

    var version: String { isVersion2 ? "cgroup v2" : "cgroup v1" }
    /// Files that a process enters the group by.
    var entrances: [String] { folders.values.sorted().map { $0 + "/cgroup.procs" } }

    /// Nil where this machine has no group that we may make.
    init?(name: String, limits: SandboxLimits, tree: ControlGroupTree) {
        for parent in tree.version2 {
            if let (folder, enforced) = Self.version2(parent, name, limits) {
                (folders, isVersion2, enforces) = (["": folder], true, enforced)
                return
            }
        }
        var folders: [String: String] = [:]
        var enforced: Set<String> = []
        for controller in ["memory", "pids", "cpu", "cpuacct"] {
            guard let parent = tree.version1[controller] else { continue }
            let folder = "\(parent)/\(name)"
            guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else { continue }
            guard SystemFiles.exists(folder + "/cgroup.procs") else {
                unsafe rmdir(folder)
                continue
            }
            folders[controller] = folder
            switch controller {
            case "memory":
                if SystemFiles.write(String(limits.memoryBytes), to: folder + "/memory.limit_in_bytes") == 0 { enforced.insert("memory") }
                // Missing where the kernel does not count swap.
                SystemFiles.write(String(limits.memoryBytes), to: folder + "/memory.memsw.limit_in_bytes")
            case "pids": if SystemFiles.write(String(limits.processes), to: folder + "/pids.max") == 0 { enforced.insert("processes") }
            case "cpu":
                SystemFiles.write("100000", to: folder + "/cpu.cfs_period_us")
                if SystemFiles.write(String(limits.cpus * 100_000), to: folder + "/cpu.cfs_quota_us") == 0 { enforced.insert("cpu") }
            default: break
            }
        }
        guard !folders.isEmpty else { return nil }
        (self.folders, isVersion2, enforces) = (folders, false, enforced)
    }

    /// Removes groups that workers left which were killed. One with processes stays, since the kernel keeps it, and a young one may just be waiting for its
    /// first. A name with a dot is a unit of systemd's.
    static func sweep(_ tree: ControlGroupTree, olderThan seconds: Int = 3600) {
        for parent in Set(tree.version2 + tree.version1.values) {
            for name in SystemFiles.names(in: parent) where name.hasPrefix(prefix) && !name.contains(".") {
                var about = stat()
                let path = "\(parent)/\(name)"
                guard unsafe lstat(path, &about) == 0, time(nil) - about.st_mtim.tv_sec >= seconds else { continue }
                unsafe rmdir(path)
            }
        }
    }

    /// What the names of all groups of ours begin with.
    static let prefix = "proviso-"

    private static func version2(_ parent: String, _ name: String, _ limits: SandboxLimits) -> (String, Set<String>)? {
        // A group with processes of its own, other than the root, can hand down some controllers only, and becomes the root of threaded groups by it.
        if !SystemFiles.exists(parent + "/cgroup.type") || SystemFiles.text(parent + "/cgroup.procs")?.isEmpty == true {
            let enabled = SystemFiles.text(parent + "/cgroup.subtree_control")?.split(whereSeparator: { $0 == " " || $0 == "\n" }) ?? []
            for controller in ["memory", "pids", "cpu"] where !enabled.contains(Substring(controller)) {
                SystemFiles.write("+\(controller)", to: parent + "/cgroup.subtree_control")
            }
        }
        let folder = "\(parent)/\(name)"
        guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else { return nil }
        // No process may enter one that is `domain invalid`: below a threaded group.
        guard SystemFiles.text(folder + "/cgroup.type")?.split(separator: "\n").first == "domain" else {
            unsafe rmdir(folder)
            return nil
        }
        var enforced: Set<String> = []
        if SystemFiles.write(String(limits.memoryBytes), to: folder + "/memory.max") == 0 { enforced.insert("memory") }
        SystemFiles.write("0", to: folder + "/memory.swap.max")
        if SystemFiles.write(String(limits.processes), to: folder + "/pids.max") == 0 { enforced.insert("processes") }
        if SystemFiles.write("\(limits.cpus * 100_000) 100000", to: folder + "/cpu.max") == 0 { enforced.insert("cpu") }
        guard !enforced.isEmpty else {
            unsafe rmdir(folder)
            return nil
        }
        return (folder, enforced)
    }

    private func number(_ controller: String, _ file: String) -> Int64? {
        guard let folder = folders[isVersion2 ? "" : controller] else { return nil }
        return SystemFiles.text("\(folder)/\(file)").flatMap { Int64($0.prefix { $0 != "\n" }) }
    }

    private func counter(_ controller: String, _ file: String, _ name: String) -> Int64? {
        guard let folder = folders[isVersion2 ? "" : controller], let text = SystemFiles.text("\(folder)/\(file)") else { return nil }
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2, parts[0] == name { return Int64(parts[1]) }
        }
        return nil
    }

    var cpuSeconds: Double? {
        isVersion2 ? counter("", "cpu.stat", "usage_usec").map { Double($0) / 1e6 } : number("cpuacct", "cpuacct.usage").map { Double($0) / 1e9 }
    }

    var peakMemoryBytes: Int64? { isVersion2 ? number("", "memory.peak") : number("memory", "memory.max_usage_in_bytes") }

    var killedForMemory: Bool {
        (isVersion2 ? counter("", "memory.events", "oom_kill") : counter("memory", "memory.oom_control", "oom_kill")).map { $0 > 0 } ?? false
    }

    var refusedProcesses: Bool { (counter("pids", "pids.events", "max") ?? 0) > 0 }

    var members: Set<pid_t> {
        var members: Set<pid_t> = []
        for entrance in entrances {
            for line in (SystemFiles.text(entrance) ?? "").split(separator: "\n") { if let process = pid_t(line) { members.insert(process) } }
        }
        // 0 is a process of another namespace, which is none of ours.
        members.remove(0)
        return members
    }

    /// Kills whatever is in it, and what that starts meanwhile, until it is empty.
    func kill() {
        if isVersion2, let folder = folders[""] { SystemFiles.write("1", to: folder + "/cgroup.kill") }
        for _ in 0..<1000 {
            let members = members
            if members.isEmpty { return }
            // Stopped first: none sees another die.
            for signal in [SIGSTOP, SIGKILL] { for process in members { _ = Glibc.kill(process, signal) } }
            usleep(2000)
        }
    }

    func remove() {
        for folder in folders.values {
            // The kernel takes a moment to forget the last process.
            for _ in 0..<200 {
                if unsafe rmdir(folder) == 0 || errno == ENOENT { break }
                usleep(5000)
            }
        }
    }
}
