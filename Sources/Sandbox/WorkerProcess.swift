internal import CProcess
internal import Foundation

/// A process of our own program that goes on when we end.
public struct WorkerProcess: Sendable {
    public let identifier: Int32

    /// - Parameters:
    ///   - arguments: the first is the program's absolute path.
    ///   - input: given on standard input; at most what a pipe holds, 64 KiB.
    ///   - errors: the file that standard output and error are appended to.
    ///   - ended: called once, on another thread, when the process has ended.
    public init(
        arguments: [String], environment: [String: String], input: [UInt8], errors: String, ended: @escaping @Sendable () -> Void
    ) throws(SandboxError) {
        var ends: [Int32] = [-1, -1]
        let problem = unsafe cprocess_pipe(&ends)
        guard problem == 0 else { throw SandboxError(.environment, "cannot make a pipe: \(SystemFiles.words(-problem))") }
        defer { close(ends[0]) }
        let written = unsafe input.withUnsafeBytes { unsafe write(ends[1], $0.baseAddress, $0.count) }
        close(ends[1])
        let log = unsafe open(errors, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard written == input.count, log >= 0 else { throw SandboxError(.environment, "cannot write \(errors): \(SystemFiles.words(errno))") }
        defer { close(log) }
        let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.sorted { $0.key < $1.key }.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        let descriptors = [ends[0], log, log]
        let child = unsafe words.withUnsafeBufferPointer { words in
            unsafe variables.withUnsafeBufferPointer { variables in
                unsafe descriptors.withUnsafeBufferPointer { descriptors in
                    var spawn = unsafe cprocess_spawn(
                        path: words[0], arguments: words.baseAddress, environment: variables.baseAddress, folder: nil,
                        descriptors: descriptors.baseAddress, descriptor_count: 3, cgroups: nil, cgroup_count: 0, limits: nil, limit_count: 0,
                        cores: 0,
                        new_session: 1)
                    return unsafe cprocess_spawn(&spawn)
                }
            }
        }
        guard child > 0 else { throw SandboxError(.environment, "cannot start \(arguments[0]): \(SystemFiles.words(-child))") }
        identifier = child
        let thread = Thread {
            var status: Int32 = 0
            while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
            ended()
        }
        thread.start()
    }

    /// Asks the process to end; `force` does not ask.
    public static func end(_ identifier: Int32, force: Bool) { _ = kill(identifier, force ? SIGKILL : SIGTERM) }
}
