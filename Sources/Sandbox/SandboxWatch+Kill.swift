internal import CProcess
internal import Glibc

extension SandboxWatch {
    /// Kills the program and all that it started, wherever that hid, and all at once: a shell that outlived its child by a moment would remark on that in
    /// the log, which is part of what is recorded.
    /// - Parameter inner: a descriptor of the first process of its namespace; negative if that was not told of yet.
    func kill(_ process: pid_t, inner: Int32) {
        if inner >= 0 {
            // The first process of a namespace takes all others with it.
            _ = cprocess_pidfd_kill(inner)
            Self.waitUntilGone(inner)
        } else if isConfined {
            killUntold(childOf: process)
        } else {
            _ = Glibc.kill(-process, SIGKILL)
        }
        group?.kill()
        _ = Glibc.kill(process, SIGKILL)
    }

    /// Kills what bubblewrap has started and not told of. It would go on alone: what makes it end with its parent holds from a moment later.
    private func killUntold(childOf process: pid_t) {
        guard Glibc.kill(process, SIGSTOP) == 0 else { return }
        for _ in 0..<1000 {
            guard let (state, _) = Self.stateAndParent(process), state != "T", state != "Z" else { break }
            usleep(1000)
        }
        for word in SystemFiles.names(in: "/proc") {
            guard let child = pid_t(word), Self.stateAndParent(child)?.parent == process else { continue }
            let held = cprocess_pidfd(child)
            guard held >= 0 else { continue }
            // Another may have its number by now.
            if Self.stateAndParent(child)?.parent == process {
                _ = cprocess_pidfd_kill(held)
                Self.waitUntilGone(held)
            }
            close(held)
        }
    }

    /// Of `/proc/N/stat`: `number (name) state parent …`, where a name may have parentheses and spaces of its own.
    private static func stateAndParent(_ process: pid_t) -> (state: Character, parent: pid_t)? {
        guard let text = SystemFiles.text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let words = text[end...].dropFirst().split(separator: " ")
        guard words.count > 2, let state = words[0].first, let parent = pid_t(words[1]) else { return nil }
        return (state, parent)
    }

    /// Processes that left the program's group and whose parents ended are told from others by the mark in their environment; where there is a
    /// control group, that has found them already. They are not ours to wait for: were this process to adopt them, whoever waits for any child of it
    /// would meet their remains first.
    func killOrphans() {
        let mark = Substring("\(Sandbox.mark)=\(folder.path)")
        for _ in 0..<100 {
            let left = SystemFiles.names(in: "/proc").compactMap { pid_t($0) }.filter { process in
                process != getpid() && SystemFiles.text("/proc/\(process)/environ")?.split(separator: "\0").contains(mark) == true
            }
            if left.isEmpty { return }
            for signal in [SIGSTOP, SIGKILL] { for process in left { _ = Glibc.kill(process, signal) } }
            usleep(1000)
        }
    }

    /// The first process of a namespace has ended only when all others of it have. Whoever adopts it may take a second to bury it: dead is enough.
    static func waitUntilGone(_ process: Int32) {
        var polled = [pollfd(fd: process, events: Int16(POLLIN), revents: 0)]
        for _ in 0..<10 where unsafe poll(&polled, 1, 500) != 0 { return }
    }
}
