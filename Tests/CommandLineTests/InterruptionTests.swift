import Basics
import Foundation
import Signatures
import TestSupport
import TestWorld
import Testing

/// Ctrl-C, as a terminal sends it.
@Suite struct InterruptionTests {
    private static func pipeline(_ seconds: String) -> String {
        World.head + """
            kind: Pipeline
            metadata: {name: p}
            spec:
              stages:
                - name: quick
                  run: {command: [bash, -c, "echo 1 > a.txt"], outputs: {a: a.txt}}
                - name: slow
                  run:
                    command: [bash, -c, "sleep ${parameters.seconds}; cat a.txt > b.txt"]
                    inputs: {a: {from: quick.a, as: a.txt}}
                    outputs: {b: b.txt}
              parameters: {seconds: \(seconds)}

            """
    }

    @Test func `what a worker ends after its engine was killed counts`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/pipelines", withIntermediateDirectories: true)
        try Data(Self.pipeline("6").utf8).write(to: URL(fileURLWithPath: folder.path + "/pipelines/p.yaml"))
        let arguments = ["pipeline", "run", "p", "--state", "state", "--progress", "json"]
        let run = Process()
        run.executableURL = URL(fileURLWithPath: Program.path)
        run.arguments = arguments
        run.currentDirectoryURL = folder.url
        let errors = Pipe()
        run.standardError = errors
        run.standardOutput = FileHandle.nullDevice
        try run.run()
        var seen = ""
        while !(seen.contains(#""event":"started""#) && seen.contains(#""step":"slow""#)) {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { break }
            seen += String(decoding: data, as: UTF8.self)
        }
        // Until the worker has taken the attempt.
        Thread.sleep(forTimeInterval: 2)
        kill(run.processIdentifier, SIGKILL)
        run.waitUntilExit()
        let next = try Program.run(arguments, in: folder.path)
        #expect(next.status == 0 && next.text.contains("✓ slow"), "\(next.text)\(next.errors)")
        #expect(!next.errors.contains(#""event":"retrying""#), "\(next.errors)")
    }

    @Test func `the live view is taken away before the last words`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/pipelines", withIntermediateDirectories: true)
        try Data(Self.pipeline("30").utf8).write(to: URL(fileURLWithPath: folder.path + "/pipelines/p.yaml"))
        let run = Process()
        run.executableURL = URL(fileURLWithPath: Program.path)
        run.arguments = ["pipeline", "run", "p", "--state", "state", "--progress", "live"]
        run.currentDirectoryURL = folder.url
        let errors = Pipe()
        run.standardError = errors
        run.standardOutput = FileHandle.nullDevice
        try run.run()
        var seen = ""
        while !seen.contains("\n  slow") {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { break }
            seen += String(decoding: data, as: UTF8.self)
        }
        kill(run.processIdentifier, SIGINT)
        let rest = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        run.waitUntilExit()
        #expect(run.terminationStatus == 3)
        #expect(rest.contains("\u{1B}[Jproviso: stopped between two steps"), "\(rest.debugDescription)")
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `a run that is stopped keeps what is done, leaves no process, and is gone on with`(_ signal: Int32)
        throws
    {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/pipelines", withIntermediateDirectories: true)
        let file = URL(fileURLWithPath: folder.path + "/pipelines/p.yaml")
        // A number that no other process on this machine sleeps for.
        let seconds = "3\(getpid()).\(signal)"
        try Data(Self.pipeline(seconds).utf8).write(to: file)
        let run = Process()
        run.executableURL = URL(fileURLWithPath: Program.path)
        run.arguments = ["pipeline", "run", "p", "--state", "state", "--progress", "json"]
        run.currentDirectoryURL = folder.url
        let errors = Pipe()
        run.standardError = errors
        run.standardOutput = FileHandle.nullDevice
        try run.run()
        var seen = ""
        while !(seen.contains(#""event":"started""#) && seen.contains(#""step":"slow""#)) {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { break }
            seen += String(decoding: data, as: UTF8.self)
        }
        #expect(seen.contains(#""event":"finished""#) && seen.contains(#""step":"slow""#), "\(seen)")
        kill(run.processIdentifier, signal)
        let rest = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        run.waitUntilExit()
        #expect(run.terminationStatus == 3 && rest.contains("the next run goes on from there"), "\(rest)")
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(name) != nil {
            let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline").map { String(decoding: $0, as: UTF8.self) } ?? ""
            #expect(!words.contains("sleep\0\(seconds)"), "\(words)")
        }

        try Data(Self.pipeline("0").utf8).write(to: file)
        let next = try Program.run(["pipeline", "run", "p", "--state", "state", "--progress", "none"], in: folder.path)
        #expect(next.status == 0 && next.text.contains("= quick") && next.text.contains("✓ slow"), "\(next.text)\(next.errors)")
        #expect(next.errors.isEmpty)
    }
}
