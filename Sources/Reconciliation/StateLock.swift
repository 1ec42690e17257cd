import Basics
import Foundation

/// Held by who works in a state folder: of two runs the second would take up the first one's attempts, and end them.
///
/// The kernel lets go of it when the process ends, however it ends.
final class StateLock {
    private let descriptor: Int32
    /// Whether somebody else had it: what was read before may be another since.
    private(set) var hasWaited = false

    private init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }

    /// - Parameters:
    ///   - folder: made if need be.
    ///   - name: of the file that is locked.
    ///   - tell: is told, once, that it waits.
    /// - Throws: `CancellationError` when the task is cancelled while it waits.
    static func take(_ folder: String, named name: String = "lock", tell: (String) -> Void) async throws -> StateLock {
        let path = folder + "/" + name
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw ReconciliationError(.environment, "cannot make the folder \(folder): \(error)")
        }
        var file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        // Where nothing can be written, nothing new can be looked at all the same.
        if file < 0, errno == EROFS || errno == EACCES { file = unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard file >= 0 else { throw ReconciliationError(.environment, "cannot open \(path): \(unsafe String(cString: strerror(errno)))") }
        let lock = StateLock(file)
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw ReconciliationError(.environment, "cannot lock \(path): \(unsafe String(cString: strerror(errno)))")
            }
            if !lock.hasWaited { tell("waits for another run in \(folder)") }
            lock.hasWaited = true
            try await Task.sleep(for: .milliseconds(100))
        }
        return lock
    }

    /// Held while the mirror's references move, which a plan of the same folder moves too: it does not wait for work that may take hours.
    static func ofMirror(in folder: String) async throws -> StateLock { try await take(folder, named: "mirror.lock") { _ in } }
}
