import Foundation

/// Programs that are built for tests.
public enum TestProgram {
    /// Beside the test bundle.
    public static let worker: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? bundle
        for path in [bundle, program] {
            let candidate = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("TestWorker").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        return FileManager.default.currentDirectoryPath + "/.build/debug/TestWorker"
    }()
}
