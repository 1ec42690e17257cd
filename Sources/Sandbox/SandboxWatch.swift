internal import Basics
internal import CProcess
internal import Glibc

/// Stands beside a running program: passes on what it writes, and ends it when it must not go on.
struct SandboxWatch {
    let command: SandboxedCommand
    let folder: WorkFolder
    let group: ControlGroup?
    let isConfined: Bool

    /// Seconds between two looks at clock and folder.
    private static let interval = 0.05

    func run(
        _ child: consuming Child, enforcement: [String: String], isCancelled: () -> Bool, log: ([UInt8]) -> Void
    ) throws(SandboxError) -> SandboxOutcome {
        let start = Self.now()
        var ending: SandboxEnd?
        var status: [UInt8] = []
        var beginning: [UInt8] = []
        var nextSize = start
        var leastRoom = folder.room
        var largestFile: UInt64 = 0
        let process = child.identifier
        // Held from when it is told of: once bubblewrap has buried it, its number may be another's.
        var inner = Int32(-1)
        defer { if inner >= 0 { close(inner) } }
        var open = (log: true, status: child.status >= 0)
        func pass(_ bytes: [UInt8]) {
            if beginning.count < 4096 { beginning += bytes.prefix(4096 - beginning.count) }
            log(bytes)
        }
        func drain(_ child: borrowing Child) {
            while open.log {
                switch Child.read(child.output) {
                case .bytes(let bytes): pass(bytes)
                case .nothing: return
                case .end: open.log = false
                }
            }
        }
        while true {
            var polled = [pollfd(fd: child.descriptor, events: Int16(POLLIN), revents: 0)]
            if open.log { polled.append(pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)) }
            if open.status { polled.append(pollfd(fd: child.status, events: Int16(POLLIN), revents: 0)) }
            _ = unsafe poll(&polled, nfds_t(polled.count), Int32(Self.interval * 1000))
            // Not in one go: who writes without end must not keep us from looking at the clock.
            if open.log {
                switch Child.read(child.output) {
                case .bytes(let bytes): pass(bytes)
                case .nothing: break
                case .end: open.log = false
                }
            }
            if open.status {
                switch Child.read(child.status) {
                case .bytes(let bytes):
                    status += bytes
                    if inner < 0, let first = Self.innerProcess(status) { inner = cprocess_pidfd(first) }
                case .nothing: break
                case .end: open.status = false
                }
            }
            if Self.hasEnded(process) { break }
            if ending == nil {
                let now = Self.now()
                if isCancelled() {
                    ending = .cancelled
                } else if let limit = command.limits.wallSeconds, now - start >= Double(limit) {
                    ending = .timedOut
                } else if now >= nextSize {
                    // Now, too: a program that tidies up after itself leaves room again.
                    leastRoom = min(leastRoom, folder.room)
                    ending = excess(heldBy: processes(inner: Self.innerProcess(status)), &largestFile)
                    // A folder that takes long to look through is looked through less often.
                    nextSize = now + max(Self.interval * 2, 10 * (Self.now() - now))
                }
                if ending != nil { kill(process, inner: inner) }
            }
        }
        if open.status, case .bytes(let bytes) = Child.read(child.status) { status += bytes }
        // The program has ended; what it left running must not.
        kill(process, inner: inner)
        if inner >= 0 { Self.waitUntilGone(inner) }
        drain(child)
        leastRoom = min(leastRoom, folder.room)
        let wall = Self.now() - start
        let (code, used) = child.wait()
        if !isConfined { killOrphans() }
        let left = excess(heldBy: [], &largestFile)
        if ending == nil { ending = left }
        var usage = ProcessUsage()
        usage.wallSeconds = wall
        usage.cpuSeconds = group?.cpuSeconds ?? Self.seconds(used.ru_utime) + Self.seconds(used.ru_stime)
        if let peak = group?.peakMemoryBytes {
            usage.peakMemoryBytes = peak
            usage.memoryBasis = "cgroup"
        } else {
            usage.peakMemoryBytes = Int64(used.ru_maxrss) * 1024
        }
        let killedForMemory = group?.killedForMemory ?? false
        if ending == nil { ending = killedForMemory ? .exceeded(.memory) : try end(code, status: status, beginning: beginning) }
        guard let ending else { preconditionFailure("it has ended somehow") }
        return SandboxOutcome(
            end: ending, usage: usage, enforcement: enforcement, refusedProcesses: group?.refusedProcesses ?? false, leastRoom: leastRoom,
            largestFile: largestFile)
    }

    /// What the work folder has too much of; nil for nothing.
    /// - Parameter processes: whose files without a name count too.
    private func excess(heldBy processes: some Sequence<pid_t>, _ largestFile: inout UInt64) -> SandboxEnd? {
        guard case .measured(let bytes, let entries, let largest) = folder.size() else { return .exceeded(.depth) }
        largestFile = max(largestFile, largest)
        if entries > UInt64(command.limits.entries) { return .exceeded(.entries) }
        let held = bytes &+ DeletedFiles.bytes(heldBy: processes, besides: folder.path)
        return held > UInt64(command.limits.fileBytes) ? .exceeded(.bytes) : nil
    }

    /// The program and all that it started, as far as this machine tells.
    private func processes(inner: pid_t?) -> Set<pid_t> {
        group?.members ?? Set(inner.map { DeletedFiles.processes(besides: $0) } ?? [])
    }

    private func end(_ code: Int32, status: [UInt8], beginning: [UInt8]) throws(SandboxError) -> SandboxEnd {
        let signal = code & 0x7f
        if isConfined {
            // bubblewrap tells the program's code only if it came to run the program.
            for line in status.split(separator: UInt8(ascii: "\n")) {
                guard let document = try? JSONValue(parsing: Array(line)), let inner = document["exit-code"]?.intValue else { continue }
                return inner > 128 && inner <= 192 ? .signalled(Int32(inner) - 128) : .exited(Int32(inner))
            }
            let text = String(decoding: beginning, as: UTF8.self).split(separator: "\n").first.map { String($0) } ?? "it ended without a word"
            throw SandboxError(.unavailable, "the sandbox could not be made: \(text)")
        }
        return signal == 0 ? .exited(code >> 8 & 0xff) : .signalled(signal)
    }

    /// Looks without taking the status away.
    private static func hasEnded(_ process: pid_t) -> Bool {
        var information = unsafe siginfo_t()
        return unsafe waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo != 0
    }

    private static func innerProcess(_ status: [UInt8]) -> pid_t? {
        for line in status.split(separator: UInt8(ascii: "\n")) {
            if let process = (try? JSONValue(parsing: Array(line)))?["child-pid"]?.intValue { return pid_t(process) }
        }
        return nil
    }

    private static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
