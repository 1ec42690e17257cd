internal import CProcess
internal import Glibc

/// A child process and our ends of its pipes. Freed by its owner; the process must have been waited for by then.
struct Child: ~Copyable {
    let identifier: pid_t
    /// What it writes to standard output and error.
    let output: Int32
    /// Where bubblewrap tells what it does; -1 without.
    let status: Int32
    let descriptor: Int32

    deinit {
        for end in [output, status, descriptor] where end >= 0 { close(end) }
    }

    /// - Parameter isOfStage: whether the program is a stage's own, so that its author can mend it; else it is the machine's.
    init(
        arguments: [String], environment: [String: String], folder: String?, limits: ProcessLimits, entrances: [String], filter: [UInt8]?,
        isOfStage: Bool
    ) throws(SandboxError) {
        var opened: [Int32] = []
        defer { for end in opened { close(end) } }
        func opening(_ path: String, _ flags: Int32) throws(SandboxError) -> Int32 {
            let file = unsafe open(path, flags | O_CLOEXEC)
            guard file >= 0 else { throw Self.failed("open \(path)", errno) }
            opened.append(file)
            return file
        }
        func pipe() throws(SandboxError) -> (read: Int32, write: Int32) {
            var ends: [Int32] = [-1, -1]
            let problem = unsafe cprocess_pipe(&ends)
            guard problem == 0 else { throw Self.failed("make a pipe", -problem) }
            opened += ends
            return (ends[0], ends[1])
        }
        let null = try opening("/dev/null", O_RDONLY)
        let log = try pipe()
        var descriptors = [null, log.write, log.write]
        var statusEnd: Int32 = -1
        if let filter {
            let status = try pipe()
            statusEnd = status.read
            descriptors.append(status.write)
            if !filter.isEmpty {
                let program = try pipe()
                // Less than what a pipe holds.
                guard unsafe filter.withUnsafeBytes({ unsafe write(program.write, $0.baseAddress, $0.count) }) == filter.count else {
                    throw Self.failed("hand over the system call filter", errno)
                }
                descriptors.append(program.read)
            }
        }
        var groups: [Int32] = []
        for entrance in entrances { groups.append(try opening(entrance, O_WRONLY)) }
        let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.sorted { $0.key < $1.key }.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        let child = unsafe words.withUnsafeBufferPointer { words in
            unsafe variables.withUnsafeBufferPointer { variables in
                unsafe descriptors.withUnsafeBufferPointer { descriptors in
                    unsafe groups.withUnsafeBufferPointer { groups in
                        unsafe limits.limits.withUnsafeBufferPointer { limit in
                            unsafe Self.spawn(folder) { folder in
                                var spawn = unsafe cprocess_spawn(
                                    path: words[0], arguments: words.baseAddress, environment: variables.baseAddress, folder: folder,
                                    descriptors: descriptors.baseAddress, descriptor_count: Int32(descriptors.count), cgroups: groups.baseAddress,
                                    cgroup_count: Int32(groups.count), limits: limit.baseAddress, limit_count: Int32(limit.count),
                                    cores: limits.cores, new_session: 1)
                                return unsafe cprocess_spawn(&spawn)
                            }
                        }
                    }
                }
            }
        }
        guard child > 0 else {
            let problem = -child
            // Too many words are the author's whatever is to be told them.
            let isInvalid = problem == E2BIG || isOfStage && [ENOENT, EACCES].contains(problem)
            throw SandboxError(
                isInvalid ? .invalid : .environment, "cannot run \(arguments[0]): \(SystemFiles.words(problem))")
        }
        identifier = child
        output = log.read
        status = statusEnd
        descriptor = cprocess_pidfd(child)
        opened.removeAll { $0 == log.read || $0 == statusEnd }
        for end in [output, status] where end >= 0 { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    private static func spawn(_ folder: String?, _ body: (UnsafePointer<CChar>?) -> pid_t) -> pid_t {
        guard let folder else { return body(nil) }
        return unsafe folder.withCString { unsafe body($0) }
    }

    private static func failed(_ operation: String, _ error: Int32) -> SandboxError {
        SandboxError(.environment, "cannot \(operation): \(SystemFiles.words(error))")
    }

    enum Read {
        case bytes([UInt8])
        case nothing
        case end
    }

    static func read(_ descriptor: Int32) -> Read {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let size = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if size > 0 { return .bytes(Array(chunk[..<size])) }
        if size == 0 { return .end }
        return errno == EAGAIN || errno == EINTR ? .nothing : .end
    }

    /// Waits for the end; the raw status and what it and its children used.
    consuming func wait() -> (status: Int32, usage: rusage) {
        var status: Int32 = 0
        var usage = rusage()
        while unsafe wait4(identifier, &status, 0, &usage) < 0 { precondition(errno == EINTR, "a child is waited for once") }
        return (status, usage)
    }
}
