import Basics
import Foundation
import Glibc

/// A run of the program of which standard error is read as it comes, and which is ended from outside.
final class WatchedRun {
    private let process = Process()
    private let errors = Pipe()
    private(set) var seen = ""

    init(_ arguments: [String], in folder: String) throws {
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    /// Reads until what was written holds for `condition`; whether it did before the end.
    @discardableResult func wait(until condition: (String) -> Bool) -> Bool {
        while !condition(seen) {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { return false }
            seen += String(decoding: data, as: UTF8.self)
        }
        return true
    }

    /// Sends the signal, and gives what was written after it.
    @discardableResult func end(_ signal: Int32) -> String {
        Glibc.kill(process.processIdentifier, signal)
        let rest = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return rest
    }

    /// Ends it at once, and waits for it alone: what it started may go on, and hold its standard error.
    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    var status: Int32 { process.terminationStatus }
    var wasKilled: Bool { process.terminationReason == .uncaughtSignal }

    /// The steps of which lines of `--progress json` tell the event.
    ///
    /// - Parameter reused: of steps that finished, those whose results were there before, or those whose were not; nil: all.
    static func steps(_ event: String, reused: Bool? = nil, in lines: String) -> [String] {
        lines.split(separator: "\n").compactMap { try? JSONValue(parsing: Array($0.utf8)) }.filter { $0["event"]?.stringValue == event }
            .filter { line in reused.map { line["reused"] == .bool($0) } ?? true }.compactMap { $0["step"]?.stringValue }
    }
}
