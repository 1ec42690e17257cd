internal import CProcess
internal import Glibc

/// What `setrlimit` and the scheduler can hold, where a control group cannot.
struct ProcessLimits {
    var limits: [cprocess_limit] = []
    /// 0: as many as there are.
    var cores: Int32 = 0
    var enforcement: [String: String] = [:]

    init(_ wanted: SandboxLimits, group: ControlGroup?, mapping: Bubblewrap.UserMapping?) {
        let held = group?.enforces ?? []
        let version = group?.version ?? ""
        func limit(_ resource: __rlimit_resource, _ value: Int64) -> cprocess_limit {
            cprocess_limit(resource: Int32(bitPattern: resource.rawValue), value: UInt64(value))
        }
        limits.append(limit(RLIMIT_FSIZE, wanted.fileBytes))
        limits.append(limit(RLIMIT_CORE, 0))
        limits.append(limit(RLIMIT_NOFILE, 1024))
        enforcement["files"] = "prlimit and watch"
        if let seconds = wanted.wallSeconds {
            // A second fence behind the clock of whoever waits.
            limits.append(limit(RLIMIT_CPU, (seconds + 1) * Int64(wanted.cpus) + 5))
            enforcement["time"] = "watch and prlimit"
        }
        if held.contains("memory") {
            enforcement["memory"] = version
        } else {
            // Counts address space, and each process by itself.
            limits.append(limit(RLIMIT_AS, wanted.memoryBytes))
            enforcement["memory"] = "prlimit, each process by itself"
        }
        if held.contains("processes") {
            enforcement["processes"] = version
        } else if mapping == .real || geteuid() != 0 {
            limits.append(cprocess_limit(resource: cprocess_limit_of_processes(), value: UInt64(wanted.processes)))
            enforcement["processes"] = "prlimit, all of the user's together"
        } else {
            // The kernel exempts root.
            enforcement["processes"] = "none"
        }
        if held.contains("cpu") {
            enforcement["cpu"] = version
        } else {
            cores = Int32(clamping: wanted.cpus)
            enforcement["cpu"] = "affinity"
        }
    }
}
