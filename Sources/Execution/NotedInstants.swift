public import Basics
internal import Foundation

/// Instants by digest, kept in files of a folder over runs: since when a step could start whose deadline would begin anew with each run, or when something
/// was tried that is not to be tried at each look.
public struct NotedInstants: Sendable {
    private let folder: String

    /// - Parameter folder: made when it is needed.
    public init(at folder: String) { self.folder = folder }

    /// Nil if none was noted, or one that has yet to come: of a clock that has been set back.
    public func instant(of key: Digest, now: Instant) -> Instant? {
        guard let bytes = FileManager.default.contents(atPath: path(key)), let noted = Instant(String(decoding: bytes, as: UTF8.self)), noted <= now
        else {
            return nil
        }
        return noted
    }

    /// - Returns: whether it could be noted.
    @discardableResult public func note(_ key: Digest, at now: Instant) -> Bool {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(now.description.utf8).write(to: URL(fileURLWithPath: path(key)), options: .atomic)
            return true
        } catch {
            return false
        }
    }

    /// Forgets all others: a step of a commit that another has superseded has a deadline of its own when it comes back.
    public func keep(only keys: some Sequence<Digest>) {
        let names = Set(keys.map(\.hex))
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where !names.contains(name) {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    public func forget(_ key: Digest) { try? FileManager.default.removeItem(atPath: path(key)) }

    private func path(_ key: Digest) -> String { "\(folder)/\(key.hex)" }
}
