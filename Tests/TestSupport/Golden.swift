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
    public let url: URL

    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("proviso-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    public var path: String { url.path }

    deinit {
        // Best effort: a test that made its folder unwritable leaves it for the system's own cleaning.
        _ = try? FileManager.default.removeItem(at: url)
    }
}
