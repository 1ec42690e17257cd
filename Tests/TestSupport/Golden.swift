public import Foundation

/// Golden files: expected output beside the test. `RECORD=1` rewrites a file *and fails*, so that nothing records itself unseen.
public enum Golden {
    public struct Mismatch: Error, CustomStringConvertible {
        public let description: String
    }

    /// Compares `actual` with the file at `path`.
    public static func check(_ actual: String, against path: URL) throws {
        let record = ProcessInfo.processInfo.environment["RECORD"] == "1"
        let expected = FileManager.default.fileExists(atPath: path.path) ? try String(contentsOf: path, encoding: .utf8) : nil
        if expected == actual { return }
        if record {
            try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(actual.utf8).write(to: path)
            throw Mismatch(description: "recorded \(path.path); read the difference, then run again without RECORD")
        }
        throw Mismatch(
            description: """
                \(path.path) differs (RECORD=1 rewrites it)
                --- expected
                \(expected ?? "(no file)")
                --- actual
                \(actual)
                """)
    }
}

/// Where the tests' own files lie.
public enum TestFiles {
    /// The package's root folder, from where this file was compiled.
    public static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    public static var fixtures: URL { root.appendingPathComponent("Tests/Fixtures") }
    public static var oracles: URL { root.appendingPathComponent("Tests/Oracles") }
}

/// A folder of its own for one test, removed at the end.
public final class TemporaryFolder: Sendable {
    /// Where tests write: the folder that TMPDIR names, else memory where there is room for it, else the system's folder. What is made to outlast a power cut is
    /// flushed thousands of times in a run, and a disk takes its time over each; whether it is flushed is told by system calls that tests look at, not by the disk.
    public static let parent: URL = {
        let memory = "/dev/shm"
        let needed: UInt64 = 4 << 30
        var room = statvfs()
        guard ProcessInfo.processInfo.environment["TMPDIR"] == nil, unsafe statvfs(memory, &room) == 0, unsafe access(memory, W_OK | X_OK) == 0,
            UInt64(room.f_bavail) * UInt64(room.f_frsize) >= needed
        else { return FileManager.default.temporaryDirectory }
        return URL(fileURLWithPath: memory, isDirectory: true)
    }()

    public let url: URL

    public init() throws {
        url = Self.parent.appendingPathComponent("proviso-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    public var path: String { url.path }

    deinit {
        // Best effort: a test that made its folder unwritable leaves it for the system's own cleaning.
        _ = try? FileManager.default.removeItem(at: url)
    }
}
