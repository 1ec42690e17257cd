public import Basics
internal import Foundation

/// When steps that may wait could first start: kept in files over runs, since a deadline that began anew with each run would never come.
public struct FirstReady: Sendable {
    private let folder: String

    /// - Parameter folder: made when it is needed.
    public init(at folder: String) { self.folder = folder }

    /// The instant that was noted first. Where nothing can be noted the deadline has passed: no step waits for a disk's sake.
    func instant(of key: Digest, now: Instant) -> Instant {
        let path = path(key)
        if let bytes = FileManager.default.contents(atPath: path), let noted = Instant(String(decoding: bytes, as: UTF8.self)), noted <= now {
            return noted
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(now.description.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            return now
        } catch {
            return Instant(secondsSinceEpoch: 0)
        }
    }

    /// Forgets steps that wait no longer, as those of a commit that another has superseded: who comes back later has a deadline of its own.
    public func keep(only waiting: some Sequence<Digest>) {
        let names = Set(waiting.map(\.hex))
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where !names.contains(name) {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    func forget(_ key: Digest) { try? FileManager.default.removeItem(atPath: path(key)) }

    private func path(_ key: Digest) -> String { "\(folder)/\(key.hex)" }
}
