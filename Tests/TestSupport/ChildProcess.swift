internal import Foundation

/// Another program, started and waited for by the system's own calls. Waiting blocks the calling thread in `waitpid`, which needs nobody else's
/// help: Foundation's `Process` waits for a run loop, and a test run that has all of its few threads waiting like that never ends.
struct ChildProcess: Sendable {
    let identifier: pid_t

    /// - Parameters:
    ///   - command: looked for in the environment's PATH.
    ///   - files: of standard input, output and error.
    init(_ command: [String], in folder: String, environment: [String: String], files: (input: String, output: String, errors: String)) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, files.input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, files.output, O_WRONLY | O_CREAT, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, files.errors, O_WRONLY | O_CREAT, 0o600)
        let words = unsafe (["env", "-C", folder] + command).map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var child: pid_t = 0
        let problem = unsafe posix_spawn(&child, "/usr/bin/env", &actions, nil, words, variables)
        guard problem == 0 else { throw StockTool.Failure(description: "cannot start \(command): \(unsafe String(cString: strerror(problem)))") }
        identifier = child
    }

    /// The exit status; 128 and the signal's number if a signal ended it.
    func wait() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(identifier, &status, 0) < 0 { precondition(errno == EINTR, "a child is waited for once") }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Looks without waiting, and leaves the status to `wait`.
    var isRunning: Bool {
        var information = unsafe siginfo_t()
        return unsafe waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo == 0
    }

    func kill() { _ = Foundation.kill(identifier, SIGKILL) }
}
